"""A message that the reader can point at: a bar stands in the blank cell before its text, nothing moves."""

from textual.strip import Strip

from deskterm.widgets.paint import line, strip
from deskterm.widgets.thread.message import MessageView

#: The blank cell between the edge of a message and its text.
_PLACE = 1


class PointedMessage(MessageView):
    """One message, perhaps pointed at."""

    _pointed = False

    @property
    def pointed(self) -> bool:
        """Whether the reader points at it."""
        return self._pointed

    def set_pointed(self, pointed: bool) -> None:
        """Draws the bar, or takes it away."""
        if pointed != self._pointed:
            self._pointed = pointed
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the message, with the bar where the cell before the text is blank."""
        drawn = super().render_line(y)
        if not self._pointed or (y == 0 and self.entry.head) or drawn.cell_length <= _PLACE + 1:
            return drawn
        if drawn.crop(_PLACE, _PLACE + 1).text != " ":
            return drawn
        bar = strip(line(("▌", "$frame-focus bold")), self.visual_style, 1)
        return Strip.join([drawn.crop(0, _PLACE), bar, drawn.crop(_PLACE + 1)])
