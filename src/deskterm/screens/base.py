"""What every screen of the console shares."""

from typing import TYPE_CHECKING

from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from deskterm.commands.model import Command
from deskterm.protocol.records import Role
from deskterm.settings import Settings

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


#: Shorter waits nobody notices; after this many seconds a wait shows what is coming.
PATIENCE = 0.12


class Failed(Message):
    """Work behind a screen ended with an error that nobody expected: the app logs it and says so."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        super().__init__()


class SignedIn(Message):
    """A desk is open: the app shows the screen of its role, and over it for a while what is `said`."""

    def __init__(self, desk: "Desk", role: Role, said: str = "") -> None:
        self.desk = desk
        self.role = role
        self.said = said
        super().__init__()


class SignedOut(Message):
    """The desk is closed; the app asks who is next. `reason` is a sentence for people, or nothing."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        super().__init__()


class DeskScreen(Screen[None]):
    """A screen whose workers never end the program; start them with `exit_on_error=False`."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Hand on what went wrong."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.post_message(Failed(event.worker.error))

    async def ready(self) -> None:
        """Wait, not long, until there is what the next key may be about."""

    def offered(self) -> list[Command]:
        """The commands that exist here for this person, for the palette and the help."""
        return []

    def adjust(self, settings: Settings) -> None:
        """Other settings hold from now on."""

    async def leave(self) -> None:
        """Save what must not be lost: the program ends."""

    @property
    def kept(self) -> int:
        """How many unsent texts wait here for the next time."""
        return 0

    def show_following(self, hints: list[tuple[str, str]]) -> None:
        """Tell which keys complete what was begun; with none, that is over."""
