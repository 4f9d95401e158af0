"""One sentence in the middle of everything, with the keys that help."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widgets.chrome.footer import Hint
from deskterm.widgets.paint import Part, line, plain


class Notice(Widget):
    """A mark, a sentence wrapped to the width there is, and keys with what they do."""

    def __init__(
        self,
        text: str,
        keys: Sequence[Hint] = (),
        *,
        mark: Part = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._text, self._keys, self._mark = text, tuple(keys), mark

    def say(self, text: str, keys: Sequence[Hint] = (), mark: Part = "") -> None:
        """Says something else."""
        self._text, self._keys, self._mark = text, tuple(keys), mark
        self.refresh(layout=True)

    def render(self) -> Content:
        """The sentence, and the keys below it."""
        said = line(*([self._mark, " "] if self._mark else []), self._text)
        if not self._keys:
            return said
        parts: list[Part] = []
        for place, (key, words) in enumerate(self._keys):
            parts += ["   " if place else "", (key, "bold $key"), (f" {words}", "$muted")]
        return Content("\n\n").join([said, line(*parts)])


class TooSmall(Notice):
    """Asks for a larger window, in as few words as the window has room for."""

    def __init__(self, columns: int = 20, rows: int = 5, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self._sentences = (
            tr("Make me bigger: deskterm needs {columns}×{rows}.", columns=columns, rows=rows),
            tr("Make me bigger."),
            "bigger",
            "+",
        )

    def render(self) -> Content:
        """The longest sentence that fits on one line, else the shortest."""
        fitting = (each for each in self._sentences if cells(plain(each)) <= self.size.width)
        return line(next(fitting, self._sentences[-1]))
