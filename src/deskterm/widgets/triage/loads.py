"""Who has how much to do, one agent a line, and the desk's five figures in one row."""

from collections.abc import Sequence
from datetime import datetime

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from deskterm.protocol.records import Presence
from deskterm.record import record
from deskterm.text.times import relative
from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.chrome.saved_lines import SavedChosen, SavedInSight, SavedLine, SavedLines
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.paint import Part, fitted, row

#: How many agents a pane below the list names at most.
_BELOW = 4


@record
class AgentLoad:
    """An agent, how many open conversations they have, and how many at most (None = nothing bounds them)."""

    id: str
    name: str
    presence: Presence
    open: int
    most: int | None = None

    @property
    def full(self) -> bool:
        """Whether there is room for no other."""
        return self.most is not None and self.open >= self.most

    @property
    def words(self) -> list[Part]:
        """`12 of 15`, `FULL 15`, `12 open`."""
        if self.most is None:
            return [tr("{count} open", count=self.open)]
        if self.full:
            return [(tr("FULL"), "$waiting-over"), f" {self.open}"]
        return [tr("{open} of {most}", open=self.open, most=self.most)]


@record
class DeskFigures:
    """How the desk stands."""

    unassigned: int
    open: int
    handled: int
    online: int
    longest: datetime | None = None


class LoadPane(Framed, Widget):
    """The agents' loads; never takes the keyboard."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._loads: Sequence[AgentLoad] = ()
        self.saved = SavedLines()
        self.set_frame(left=[(tr("Load"), "bold")])

    def set_loads(self, loads: Sequence[AgentLoad]) -> None:
        """The agents in the order to show them in."""
        if tuple(loads) != tuple(self._loads):
            longer = len(loads) != len(self._loads)
            self._loads = tuple(loads)
            self.refresh(layout=longer)

    def set_saved(self, views: Sequence[SavedLine], here: str | None) -> None:
        """The saved views below the agents, where there is room; `here` is shown."""
        if self.saved.put(views, here):
            self.refresh()

    def on_show(self) -> None:
        """Their counts are wanted."""
        self.post_message(SavedInSight())

    @property
    def watched(self) -> tuple[str, ...]:
        """The saved views that are in sight."""
        return self.saved.ids(self._saved_room) if self.display and self.region else ()

    @property
    def _saved_room(self) -> int:
        return max(self.size.height - min(len(self._loads), self.size.height // 2) - 3, 0)

    def on_click(self, event: events.Click) -> None:
        """Chooses the saved view that was clicked."""
        y = event.get_content_offset_capture(self).y - self._agents_shown
        saved = self.saved.at(y, self._saved_room)
        if saved is not None:
            self.post_message(SavedChosen(saved))

    @property
    def _agents_shown(self) -> int:
        """All, unless there are so many that half is left to the saved views."""
        height = max(self.size.height, 1)
        saved = self.saved.ids(self._saved_room)
        return min(len(self._loads), height - len(saved) - 3 if saved else height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each, as far as there is room below a list."""
        return min(max(len(self._loads), 1), _BELOW)

    def render(self) -> Content:
        """The lines."""
        width = self.size.width
        lines = [
            row([PRESENCE_MARKS[each.presence], " ", each.name], [*each.words, " "], width)
            for each in self._loads[: self._agents_shown]
        ]
        if room := self._saved_room:
            lines += self.saved.lines(width, room)
        return Content("\n").join(lines[: max(self.size.height, 1)])


class FigureStrip(Widget):
    """`4 unassigned · 214 open · waits 3h at most · 31 handled today · 5 online`."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._parts: list[Part] = []

    def set_figures(self, figures: DeskFigures, now: datetime) -> None:
        """Shows them, if they differ from what is shown."""
        parts = _parts(figures, now)
        if parts != self._parts:
            self._parts = parts
            self.refresh()

    def render(self) -> Content:
        """The row."""
        parts = self._parts
        if sum(cells(text if isinstance(text, str) else text[0]) for text in parts) >= self.size.width:
            parts = [(" · ", "$muted") if each == _APART else each for each in parts]
        return fitted([" ", *parts], self.size.width)


#: What stands between two figures, where there is room for it.
_APART: Part = ("  ·  ", "$muted")


def _parts(figures: DeskFigures, now: datetime) -> list[Part]:
    longest = relative(figures.longest, now) if figures.longest else tr("nobody")
    said = (
        (str(figures.unassigned), tr("unassigned")),
        (str(figures.open), tr("open")),
        (longest, tr("waits longest")),
        (str(figures.handled), tr("handled today")),
        (str(figures.online), tr("online")),
    )
    parts: list[Part] = []
    for value, words in said:
        parts += [_APART if parts else "", (value, "bold"), (f" {words}", "$muted")]
    return parts
