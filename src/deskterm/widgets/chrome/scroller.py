"""Something long that is read and scrolled by the keys of movement."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from deskterm.widget_keys import MOVE, bound


class Scroller(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Its keys move the view, for there is no cursor."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*MOVE)

    def action_move(self, step: int) -> None:
        """A line down or up."""
        self.scroll_relative(y=step, animate=False)

    def action_half_page(self, step: int) -> None:
        """Half a screenful down or up."""
        self.action_move(step * max(self.size.height // 2, 1))

    def action_page(self, step: int) -> None:
        """A screenful down or up, but for a line."""
        self.action_move(step * max(self.size.height - 1, 1))

    def action_top(self) -> None:
        """The first line."""
        self.scroll_home(animate=False)

    async def action_bottom(self) -> None:
        """The last line."""
        self.scroll_end(animate=False)
