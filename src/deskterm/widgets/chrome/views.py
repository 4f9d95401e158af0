"""The views one can go to, as a row of tabs or, on wide screens, as a pane with the agents below."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from deskterm.protocol.records import Member, Presence
from deskterm.record import record
from deskterm.text.width import cells
from deskterm.text.words import tr, trn
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.chrome.places import Place
from deskterm.widgets.chrome.saved_lines import SavedChosen, SavedInSight, SavedLine, SavedLines
from deskterm.widgets.paint import Part, line, row

PRESENCE_MARKS: dict[Presence, Part] = {
    Presence.ONLINE: ("●", "$presence-online"),
    Presence.AWAY: ("◐", "$presence-away"),
    Presence.OFFLINE: ("○", "$presence-offline"),
}


@record
class View:
    """A view and how many conversations are in it; None while that is not known."""

    label: str
    count: int | None = None


class Views(Widget):
    """What both forms share: the views, the active one, and the message about another choice."""

    @dataclass(eq=False, repr=False)
    class Chosen(Message):
        """The view with this number, from 1, was chosen with the mouse."""

        number: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._views: Sequence[View] = ()
        self._active = 1

    def set_views(self, views: Sequence[View], active: int) -> None:
        """The views in their order, and the number of the active one, from 1."""
        if (tuple(views), active) != (self._views, self._active):
            self._views, self._active = tuple(views), active
            self.refresh()

    def spots(self) -> list[tuple[int, int, int]]:
        """Number, column and line of each view that is shown, in cells of the widget's inside."""
        raise NotImplementedError

    def _choose(self, number: int) -> None:
        if 1 <= number <= len(self._views):
            self.post_message(self.Chosen(number))


class ViewTabs(Views):
    """`[1]Mine 12  [2]Unassigned 4`, the active one bold and underlined; none is ever cut."""

    _direct = 0

    def set_direct(self, unread: int) -> None:
        """How many rooms and direct messages have something new: told behind the tabs while there are any."""
        if unread != self._direct:
            self._direct = unread
            self.refresh()

    def render(self) -> Content:
        """The row."""
        parts: list[Part] = []
        for number, start, _ in self._places():
            parts.append(" " * (start - sum(cells(_words(each)) for each in parts)))
            parts += _tab(number, self._views[number - 1], number == self._active)
        news: list[Part] = [
            "  ",
            ("[g d]", "$key"),
            (tr("Direct") + " ", "$muted"),
            (f"● {self._direct}", "$unread bold"),
        ]
        taken = sum(cells(_words(each)) for each in (*parts, *news))
        return line(*parts, *(news if self._direct and taken < self.size.width else []))

    def spots(self) -> list[tuple[int, int, int]]:
        """Where the number of each tab stands."""
        return [(number, start + 1, 0) for number, start, _ in self._places()]

    def on_click(self, event: events.Click) -> None:
        """Chooses the tab that was clicked."""
        for number, start, end in self._places():
            if start <= event.x < end:
                self._choose(number)

    def _places(self) -> list[tuple[int, int, int]]:
        """Number, first and last column of each tab that fits."""
        found, column = [], 1
        for number, view in enumerate(self._views, 1):
            width = cells("".join(_words(each) for each in _tab(number, view, False)))
            if column + width > self.size.width:
                break
            found.append((number, column, column + width))
            column += width + 2
        return found


