"""What is there while the desk opens, and when it does not."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from deskterm.client.errors import ApiError, ClientError
from deskterm.protocol.records import Role
from deskterm.screens.base import PATIENCE, DeskScreen, SignedIn, SignedOut
from deskterm.text.words import tr
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.notice import Notice
from deskterm.widgets.chrome.title_bar import Link, TitleBar

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class StartScreen(DeskScreen):
    """Opens the desk of somebody who is signed in already, or says why not and tries again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "open_desk", "try again", show=False),
        Binding("f3", "sign_in", "sign in", show=False),
    ]
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
        self._footer.set_hints([("F5", tr("try again")), ("F3", tr("sign in")), ("^Q", "quit")], typing=True)
        self.action_open_desk()

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
        keys = [("F5", tr("try again")), ("F3", tr("sign in elsewhere")), ("^Q", "quit")]
        self._notice.say(error.sentence, keys, ("✗", "$delivery-failed bold"))
