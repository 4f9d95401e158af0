"""Baseline: a list that draws line by line and does nothing else, two lines a row as in the inbox."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

ROWS = 500
PLAIN, CURSOR = Style.parse("white on black"), Style.parse("white on blue")


class BareList(ScrollView, can_focus=True):
    """Rows of text, one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "move(1)", "down"), Binding("k", "move(-1)", "up")]

    def __init__(self) -> None:
        super().__init__()
        self._cursor = 0
        self.virtual_size = Size(46, ROWS * 2)

    def render_line(self, y: int) -> Strip:
        """One line."""
        row, part = divmod(y + self.scroll_offset.y, 2)
        style = CURSOR if row == self._cursor else PLAIN
        words = f"    Contact {row}" if part == 0 else f"    Subject {row}"
        return Strip([Segment(words, style)]).adjust_cell_length(self.size.width, style)

    def action_move(self, step: int) -> None:
        """Move the cursor; only two rows are painted again."""
        before, self._cursor = self._cursor, max(0, min(self._cursor + step, ROWS - 1))
        for row in (before, self._cursor):
            self.refresh(Region(0, row * 2 - self.scroll_offset.y, self.size.width, 2))


class Bare(App[None]):
    """The list, at the width it has in the inbox."""

    CSS = "BareList { width: 46; }"
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """The list."""
        yield BareList()


if __name__ == "__main__":
    Bare().run()
