"""Over the bottom of the screen, in columns: which keys may follow the one that was typed."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from deskterm.text.width import cells
from deskterm.widgets.paint import Part, fitted

#: A key and what it does.
Follows = tuple[str, str]

#: Cells between two columns, and before the first.
_APART, _EDGE = 3, 1


class Following(Widget):
    """All of them, whatever the window's width; never takes the keyboard."""

    def __init__(self, follows: Sequence[Follows]) -> None:
        super().__init__()
        self._follows = sorted(follows, key=_by_alphabet)
        self._width = max(cells(f"{key} {words}") for key, words in follows)

    def on_mount(self) -> None:
        """Become as high as they take."""
        self._grow()

    def on_resize(self, _: events.Resize) -> None:
        """Another width holds another number of columns."""
        self._grow()

    def render(self) -> Content:
        """The columns, each to be read downwards."""
        height = self._lines()
        return Content("\n").join(self._line(self._follows[each::height]) for each in range(height))

    def _grow(self) -> None:
        self.styles.height = self._lines()

    def _lines(self) -> int:
        columns = max((self.app.size.width - _EDGE + _APART) // (self._width + _APART), 1)
        return -(-len(self._follows) // columns)

    def _line(self, follows: Sequence[Follows]) -> Content:
        parts: list[Part] = []
        for key, words in follows:
            blank = " " * (self._width - cells(f"{key} {words}"))
            parts += [" " * (_APART if parts else _EDGE), (key, "bold $key"), f" {words}{blank}"]
        return fitted(parts, self.app.size.width)


def _by_alphabet(follows: Follows) -> tuple[bool, str, str]:
    """Letters first, small before large; then digits and signs."""
    key = follows[0]
    return not key[:1].isalpha(), key.lower(), key.swapcase()
