"""A small card over a corner of the screen: a few lines, each with a mark for what is done."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.paint import fitted

#: A key, what it does, and whether it was tried.
Step = tuple[str, str, bool]

_KEY_CELLS = 7


class Card(Framed, Widget):
    """Never takes the keyboard."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._steps: Sequence[Step] = ()

    def show(self, title: str, steps: Sequence[Step], foot: str) -> None:
        """Says something; as many lines as there are steps."""
        self.set_frame(left=[(title, "bold")], foot=[(foot, "$muted")])
        if tuple(steps) != self._steps:
            longer = len(steps) != len(self._steps)
            self._steps = tuple(steps)
            self.refresh(layout=longer)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line per step."""
        return max(len(self._steps), 1)

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self._line(*each) for each in self._steps)

    def _line(self, key: str, words: str, done: bool) -> Content:
        mark = ("✓ ", "$delivery-sent") if done else ("· ", "$muted")
        said = (words, "$muted") if done else words
        return fitted([mark, (key.ljust(_KEY_CELLS), "bold $key"), said], self.size.width)
