"""What every screen of the console shares."""

from typing import TYPE_CHECKING

from textual.message import Message
from textual.screen import Screen

from deskterm.commands.keymap import Keymap
from deskterm.commands.model import Command, Context
from deskterm.protocol.records import Role
from deskterm.screens.failures import HandsOnFailures
from deskterm.screens.keys.keyed import keymap_of
from deskterm.screens.patience import Patient
from deskterm.screens.saying import SaysOnce
from deskterm.settings import Settings
from deskterm.terminal.composing import ComposesSparingly
from deskterm.widgets.chrome.footer import FittingFooter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.client.desk import Desk
    from deskterm.screens.keys.jump import Target
    from deskterm.widgets.asking.picker import Choice


#: Shorter waits nobody notices; after this many seconds a wait shows what is coming.
PATIENCE = 0.12


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


class LongWay(Message):
    """A command was run with the mouse, though it has a key."""

    def __init__(self, command_id: str) -> None:
        self.command_id = command_id
        super().__init__()


class DeskScreen(Patient, SaysOnce, HandsOnFailures, ComposesSparingly, Screen[None]):
    """A screen of its own. `opening` tells that a desk is on its way: what is typed is for what comes."""

    opening = False

    @property
    def context(self) -> Context | None:
        """Where the keyboard is, on a screen where letters are commands."""
        return None

    @property
    def keymap(self) -> Keymap:
        """What each key does now."""
        return keymap_of(self)

    def keys_changed(self) -> None:
        """Other keys are in force: draw those that are shown."""

    def flash(self, words: str) -> None:
        """Say something quietly for a moment, in the place of the hints."""
        for footer in self.query(FittingFooter):
            footer.flash(words)

    def jump_targets(self) -> "list[Target]":
        """What one can jump to: whatever takes the focus."""
        from deskterm.screens.keys.jump import fields

        return fields(self)

    def offered(self) -> list[Command]:
        """The commands that exist here for this person, for the palette and the help."""
        return []

    def destinations(self) -> "Sequence[Choice]":
        """Where one can go besides, for the palette."""
        return ()

    def known(self) -> "Sequence[Choice]":
        """Where one can go whenever a part of its name is typed, for the palette."""
        return ()

    def go_to_destination(self, destination: str) -> None:
        """Go to one of `destinations` or of what is `known`, by its id."""

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
