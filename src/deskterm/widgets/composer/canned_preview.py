"""The text of a canned reply below the chooser, as it would be written, its open places marked."""

from textual.content import Content, Span
from textual.widget import Widget

from deskterm.text.placeholders import Blanks, Filled
from deskterm.text.safe import safe


class CannedPreview(Widget):
    """A few lines of text, or one sentence instead."""

    def __init__(self) -> None:
        super().__init__(markup=False, classes="canned--preview")
        self._content = Content("")

    def show(self, filled: Filled) -> None:
        """Shows a canned reply, filled in for the conversation at hand."""
        shown = Filled(safe(filled.text), filled.blanks)
        blanks = Blanks()
        blanks.add("", shown)
        spans = [Span(each.start, each.end, "bold underline reverse") for each in blanks.find(shown.text)]
        self._content = Content(shown.text, spans)
        self.refresh()

    def say(self, words: str) -> None:
        """Shows a sentence."""
        self._content = Content(safe(words)).stylize("$muted")
        self.refresh()

    def render(self) -> Content:
        """The text."""
        return self._content
