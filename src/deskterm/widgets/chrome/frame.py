"""The one frame of every pane: rounded, heavy where the focus is, with words set into its edges.

The heavy frame shows the focus without colour. Words stand at both ends of the top edge, as in
`━ Mine · open ━━━━━━━━ 8 of 12 ━`; the bottom edge carries hints or news,
of which none is cut.
"""

from collections.abc import Sequence

from textual import events
from textual.widget import Widget

from deskterm.widgets.paint import Part, fitted, hinted, line, row

#: Corners, and one piece of line with one space on each side of the words.
_TAKEN = 6


class Framed(Widget):
    """A widget with words in its frame. Mix it in before the class that draws what is inside."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._frame_left: Sequence[Part] = ()
        self._frame_right: Sequence[Part] = ()
        self._frame_foot: Sequence[Part] = ()
        self._frame_heavy = False
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def set_frame(
        self,
        left: Sequence[Part] | None = None,
        right: Sequence[Part] | None = None,
        foot: Sequence[Part] | None = None,
    ) -> None:
        """Puts words into the frame: at the left and right of the top edge, and into the bottom edge.

        None keeps what is there. Costs a repaint of the whole pane if anything differs: for what changes
        with every key, use a line inside the pane.
        """
        self._frame_left = self._frame_left if left is None else left
        self._frame_right = self._frame_right if right is None else right
        self._frame_foot = self._frame_foot if foot is None else foot
        self._draw_frame()

    def on_resize(self, _: events.Resize) -> None:
        """Fills the top edge again for its new width."""
        self._draw_frame()

    def on_focus(self, _: events.Focus) -> None:
        """Makes the edge heavy."""
        self._set_heavy(True)

    def on_blur(self, _: events.Blur) -> None:
        """Makes the edge light."""
        self._set_heavy(False)

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """Makes the edge heavy for the focus of what is inside."""
        self._set_heavy(True)

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """Makes the edge light when the focus has gone elsewhere."""
        self._set_heavy(self.has_focus_within)

    def _set_heavy(self, heavy: bool) -> None:
        if heavy != self._frame_heavy:
            self._frame_heavy = heavy
            self._draw_frame()

    def _draw_frame(self) -> None:
        width = max(self.outer_size.width - _TAKEN, 0)
        edge = ("━", "$frame-focus") if self._frame_heavy else ("─", "$frame")
        if not width:  # not told yet how wide: shown all the same, for not every first size is told
            title = line(*self._frame_left)
        elif self._frame_right:
            title = row(self._frame_left, self._frame_right, width, edge)
        else:
            title = fitted(self._frame_left, width)
        foot = hinted(self._frame_foot, width)
        if self.border_title != title.markup:
            self.border_title = title
        if self.border_subtitle != foot.markup:
            self.border_subtitle = foot
