"""What a pane shows where there are no messages: apart from the thread, for a first frame without one."""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from deskterm.widgets.conversations.states import Sentence, sentence, skeleton


class StandIn(Widget):
    """What a thread shows instead of messages, over its whole height: skeleton lines, or one sentence."""

    def __init__(self, said: Sentence | None) -> None:
        super().__init__(markup=False)
        self._said = said

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All there is."""
        return max(container.height, 1)

    def render(self) -> Content:
        """The lines."""
        width, height = self.size
        said = self._said
        if said is None:
            lines = [skeleton(each, 2, width) for each in range(height)]
        else:
            lines = [sentence(said, each, width, height) for each in range(height)]
        return Content("\n").join(lines)
