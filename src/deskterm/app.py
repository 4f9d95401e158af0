"""The console: the Textual application that holds screens, themes and keys, and says when something fails."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import ModalScreen, Screen

from deskterm.client.accounts.entrance import Entrance
from deskterm.commands.keys import bindings
from deskterm.commands.model import OVER, Command, Context, Home
from deskterm.commands.table import BY_ID
from deskterm.protocol.records import Role
from deskterm.screens.account.verbs import AccountVerbs
from deskterm.screens.base import DeskScreen, SignedIn
from deskterm.screens.failures import Failed
from deskterm.screens.inbox.first_page import FirstPageScreen
from deskterm.screens.inbox.frame import InboxFrame
from deskterm.screens.keys.keyed import OwnKeys
from deskterm.screens.settings.adjusting import Adjusting
from deskterm.screens.way_in.beginning import first_style_files
from deskterm.settings import Settings
from deskterm.terminal import LogFile
from deskterm.terminal.handing_over import handing_over
from deskterm.terminal.output import thrifty
from deskterm.text.times import local_now
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

log = logging.getLogger("deskterm")


class DesktermApp(AccountVerbs, Adjusting):
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
        super().__init__(settings or Settings(), first_style_files())
        self.clock = clock
        self.desk: Desk | None = None
        self._desk_factory = desk_factory
        self._forget = forget
        self._entrance = entrance or Entrance()
        self._entrance.cache = self.settings.cache
        self.kept = 0
        self._problems = problems
        self.begin_with(self.settings)
        self.begin_in(self.settings.theme)
        self.log_file: LogFile | None = None
        if self.settings.log is not None:
            self.log_file = LogFile(self.settings.log)
            self.error_console = Console(file=self.log_file, width=110, markup=False, highlight=False)

    def get_driver_class(self) -> type[Driver]:
        """The platform's own, sending fewer bytes."""
        return thrifty(handing_over(super().get_driver_class()))

    def get_default_screen(self) -> Screen[None]:
        """The first screen: of the desk that opens, or where one signs in."""
        if self._desk_factory is None:
            return super().get_default_screen()  # a form cannot be made before any screen is there
        owner = self._entrance.owner() if self._entrance.remembers else None
        return self.begin_with_screen(self._opening(self._desk_factory, owner))

    def on_mount(self) -> None:
        """Say what is wrong with the settings; show where one signs in, where nobody is signed in."""
        if self._desk_factory is None:
            self.push_screen(self.sign_in_screen())
        self.tell_problems(self._problems)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Our own actions rest while a question is open."""
        if action in _OWN and isinstance(self.screen, ModalScreen):
            screen = self.screen
            helps = action == "help" and isinstance(screen, OwnKeys) and screen.panel is not Context.HELP
            return action in _ALWAYS or helps or (action == "jump" and bool(screen.query("Picker")))
        if action in _OWN and isinstance(self.screen, DeskScreen) and self.screen.context in OVER:
            return any(self.screen.context in each.contexts for each in _OWN[action])
        return super().check_action(action, parameters)

    def action_redraw(self) -> None:
        """Paint everything again, whatever another program wrote over it."""
        self.refresh(repaint=True, layout=True)
        self.screen.refresh(repaint=True, layout=True)

    async def action_quit(self) -> None:
        """Leave: unsent texts are saved, the desk is closed."""
        await self.save()
        await self.end_elsewhere()
        if self.desk is not None:
            await self.desk.close()
        self.exit(0)

    async def on_signed_in(self, event: SignedIn) -> None:
        """Show the screen of the role."""
        from deskterm.screens.account.set_back import tell_of  # not before the first frame

        if not self._entrance.is_wanted(event.desk):  # its owner has gone elsewhere meanwhile
            await event.desk.close()
            return
        await self.leave_desk()
        self._entrance.came_in(event.desk)
        if self._entrance.present is not None:
            event.desk.organization = self._entrance.present.account.organization
        self.desk = event.desk
        tell_of(self, event.desk)
        before, screen = self.screen, self._screen_of(event.role)
        self.await_desk()
        self.show_alone(screen)
        place = before.list.cursor_id if isinstance(before, FirstPageScreen) else None
        if isinstance(screen, InboxFrame) and place:
            screen.call_after_refresh(screen.list.move_to, place)
            screen.call_after_refresh(self.press_typed, lambda: screen.list.stands_on(place))
        else:
            screen.call_after_refresh(self.press_typed)
        screen.call_after_refresh(self.follow_elsewhere)
        screen.call_after_refresh(self.keep_copy)
        self.tell_key_troubles()
        if event.role is not Role.CUSTOMER:
            who = event.desk.replica.me
            screen.call_after_refresh(self.show_around, f"{event.desk.api.server} {who.email if who else ''}")
        if event.said:
            screen.call_after_refresh(
                lambda: self.notify(event.said, title=tr("Signed in"), timeout=_SAID_SECONDS, markup=False)
            )

    def on_failed(self, event: Failed) -> None:
        """Log what nobody expected and say so in a sentence, never as a traceback."""
        if self.log_file is not None:
            self.log_file.write("".join(traceback.format_exception(event.error)))
        else:
            log.error("a worker failed", exc_info=event.error)
        where = tr("Details are in {file}.", file=self.settings.log) if self.settings.log else ""
        self.notify(
            " ".join([tr("Something went wrong here; nothing you wrote is lost."), where]).rstrip(),
            severity="error",
            timeout=_ERROR_SECONDS,
            markup=False,
        )

    def _screen_of(self, role: Role) -> Screen[None]:
        assert self.desk is not None
        if role is Role.CUSTOMER:
            from deskterm.screens.chat.screen import ChatScreen

            return ChatScreen(self.desk, self.settings, self.clock)
        from deskterm.screens.inbox.screen import InboxScreen  # not before the first frame

        screen = InboxScreen(self.desk, self.settings, self.clock)
        screen.owner = self._entrance.present_owner()
        return screen


#: Own actions, and those of them that also work while a question is open.
_OWN: dict[str, list[Command]] = {}
for _command in BY_ID.values():
    if _command.home is Home.APP:
        _OWN.setdefault(_command.action, []).append(_command)
_ALWAYS = frozenset({"quit", "redraw"})

#: How long a failure is said.
_ERROR_SECONDS = 8
#: How long a sign-in says where its token is kept.
_SAID_SECONDS = 8
