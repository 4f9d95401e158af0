"""The console: the Textual application that holds screens, themes and keys, and says when something fails."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import ModalScreen, Screen

from deskterm import styles
from deskterm.client.entrance import Entrance
from deskterm.client.errors import ClientError
from deskterm.client.first_page import recall, wipe
from deskterm.commands.keys import bindings
from deskterm.commands.model import Home
from deskterm.commands.table import BY_ID
from deskterm.protocol.records import Role
from deskterm.screens.adjusting import Adjusting
from deskterm.screens.base import DeskScreen, Failed, SignedIn, SignedOut
from deskterm.screens.first_page import FirstPageScreen
from deskterm.screens.guiding import Guiding
from deskterm.screens.inbox_frame import InboxFrame
from deskterm.screens.start import StartScreen
from deskterm.settings import Settings
from deskterm.terminal import LogFile
from deskterm.terminal.output import thrifty
from deskterm.text.times import local_now
from deskterm.themes import DESKTERM_DARK, DESKTERM_LIGHT, roles

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

log = logging.getLogger("deskterm")


def style_files() -> list[str | PurePath]:
    """Every style sheet, the shared ground first."""
    base = styles.path("base.tcss")
    return [base, *sorted(set(base.parent.glob("*.tcss")) - {base})]


class DesktermApp(Guiding, Adjusting):
    """The console of one person.

    `desk_factory` opens the desk of somebody who is signed in already; without one the sign-in screen comes
    first. `clock` answers the reader's time, aware and in their zone. `forget` is called when somebody signs
    out: whoever keeps their token shall drop it. `problems` are sentences about the settings.
    `entrance` is what one signs in through. After the end, `kept` says how many unsent texts wait
    for the next time.
    """

    TITLE = "deskterm"
    ENABLE_COMMAND_PALETTE = False  # the palette is a picker over our own table
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Home.APP)]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-normal"), (160, "-wide"), (200, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]

    def __init__(
        self,
        desk_factory: "Callable[[], Awaitable[Desk]] | None" = None,
        settings: Settings | None = None,
        clock: Callable[[], datetime] = local_now,
        forget: Callable[[], None] = lambda: None,
        entrance: Entrance | None = None,
        problems: Sequence[str] = (),
    ) -> None:
        super().__init__(settings or Settings(), style_files())
        self.clock = clock
        self.desk: Desk | None = None
        self._desk_factory = desk_factory
        self._forget = forget
        self._entrance = entrance or Entrance()
        self.kept = 0
        self._problems = problems
        self.begin_with(self.settings)
        self.register_theme(DESKTERM_DARK)
        self.register_theme(DESKTERM_LIGHT)
        self.theme = (
            self.settings.theme if self.settings.theme in self.available_themes else DESKTERM_DARK.name
        )
        self.log_file: LogFile | None = None
        if self.settings.log is not None:
            self.log_file = LogFile(self.settings.log)
            self.error_console = Console(file=self.log_file, width=110, markup=False, highlight=False)

    def get_driver_class(self) -> type[Driver]:
        """The platform's own, sending fewer bytes."""
        return thrifty(super().get_driver_class())

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables and the roles that styles name."""
        return super().get_css_variables() | roles(self.current_theme)

    def on_mount(self) -> None:
        """Show the first screen: of the desk that opens, or where one signs in."""
        self.tell_problems(self._problems)
        if self._desk_factory is None:
            self.push_screen(self._sign_in(""))
        else:
            self.push_screen(self._start_screen(self._desk_factory))

    def _start_screen(self, desk_factory: "Callable[[], Awaitable[Desk]]") -> Screen[None]:
        """What is there while the desk opens: the inbox as it was last seen here, if it was."""
        page = None
        if self.settings.first_page is not None and self._entrance.remembers:
            page = recall(self.settings.first_page, self._entrance.owner())
        if page is None:
            return StartScreen(desk_factory)
        return FirstPageScreen(desk_factory, page, self.settings, self.clock)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Our own actions rest while a question is open."""
        if action in _OWN and isinstance(self.screen, ModalScreen):
            return action in _ALWAYS
        return super().check_action(action, parameters)

    def action_account(self) -> None:
        """Who is signed in, and out again."""
        from deskterm.screens.account import account

        if self.desk is not None:
            self.push_screen(account(self.desk), self._account_chosen)

    def action_redraw(self) -> None:
        """Paint everything again, whatever another program wrote over it."""
        self.refresh(repaint=True, layout=True)
        self.screen.refresh(repaint=True, layout=True)

    async def action_quit(self) -> None:
        """Leave: unsent texts are saved, the desk is closed."""
        await self._save()
        if self.desk is not None:
            await self.desk.close()
        self.exit(0)

    async def _save(self) -> None:
        self.kept = 0
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                await screen.leave()
                self.kept += screen.kept

    async def _account_chosen(self, choice: str | None) -> None:
        from deskterm.screens.account import AWAY, BACK, SIGN_OUT

        if self.desk is None:
            return
        try:
            if choice in (AWAY, BACK):
                await self.desk.api.patch_me(presence="away" if choice == AWAY else "auto")
            elif choice == SIGN_OUT:
                await self._save()
                await self.desk.api.logout()
        except ClientError as error:
            self.notify(error.sentence, severity="error", markup=False)
        if choice == SIGN_OUT:
            self._forget()
            self.post_message(SignedOut("You are signed out."))

    def on_signed_in(self, event: SignedIn) -> None:
        """Show the screen of the role."""
        self.desk = event.desk
        before, screen = self.screen, self._screen_of(event.role)
        self._close_questions()
        self.switch_screen(screen)
        if isinstance(before, FirstPageScreen) and isinstance(screen, InboxFrame) and before.list.cursor_id:
            screen.call_after_refresh(screen.list.move_to, before.list.cursor_id)
        self.tell_key_troubles()
        if event.role is not Role.CUSTOMER:
            who = event.desk.replica.me
            screen.call_after_refresh(self.show_around, f"{event.desk.api.server} {who.email if who else ''}")
        if event.said:
            screen.call_after_refresh(
                lambda: self.notify(event.said, title="Signed in", timeout=_SAID_SECONDS, markup=False)
            )

    async def on_signed_out(self, event: SignedOut) -> None:
        """Keep what was written, close the desk and ask who is next."""
        await self._save()
        if self.settings.first_page is not None:
            wipe(self.settings.first_page)
        if self.desk is not None:
            await self.desk.close()
            self.desk = None
        self._close_questions()
        self.switch_screen(self._sign_in(event.reason))

    def _close_questions(self) -> None:
        """Take away what lies over the screen that is to go."""
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()

    def on_failed(self, event: Failed) -> None:
        """Log what nobody expected and say so in a sentence, never as a traceback."""
        if self.log_file is not None:
            self.log_file.write("".join(traceback.format_exception(event.error)))
        else:
            log.error("a worker failed", exc_info=event.error)
        where = f" Details are in {self.settings.log}." if self.settings.log else ""
        self.notify(
            f"Something went wrong here; nothing you wrote is lost.{where}",
            severity="error",
            timeout=_ERROR_SECONDS,
            markup=False,
        )

    def _screen_of(self, role: Role) -> Screen[None]:
        assert self.desk is not None
        if role is Role.CUSTOMER:
            from deskterm.screens.chat import ChatScreen

            return ChatScreen(self.desk, self.settings, self.clock)
        from deskterm.screens.inbox import InboxScreen  # not before the first frame

        return InboxScreen(self.desk, self.settings, self.clock)

    def _sign_in(self, reason: str) -> Screen[None]:
        if self._entrance.wish.people:
            from deskterm.screens.demo_people import DemoPeopleScreen

            return DemoPeopleScreen(self._entrance, reason)
        from deskterm.screens.sign_in import SignInScreen

        return SignInScreen(self._entrance, reason)


#: Own actions, and those of them that also work while a question is open.
_OWN = frozenset(command.action for command in BY_ID.values() if command.home is Home.APP)
_ALWAYS = frozenset({"quit", "redraw"})

#: How long a failure is said.
_ERROR_SECONDS = 8
#: How long a sign-in says where its token is kept.
_SAID_SECONDS = 8
