"""The text field of the composer: several lines, made safe on their way in."""

from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import TextArea

from deskterm.text.marks import TYPED_JOINERS
from deskterm.text.placeholders import NOTHING, Kept
from deskterm.text.safe import safe
from deskterm.widgets.composer.blank_filling import BlankFilling

#: At the beginning of a line this asks for a canned reply.
SNIPPET = ";"


class ComposerText(BlankFilling):
    """A text area without frame, blinking and highlighted line."""

    @dataclass
    class CannedWanted(Message):
        """A canned reply is asked for; `take_ahead` answers what was typed since."""

    @dataclass
    class Submitted(Message):
        """Enter was pressed where Enter sends; `text` is what stood there, whatever has been typed since."""

        text: str

    def __init__(self, placeholder: str, *, enter_sends: bool, classes: str, canned: bool = False) -> None:
        super().__init__(
            compact=True,
            highlight_cursor_line=False,
            placeholder=placeholder,
            classes=classes,
        )
        self.cursor_blink = False
        self._enter_sends = enter_sends
        self._canned = canned
        self._ahead: str | None = None

    @property
    def _draw_cursor(self) -> bool:
        """Draws a cursor where no terminal shows its own."""
        return super()._draw_cursor and self.app.is_headless

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's cursor goes: in the lines as they are now, also right after a resize."""
        self._cursor_offset = self.wrapped_document.location_to_offset(self.cursor_location)
        return super().cursor_screen_offset

    def set_enter_sends(self, enter_sends: bool) -> None:
        """Whether Enter sends or starts a new line."""
        self._enter_sends = enter_sends

    def put(self, text: str, blanks: Kept = NOTHING) -> None:
        """Takes another text, and what is to be filled in there; says nothing of a change."""
        self.keep_blanks(blanks)
        with self.prevent(TextArea.Changed):
            self.load_text(safe(text))
            self.move_cursor(self.document.end)

    async def on_key(self, event: events.Key) -> None:
        """Sends on Enter, where that is how it is done.

        Keys that edit or move are done here and now: left to their bindings, which the app looks up when the
        key has come all the way up to it, letters typed right behind them would overtake them.
        A letter with alt is no text: it is what terminals make of Escape and a letter typed right after it.
        """
        if event.key.startswith("alt+") or self._asks_for_canned(event) or self.goes_on(event):
            event.stop()
            event.prevent_default()
        elif event.character in TYPED_JOINERS and not self.read_only:
            event.stop()
            event.prevent_default()
            self.replace(event.character, *sorted(self.selection))
        elif event.key == "enter" and self._enter_sends:
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted(self.text))
        elif (action := self._own_action(event)) and await self.app.run_action(action, self):
            event.stop()
            event.prevent_default()

    def _own_action(self, event: events.Key) -> str:
        """The action of the field itself that the key stands for; nothing where it is another's, or text."""
        if event.is_printable or not self.has_focus:
            return ""
        if event.key == "ctrl+j" and not self.read_only:
            return "newline"
        found = (self.screen.active_bindings.get(each) for each in event.aliases)
        own = (each.binding.action for each in found if each and each.node is self and each.enabled)
        return next(own, "")

    def action_newline(self) -> None:
        """Starts a new line."""
        self.insert("\n")

    def take_ahead(self) -> str:
        """What was typed after the sign that asks for a canned reply; from now on letters are text again."""
        ahead, self._ahead = self._ahead or "", None
        return ahead

    def _asks_for_canned(self, event: events.Key) -> bool:
        """Whether the key asks for a canned reply, or belongs to the one asked for."""
        if self._ahead is not None and event.character and event.is_printable:
            self._ahead += event.character
            return True
        starts = self.cursor_location[1] == 0 and self.selection.is_empty
        if not self._canned or event.character != SNIPPET or not starts or self.read_only:
            return False
        self._ahead = ""
        self.post_message(self.CannedWanted())
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Inserts pasted text as it may be shown: a clipboard can hold anything."""
        event.stop()
        event.prevent_default()
        if not self.read_only:
            self.insert(safe(event.text))
