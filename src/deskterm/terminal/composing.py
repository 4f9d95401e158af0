"""What a frame asks of the widgets: the lines that changed, of those that are seen.

Textual has every widget of a screen render all its lines for each frame, and throws away what did not change
and what stands behind others: a third of the time between a key and what it shows.
"""

from collections.abc import Iterable
from typing import Any

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class SparingCompositor(Compositor):
    """Asks for the changed lines only."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """The strips of each widget within the lines of `crop`, from front to back."""
        if crop is None:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if not shown.overlaps(crop):
                continue
            top = max(shown.y, crop.y)
            part = Region(shown.x, top, shown.width, min(shown.bottom, crop.bottom) - top)
            yield part, part, widget.render_lines(part.translate(-region.offset))
            if shown.contains_region(crop):
                return  # nothing of what stands behind is seen


class ComposesSparingly:
    """A screen that draws so."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._compositor: Compositor = SparingCompositor()
