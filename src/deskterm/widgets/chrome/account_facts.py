"""Who is signed in and where, as labelled lines in a frame."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.text.width import cells
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.paint import Part, fitted, plain


class AccountFacts(Framed, Widget):
    """A line per fact; what is too long is cut."""

    def __init__(self, title: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._title = title
        self._facts: Sequence[tuple[str, str]] = ()

    def on_mount(self) -> None:
        """Names the frame."""
        self.set_frame(left=[(self._title, "bold")])

    def show(self, facts: Sequence[tuple[str, str]]) -> None:
        """Label and words of each line."""
        if facts != self._facts:
            higher = len(facts) != len(self._facts)
            self._facts = facts
            self.refresh(layout=higher)

    def render(self) -> Content:
        """The lines."""
        width = max((cells(plain(label)) for label, _ in self._facts), default=0)
        lines = (self._line(label, words, width) for label, words in self._facts)
        return Content("\n").join(lines)

    def _line(self, label: str, words: str, width: int) -> Content:
        gap = " " * (width - cells(plain(label)) + 2)
        parts: list[Part] = [(label, "$muted"), gap, words]
        return fitted(parts, self.size.width)
