"""The text field of the composer: several lines, made safe on their way in."""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from deskterm.text.safe import safe


class ComposerText(TextArea):
    """A text area without frame, blinking and highlighted line."""

    @dataclass
    class Submitted(Message):
        """Enter was pressed where Enter sends."""

    def __init__(self, placeholder: str, *, enter_sends: bool, classes: str) -> None:
        super().__init__(
            compact=True,
            highlight_cursor_line=False,
            placeholder=placeholder,
            classes=classes,
        )
        self.cursor_blink = False
        self._enter_sends = enter_sends

    def set_enter_sends(self, enter_sends: bool) -> None:
        """Whether Enter sends or starts a new line."""
        self._enter_sends = enter_sends

    def put(self, text: str) -> None:
        """Takes another text, with the cursor at its end, without saying that it changed."""
        with self.prevent(TextArea.Changed):
            self.load_text(safe(text))
            self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        """Sends on Enter, where that is how it is done.

        A letter with alt is no text: it is what terminals make of Escape and a letter typed right after it.
        """
        if event.key.startswith("alt+"):
            event.stop()
            event.prevent_default()
        elif event.key == "enter" and self._enter_sends:
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())

    def on_paste(self, event: events.Paste) -> None:
        """Inserts pasted text as it may be shown: a clipboard can hold anything."""
        event.stop()
        event.prevent_default()
        if not self.read_only:
            self.insert(safe(event.text))
