"""What a colleague wrote while one was writing: shown where one writes, with the keys that decide."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.text.words import tr
from deskterm.widgets.chrome.footer import Hint
from deskterm.widgets.paint import Part, line, row

#: Lines of the colleague's text; the whole of it stands in the thread.
LINES = 3


class NewerReply(Widget):
    """A few lines, hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self._title = ""
        self._text: Sequence[str] = ()
        self._keys: Sequence[Hint] = ()

    def show_reply(self, title: str, body: str, keys: Sequence[Hint]) -> None:
        """Say who wrote what, and what can be done."""
        lines = [each for each in body.splitlines() if each.strip()]
        self._title, self._keys = title, keys
        self._text = lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]} …"]
        self.display = True
        self.refresh(layout=True)

    def hide(self) -> None:
        """It was seen."""
        self.display = False

    def render(self) -> Content:
        """The lines, each within the width there is."""
        keys: list[Part] = []
        for place, (key, words) in enumerate(self._keys):
            keys += ["   " if place else "", (key, "bold $key"), (f" {tr(words)}", "$muted")]
        width = self.size.width
        head = row([("! ", "$waiting-over bold"), (self._title, "bold")], [], width)
        said = [row([("│ ", "$author-agent"), each], [], width) for each in self._text]
        return Content("\n").join([head, *said, line(*keys)])
