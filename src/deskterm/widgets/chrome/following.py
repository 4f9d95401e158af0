"""Over the bottom of the screen, in columns: which keys may follow the one that was typed."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from deskterm.text.width import cells, fit
from deskterm.widgets.paint import Part, fitted, plain

#: A key and what it does.
Follows = tuple[str, str]

#: Cells between two columns, and before the first.
_APART, _EDGE = 3, 1

#: Columns are alike up to so many cells. Names of accounts may be longer: only their own columns are wider.
_ALIKE, _MOST = 20, 40


class Following(Widget):
    """All of them, whatever the window's width; never takes the keyboard."""

    def __init__(self, follows: Sequence[Follows]) -> None:
        super().__init__()
        self._follows = [(key, plain(words)) for key, words in sorted(follows, key=_by_alphabet)]
        widths = [_width(each) for each in self._follows]
        self._width = max((each for each in widths if each <= _ALIKE), default=_ALIKE)

    def on_mount(self) -> None:
        """Become as high as they take."""
        self._grow()

    def on_resize(self, _: events.Resize) -> None:
        """Another width holds another number of columns."""
        self._grow()

    def render(self) -> Content:
        """The columns, each to be read downwards."""
        columns = self._columns()
        return Content("\n").join(self._line(columns, each) for each in range(len(columns[0])))

    def _grow(self) -> None:
        self.styles.height = len(self._columns()[0])

    def _columns(self) -> list[list[Follows]]:
        """As few lines as the window's width allows."""
        for lines in range(1, len(self._follows)):
            columns = [self._follows[at : at + lines] for at in range(0, len(self._follows), lines)]
            taken = sum(map(self._wide, columns)) + _APART * (len(columns) - 1)
            if _EDGE + taken <= self.app.size.width:
                return columns
        return [self._follows]

    def _wide(self, column: list[Follows]) -> int:
        return max(self._width, *map(_width, column))

    def _line(self, columns: list[list[Follows]], at: int) -> Content:
        parts: list[Part] = []
        for column in columns:
            if at < len(column):
                key, words = column[at]
                blank = self._wide(column) - cells(f"{key} ")
                parts += [" " * (_APART if parts else _EDGE), (key, "bold $key"), f" {fit(words, blank)}"]
        return fitted(parts, self.app.size.width)


def _width(follows: Follows) -> int:
    return min(cells(f"{follows[0]} {follows[1]}"), _MOST)


def _by_alphabet(follows: Follows) -> tuple[bool, str, str]:
    """Letters first, small before large; then digits and signs."""
    key = follows[0]
    return not key[:1].isalpha(), key.lower(), key.swapcase()
