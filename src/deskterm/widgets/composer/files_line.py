"""The line that names the files which go with the text."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.protocol.records import Visibility
from deskterm.text.words import tr
from deskterm.widgets.paint import Part, fitted


class FilesLine(Widget):
    """Seen only where there are some."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._names: dict[Visibility, Sequence[str]] = {}
        self._shown = Visibility.PUBLIC
        self.display = False

    @property
    def any(self) -> bool:
        """Whether files go with the text that is shown."""
        return bool(self._names.get(self._shown))

    def put(self, names: Sequence[str], visibility: Visibility) -> None:
        """Names those of the reply or of the note."""
        self._names[visibility] = names
        self.show(self._shown)

    def show(self, visibility: Visibility) -> None:
        """Shows those of the other text."""
        self._shown = visibility
        self.display = self.any
        self.refresh()

    def render(self) -> Content:
        """As many names as fit."""
        names = ", ".join(self._names.get(self._shown, ()))
        parts: list[Part] = [("▤ ", "$muted"), (names, "$link"), (f" · {tr('goes with it')}", "$muted")]
        return fitted(parts, self.size.width)
