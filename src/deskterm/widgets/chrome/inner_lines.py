"""The lines inside a frame, drawn without asking anew what stands around them.

Textual works out borders, colours and titles for every line that changes, which costs more than a line
of ours and comes between a key and what it shows.
"""

from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Around(NamedTuple):
    """What stands around a line inside: the sides of the frame, and the colour behind."""

    left: Segment
    right: Segment
    background: Color


class InnerLines(Widget):
    """A framed widget whose `render_line` gives styled lines; what is around them is kept."""

    _around: Around | None = None

    def refresh(self, *regions: Region, **how: bool) -> "InnerLines":
        """Draws again; all of it means what is around the lines, too."""
        if not regions:
            self._around = None
        super().refresh(*regions, **how)
        return self

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of `crop`."""
        width, height = self.outer_size
        if self._around and crop.y > 0 and crop.bottom < height and crop.column_span == (0, width):
            return self._inside(crop, self._around)
        strips = super().render_lines(crop)
        if crop.size == self.outer_size and height > 2 and min(self.gutter) == 1:
            first, *_, last = strips[1]
            self._around = Around(first, last, self.background_colors[1])
        return strips

    def _inside(self, crop: Region, around: Around) -> list[Strip]:
        width, inner, filters = crop.width, self.content_size.width, self.get_line_filters()
        behind = Style.from_color(bgcolor=around.background.rich_color)  # beneath the scrollbar
        found = []
        for y in crop.line_range:
            strip = self.render_line(y - 1)
            for each in filters:
                strip = strip.apply_filter(each, around.background)
            found.append(Strip([around.left, *strip.adjust_cell_length(inner, behind), around.right], width))
        return found
