"""A letter or two over something that can be gone to; it takes no room from what is below it."""

from textual.content import Content
from textual.widget import Widget

from deskterm.widgets.paint import line


class JumpLabel(Widget):
    """One label at a place of the screen, in cells from its upper left corner."""

    def __init__(self, label: str, x: int, y: int) -> None:
        super().__init__(markup=False)
        self.label = label
        """What is typed to go there."""
        self._typed = 0
        self.styles.offset = (x, y)
        self.styles.width = len(label)

    def follow(self, typed: str) -> None:
        """Dims what was typed of the label already; a label that is typed otherwise is not shown."""
        self.visible = self.label.startswith(typed)
        self._typed = len(typed)
        self.refresh()

    def render(self) -> Content:
        """The letters."""
        return line((self.label[: self._typed], "dim"), self.label[self._typed :])
