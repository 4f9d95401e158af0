"""The last row: what one can do here. Hints that do not fit are left out whole; none is ever cut."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widgets.paint import Part, fitted, line, plain, row

#: A key as people know it, and what it does, as in `("r", "reply")`.
Hint = tuple[str, str]

#: More hints than this nobody reads.
MOST_HINTS = 7

#: Seconds for which something is said in their place.
FLASH = 2.0

_HELP: tuple[Hint, ...] = (("?", "help"), (":", "commands"))
_HELP_IN_TEXT: tuple[Hint, ...] = (("F1", "help"), ("^P", "commands"))


class FittingFooter(Widget):
    """Hints for what has the focus, and at the right edge always where help is."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._hints: tuple[Hint, ...] = ()
        self._help = _HELP
        self._said = ""

    def set_hints(
        self, hints: Sequence[Hint], *, typing: bool = False, ends: Sequence[Hint] | None = None
    ) -> None:
        """Hints, the most useful first. While a text field has the focus (`typing`), help has other keys.

        `ends` stand at the right edge instead of them.
        """
        help_hints = _HELP_IN_TEXT if typing else _HELP
        wanted = tuple(hints)[:MOST_HINTS], help_hints if ends is None else tuple(ends)
        if wanted != (self._hints, self._help):
            self._hints, self._help = wanted
            self.refresh()

    def flash(self, words: str) -> None:
        """Says something for a moment, then shows the hints again."""
        self._said = words
        self.refresh()
        self.set_timer(FLASH, lambda: self._end_flash(words))

    def _end_flash(self, words: str) -> None:
        if self._said == words:
            self._said = ""
            self.refresh()

    def render(self) -> Content:
        """The row."""
        if self._said:
            return fitted([" ", (tr(self._said), "$muted")], self.size.width)
        width = self.size.width
        for ends in (self._help, self._help[:1], ()):
            taken = _cells(ends)
            if taken <= width:
                fitting = _fitting(self._hints, width - taken)
                return row(_parts(fitting), [*_parts(ends)[1:], " "] if ends else [], width)
        return line()


def _fitting(hints: Sequence[Hint], width: int) -> list[Hint]:
    kept: list[Hint] = []
    for hint in hints:
        if _cells([*kept, hint]) > width:
            break
        kept.append(hint)
    return kept


def _cells(hints: Sequence[Hint]) -> int:
    """Cells that hints take, with what sets them apart from each other and from the edges."""
    return sum(cells(plain(f"{key} {tr(words)}")) + 2 for key, words in hints)


def _parts(hints: Sequence[Hint]) -> list[Part]:
    parts: list[Part] = [" "]
    for place, (key, words) in enumerate(hints):
        parts += ["  " if place else "", (key, "bold $key"), (f" {tr(words)}", "$muted")]
    return parts
