"""The saved views in a pane: one line each, with how many conversations are in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from deskterm.record import record
from deskterm.text.words import tr, trn
from deskterm.widgets.paint import Part, line, row

#: A blank line and the heading.
_ABOVE = 2


@record
class SavedLine:
    """A view by its id; `count` as it is shown, empty while nobody has counted."""

    id: str
    label: str
    count: str = ""


@dataclass(eq=False, repr=False)
class SavedChosen(Message):
    """A saved view was chosen with the mouse."""

    view_id: str


@dataclass(eq=False, repr=False)
class SavedInSight(Message):
    """A pane with saved views is shown from now on."""


class SavedLines:
    """What a pane shows of them, below its own lines."""

    def __init__(self) -> None:
        self._views: tuple[SavedLine, ...] = ()
        self._here: str | None = None

    def put(self, views: Sequence[SavedLine], here: str | None) -> bool:
        """Take others; whether anything differs."""
        before = (self._views, self._here)
        self._views, self._here = tuple(views), here
        return before != (self._views, self._here)

    def ids(self, most: int) -> tuple[str, ...]:
        """Those that are shown where there is room for `most`."""
        return tuple(each.id for each in self._views[:most])

    def at(self, y: int, most: int) -> str | None:
        """The view on line `y` of `lines`."""
        shown, place = self._views[:most], y - _ABOVE
        return shown[place].id if 0 <= place < len(shown) else None

    def lines(self, width: int, most: int) -> list[Content]:
        """Nothing where there is none."""
        if not self._views:
            return []
        lines = [Content(), row([(" " + tr("Saved"), "$muted")], [("g v ", "$key")], width)]
        for each in self._views[:most]:
            here = each.id == self._here
            mark: Part = ("▌", "$frame-focus") if here else " "
            label: Part = (each.label, "bold" if here else "")
            lines.append(row([mark, " ", label], [(each.count, "$muted"), " "], width))
        if len(self._views) > most:
            rest = trn("{count} more", "{count} more", len(self._views) - most)
            lines.append(line((f"   {rest}", "$muted")))
        return lines
