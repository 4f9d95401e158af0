"""What is there while the desk opens, and when it does not."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from deskterm.client.errors import ApiError, ClientError
from deskterm.commands.keymap import Keymap
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import Command, Context
from deskterm.commands.panels import of_panel
from deskterm.commands.table import of_place
from deskterm.protocol.records import Role
from deskterm.screens.base import PATIENCE, DeskScreen, SignedIn, SignedOut
from deskterm.widgets.chrome.footer import FittingFooter, Hint
from deskterm.widgets.chrome.notice import Notice
from deskterm.widgets.chrome.title_bar import Link, TitleBar

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class StartScreen(DeskScreen):
    """Opens the desk of somebody who is signed in already, or says why not and tries again."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(of_panel(Context.START))]
    opening = True

    def __init__(self, open_desk: "Callable[[], Awaitable[Desk]]") -> None:
        super().__init__()
        self._open_desk = open_desk
        self._bar = TitleBar()
        self._notice = Notice("")
        self._footer = FittingFooter()

    def compose(self) -> ComposeResult:
        """The frame that the inbox will have, with a sentence inside."""
        yield self._bar
        yield self._notice
        yield self._footer

    def on_mount(self) -> None:
        """Begin at once."""
        self.keys_changed()
        self.action_open_desk()

    def offered(self) -> list[Command]:
        """What there is before a desk is open."""
        return of_place(Context.START)

    def keys_changed(self) -> None:
        """Name the keys that are in force now."""
        self._footer.set_hints(hints(self.keymap), ends=self.keymap.ends(typing=True))

    def action_open_desk(self) -> None:
        """Try to open the desk."""
        self._notice.say("")
        self.opening = True
        self.run_worker(self._open(), group="open", exclusive=True, exit_on_error=False)

    def action_sign_in(self) -> None:
        """Sign in as somebody else, or elsewhere."""
        self.post_message(SignedOut())

    async def _open(self) -> None:
        self._bar.set_link(Link.CONNECTING)
        waiting = self.set_timer(PATIENCE, lambda: self._notice.say("Opening your desk…"))
        try:
            desk = await self._open_desk()
        except ApiError as error:
            if error.code == "unauthenticated":
                self.post_message(SignedOut(error.sentence))
                return
            self._failed(error)
            return
        except ClientError as error:
            self._failed(error)
            return
        finally:
            waiting.stop()
        me = desk.replica.me
        self.post_message(SignedIn(desk, me.role if me and me.role else Role.CUSTOMER))

    def _failed(self, error: ClientError) -> None:
        self.opening = False
        self._bar.set_link(Link.OFFLINE)
        self._notice.say(error.sentence, hints(self.keymap), ("✗", "$delivery-failed bold"))


def hints(keymap: Keymap) -> list[Hint]:
    """What can be done while no desk is open."""
    found = (keymap.hint(name) for name in ("start.again", "start.sign_in", "app.quit"))
    return [each for each in found if each is not None]
