"""The line below what is being written: who speaks and who will read, what was saved, how long it is."""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from deskterm.protocol.records import Visibility
from deskterm.text.words import tr
from deskterm.widgets.paint import Part, line, row

#: A message has at most so many characters; from the second number on the line counts down.
MOST_CHARACTERS, WARN_CHARACTERS = 10_000, 9_500


class ComposerLine(Widget):
    """One line, repainted with every key, so that nothing else has to be."""

    def __init__(self, *, audience: bool = True) -> None:
        """`audience` tells whether there are several kinds of readers, to be named."""
        super().__init__(markup=False)
        self._audience = audience
        self._speaker, self._readers = "", "public"
        self._visibility = Visibility.PUBLIC
        self._length = 0
        self._saved = ""
        self._trouble = ""
        self._reason: str | None = None

    def show(
        self,
        *,
        speaker: str | None = None,
        readers: str | None = None,
        visibility: Visibility | None = None,
        length: int | None = None,
        saved: str | None = None,
        trouble: str | None = None,
    ) -> None:
        """Changes what is given and keeps the rest. `trouble` says why nothing was sent."""
        self._speaker = self._speaker if speaker is None else speaker
        self._readers = self._readers if readers is None else readers
        self._visibility = self._visibility if visibility is None else visibility
        self._length = self._length if length is None else length
        self._saved = self._saved if saved is None else saved
        if trouble is not None and trouble != self._trouble:
            self._trouble = trouble
            self.refresh(layout=True)
        self.refresh()

    def show_reason(self, reason: str | None) -> None:
        """Says why nothing can be written here; None when it can."""
        self._reason = reason
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Told from `width` alone: asking for a size before there is one lays everything out once more."""
        if self._reason is None and not self._trouble:
            return 1
        words = line((self._reason, "$muted")) if self._reason is not None else self._complaint(width)
        return words.get_height({}, width)

    def render(self) -> Content:
        """The line."""
        if self._reason is not None:
            return line((self._reason, "$muted"))
        if self._trouble:
            return self._complaint(self.size.width)
        saved: list[Part] = [(f"{self._saved} · ", "$muted")] if self._saved else []
        right = [*saved, self._count()]
        return row(self._left(self.size.width - line(*right).cell_length), right, self.size.width)

    def _complaint(self, width: int) -> Content:
        """Why nothing was sent, whole: beside the length where both fit, else over several lines."""
        words = line(*self._left(width))
        count = self._count()
        rest = width - words.cell_length - line(count).cell_length
        return row(self._left(width), [count], width) if rest > 1 else words

    def _left(self, width: int) -> list[Part]:
        """Who speaks and who will read; where both do not fit into `width`, who will read comes first."""
        if self._trouble:
            return [("! ", "$waiting-over bold"), (self._trouble, "$waiting-over")]
        note = self._visibility is Visibility.INTERNAL
        who = tr("as {name}", name=self._speaker) if self._speaker else ""
        if not self._audience:
            return [(f"{who} · ", "$muted")] if who else []
        readers: Part = (tr("internal note"), "$note-accent bold") if note else (tr(self._readers), "$muted")
        if not who:
            return [readers]
        parts: list[Part] = [(who, "$muted"), (" · ", "$muted"), readers]
        return parts if line(*parts).cell_length < width else parts[::-1]

    def _count(self) -> Part:
        if self._length > MOST_CHARACTERS:
            return (
                tr(
                    "{count} over {most}",
                    count=f"{self._length - MOST_CHARACTERS:,}",
                    most=f"{MOST_CHARACTERS:,}",
                ),
                "$waiting-over bold",
            )
        if self._length > WARN_CHARACTERS:
            return (tr("{count} ch left", count=f"{MOST_CHARACTERS - self._length:,}"), "$waiting-warn bold")
        return (tr("{count} ch", count=f"{self._length:,}") if self._length else "", "$muted")
