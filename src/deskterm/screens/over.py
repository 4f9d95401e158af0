"""Screens that stand over another one."""

from typing import Any, ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from deskterm.commands.keymap import EVERY
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import TYPING, Command
from deskterm.commands.panels import of_panel
from deskterm.screens.failures import HandsOnFailures
from deskterm.screens.keys.keyed import OwnKeys, keymap_of
from deskterm.screens.saying import SaysOnce
from deskterm.terminal.composing import ComposesSparingly
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Picker

Answer = TypeVar("Answer")


class Over(SaysOnce, HandsOnFailures, ComposesSparingly, OwnKeys, ModalScreen[Answer]):
    """A screen over another one, with an answer. It leaves once, whatever follows in the same burst of keys:
    where Enter has taken it away, Textual would let an Escape behind it take away the screen below.

    One with a `panel` has the bindings of the table of commands, and names their keys in its frame between
    what `first` and `last` say.
    """

    first: ClassVar[str] = ""
    last: ClassVar[str] = later("Esc close")
    unsaid: ClassVar[frozenset[str]] = frozenset()
    """Commands whose keys its own words name."""

    def __init_subclass__(cls, **options: Any) -> None:
        if cls.panel is not None:
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bindings_of(of_panel(cls.panel))]
        super().__init_subclass__(**options)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave with an answer; nothing if it has left already."""
        if self.app.screen_stack[-1:] != [self]:
            return AwaitComplete()
        return super().dismiss(result)

    # --- keys of its own ---------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Name the keys."""
        self.keys_changed()

    def may(self, command_id: str) -> bool:
        """Whether this can be done here now."""
        return True

    def offered(self) -> list[Command]:
        """Its commands that can be done now."""
        return [each for each in of_panel(self.panel) if self.may(each.id)] if self.panel else []

    def key(self, command_id: str) -> str:
        """The key of a command as it is now, for a sentence; its id where it has none. One of the screen
        below may be a letter: it is not pressed where one types.
        """
        typing = self.panel in EVERY[command_id].contexts and self.panel in TYPING
        hint = keymap_of(self).hint(command_id, typing=typing)
        return hint[0] if hint else command_id

    def hints(self) -> str:
        """What can be done here, each with its key."""
        keymap = keymap_of(self)
        said = (each.id for each in self.offered() if each.id not in self.unsaid)
        found = (keymap.hint(each, typing=self.panel in TYPING) for each in said)
        keys = [f"{key} {tr(label)}" for key, label in filter(None, found)]
        return "  ".join(filter(None, [tr(self.first), *keys, tr(self.last)]))

    def keys_changed(self) -> None:
        """Name the keys that are in force now."""
        if self.panel is not None:
            self.show_hints(self.hints())

    def show_hints(self, words: str) -> None:
        """Say what can be done in the frame."""
        for picker in self.query(Picker):
            picker.set_frame(foot=[(words, "$muted")])
