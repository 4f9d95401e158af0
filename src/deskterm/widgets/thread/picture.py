"""A picture in coloured half blocks."""

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

#: The upper half of a cell in the colour of letters, the lower one in that of the ground.
_HALF = "▀"


class PictureView(Widget):
    """Draws pixels, two below each other in a cell."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._width, self._rows = 0, list[bytes]()

    def show(self, width: int, rgb: bytes) -> None:
        """Draws these, three bytes each, `width` in a row."""
        self._width = width
        self._rows = [rgb[at : at + 3 * width] for at in range(0, len(rgb), 3 * width)]
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """A cell for each pixel."""
        return self._width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A cell for two."""
        return (len(self._rows) + 1) // 2

    def render_line(self, y: int) -> Strip:
        """One line of cells, as few pieces as there are changes of colour."""
        if 2 * y >= len(self._rows):
            return Strip.blank(self.size.width)
        upper, lower = self._rows[2 * y], self._rows[2 * y + 1] if 2 * y + 1 < len(self._rows) else b""
        pieces: list[Segment] = []
        at, count = 0, 1
        while at < self._width:
            while at + count < self._width and _same(upper, lower, at, at + count):
                count += 1
            pieces.append(Segment(_HALF * count, _style(upper, lower, at)))
            at, count = at + count, 1
        return Strip(pieces, self._width)


def _same(upper: bytes, lower: bytes, one: int, other: int) -> bool:
    return all(
        each[3 * one : 3 * one + 3] == each[3 * other : 3 * other + 3] for each in (upper, lower) if each
    )


def _style(upper: bytes, lower: bytes, at: int) -> Style:
    below = Color.from_rgb(*lower[3 * at : 3 * at + 3]) if lower else None
    return Style(color=Color.from_rgb(*upper[3 * at : 3 * at + 3]), bgcolor=below)