class NavPane(Framed, Views):
    """The views one below another, saved ones, one's rooms and direct messages, and who is there."""

    @dataclass
    class PlaceChosen(Message):
        """A room or a direct conversation was chosen with the mouse."""

        place_id: str

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._members: Sequence[Member] = ()
        self._places: Sequence[Place] = ()
        self._here: str | None = None
        self.saved = SavedLines()
        self.set_frame(left=[(tr("Desk"), "bold")])

    def set_saved(self, views: Sequence[SavedLine], here: str | None) -> None:
        """The saved views, in their order; `here` is shown."""
        if self.saved.put(views, here):
            self.refresh()

    def set_members(self, members: Sequence[Member]) -> None:
        """The agents, in the order to show them in."""
        if tuple(members) != self._members:
            self._members = tuple(members)
            self.refresh()

    def set_places(self, places: Sequence[Place], here: str | None) -> None:
        """Rooms and direct messages, in their order; `here` is open."""
        if (tuple(places), here) != (self._places, self._here):
            self._places, self._here = tuple(places), here
            self.refresh()

    def render(self) -> Content:
        """The pane."""
        width = self.size.width
        lines = [line((" " + tr("Views"), "$muted"))]
        for number, view in enumerate(self._views, 1):
            active = number == self._active
            mark: Part = ("▌", "$frame-focus") if active else " "
            count = "" if view.count is None else str(view.count)
            label: Part = (view.label, "bold" if active else "")
            lines.append(row([mark, (f"{number} ", "$muted"), label], [(count, "$muted"), " "], width))
        lines += self.saved.lines(width, self._saved_room)
        lines += self._place_lines(width)
        if self._members:
            lines += [Content(), line((" " + tr("Agents"), "$muted"))]
            for each in self._members:
                away: list[Part] = [(tr("away") + " ", "$muted")] if each.presence is Presence.AWAY else []
                lines.append(row([" ", PRESENCE_MARKS[each.presence], " ", each.name], away, width))
        return Content("\n").join(lines[: max(self.size.height, 1)])

    def _shown_places(self) -> Sequence[Place]:
        """As many as leave the agents some room."""
        taken = len(self._views) + self._saved_lines + min(len(self._members), 6) + 6
        return self._places[: max(self.size.height - taken, 3)]

    @property
    def _saved_room(self) -> int:
        """How many saved views are shown: the rest is behind the key."""
        return max((self.size.height - len(self._views) - 8) // 3, 3)

    @property
    def _saved_lines(self) -> int:
        return len(self.saved.lines(self.size.width, self._saved_room))

    def on_show(self) -> None:
        """Their counts are wanted."""
        self.post_message(SavedInSight())

    @property
    def watched(self) -> tuple[str, ...]:
        """The saved views that are in sight."""
        return self.saved.ids(self._saved_room) if self.display and self.region else ()

    def _place_lines(self, width: int) -> list[Content]:
        """What is new stands at the right; the rest is behind the key."""
        if not self._places:
            return []
        shown = self._shown_places()
        lines = [Content(), row([(" " + tr("Direct"), "$muted")], [("g d ", "$key")], width)]
        for each in shown:
            mark: Part = ("▌", "$frame-focus") if each.id == self._here else " "
            new: Part = ("●", "$unread bold") if each.unread else " "
            count: list[Part] = [(str(each.unread), "$unread bold"), " "] if each.unread else []
            count = [(f"{each.note} ", "$draft"), *count] if each.note else count
            count = [each.mark, " ", *count] if each.mark and not each.over else count
            label: Part = (each.label, "bold" if each.unread else "")
            lines.append(row([mark, new, "# " if each.face == "#" else "", label], count, width))
        if len(shown) < len(self._places):
            rest = trn("{count} more", "{count} more", len(self._places) - len(shown))
            lines.append(line((f"   {rest}", "$muted")))
        return lines

    def spots(self) -> list[tuple[int, int, int]]:
        """Where the number of each view stands."""
        return [(number, 1, number) for number in range(1, len(self._views) + 1) if number < self.size.height]

    def place_spots(self) -> list[tuple[str, int]]:
        """The rooms and direct messages in view, each with its line."""
        lines = enumerate(self._shown_places(), len(self._views) + 3)
        return [(each.id, y) for y, each in lines if y < self.size.height]

    def on_click(self, event: events.Click) -> None:
        """Chooses the view or the place that was clicked."""
        y = event.get_content_offset_capture(self).y
        saved = self.saved.at(y - len(self._views) - 1, self._saved_room)
        place = y - len(self._views) - 3 - self._saved_lines
        if saved is not None:
            self.post_message(SavedChosen(saved))
        elif 0 <= place < len(self._shown_places()):
            self.post_message(self.PlaceChosen(self._shown_places()[place].id))
        else:
            self._choose(y)


def _tab(number: int, view: View, active: bool) -> list[Part]:
    count = "" if view.count is None else f" {view.count}"
    style = "bold underline" if active else "$muted"
    return [
        (f"[{number}]", "bold $key" if active else "$key"),
        (view.label, style),
        (count, "bold" if active else "$muted"),
    ]


def _words(part: Part) -> str:
    return part if isinstance(part, str) else part[0]
