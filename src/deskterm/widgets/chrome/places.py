"""A list of conversations under headings, such as a customer's: Help & Support, rooms, direct messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from deskterm.record import record
from deskterm.text.width import fit
from deskterm.widget_keys import BY_LETTER, MOVE, PLACES, UNREAD, bound
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.face import FACE_CELLS, face_style
from deskterm.widgets.paint import Part, line, row, strip


@record
class Heading:
    """A line above the places that it names."""

    label: str


@record
class Place:
    """Where one can go: a name, its `face` (initials or `#`), how much is new there, and what waits there.

    `mark` says whether somebody is there; `note` stands at the right, such as `✎` for a draft. One that is
    `over` is only read.
    """

    id: str
    label: str
    face: str = ""
    color: str | None = None
    mark: Part = ""
    unread: int = 0
    note: str = ""
    over: bool = False


Row = Heading | Place


class PlaceList(Framed, ScrollView, can_focus=True, inherit_bindings=False):
    """One row for each place. The cursor is a place: it stays on it while rows come and go."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"places--row", "places--cursor", "places--here"}
    BINDINGS: ClassVar[list[BindingType]] = bound(*MOVE, *UNREAD, *PLACES, *BY_LETTER)

    @dataclass
    class Chosen(Message):
        """The reader wants to go there."""

        places: "PlaceList"
        place_id: str

        @property
        def control(self) -> "PlaceList":
            """The list in which it was chosen."""
            return self.places

    @dataclass
    class Left(Message):
        """The reader wants to stay where they were."""

    def __init__(
        self, title: str, *, numbered: bool = False, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._cursor: str | None = None
        self._here: str | None = None
        self._empty = ""
        self.set_frame(left=[(title, "bold")])

    @property
    def places(self) -> list[Place]:
        """The places in their order."""
        return [each for each in self._rows if isinstance(each, Place)]

    @property
    def cursor(self) -> str | None:
        """The place under the cursor."""
        return self._cursor

    def places_in_view(self) -> list[tuple[str, int]]:
        """The places in view, each with its line, from 0."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        shown = enumerate(self._rows[top : top + height])
        return [(each.id, y) for y, each in shown if isinstance(each, Place)]

    def set_rows(self, rows: Sequence[Row], here: str | None = None) -> None:
        """Shows these rows; `here` is the place that is open beside them."""
        moved = here != self._here
        if (tuple(rows), here) == (self._rows, self._here):
            return
        self._rows, self._here = tuple(rows), here
        known = [each.id for each in self.places]
        if (moved and here in known) or self._cursor not in known:
            self._cursor = here if here in known else next(iter(known), None)
        self._measure()
        self.refresh()

    def go_to(self, place_id: str | None) -> None:
        """Puts the cursor on a place, if it is there."""
        if place_id in [each.id for each in self.places]:
            self._cursor = place_id
            self._show_cursor()
            self.refresh()

    def action_move(self, step: int) -> None:
        """Another place; headings are stepped over."""
        known = [each.id for each in self.places]
        if known:
            at = known.index(self._cursor) if self._cursor in known else 0
            self.go_to(known[max(0, min(at + step, len(known) - 1))])

    def action_half_page(self, step: int) -> None:
        """Half a screenful of places."""
        self.action_move(step * max(self.size.height // 2, 1))

    def action_page(self, step: int) -> None:
        """A screenful of places."""
        self.action_move(step * max(self.size.height, 1))

    def action_top(self) -> None:
        """The first place."""
        self.action_move(-len(self._rows))

    def action_bottom(self) -> None:
        """The last place."""
        self.action_move(len(self._rows))

    def action_unread(self, step: int) -> None:
        """The next place with something new, going round."""
        known = self.places
        at = next((number for number, each in enumerate(known) if each.id == self._cursor), 0)
        order = [known[(at + step * far) % len(known)] for far in range(1, len(known) + 1)] if known else []
        self.go_to(next((each.id for each in order if each.unread), self._cursor))

    def action_open(self) -> None:
        """Goes to the place under the cursor."""
        if self._cursor is not None:
            self.post_message(self.Chosen(self, self._cursor))

    def action_leave(self) -> None:
        """Stays."""
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Goes to the place that was clicked."""
        at = self.scroll_offset.y + event.get_content_offset_capture(self).y
        if at < len(self._rows) and isinstance(found := self._rows[at], Place):
            self.go_to(found.id)
            self.action_open()

    def on_resize(self, _: events.Resize) -> None:
        """Keeps the cursor in view."""
        self._measure()
        self._show_cursor()

    def render_line(self, y: int) -> Strip:
        """One row."""
        at = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        base = self.get_visual_style("places--row")
        if at >= len(self._rows):
            return Strip.blank(width, base.rich_style)
        found = self._rows[at]
        if isinstance(found, Heading):
            return strip(line((f" {found.label}", "$muted")), base, width)
        if found.id == self._cursor and self.has_focus:
            base = self.get_visual_style("places--cursor")
        elif found.id == self._here:
            base = self.get_visual_style("places--here")
        return strip(self._draw(found, width), base, width)

    def _draw(self, place: Place, width: int) -> Content:
        at_cursor = place.id == self._cursor and self.has_focus
        bar: Part = ("▌", "$frame-focus") if at_cursor or place.id == self._here else " "
        new: Part = ("●", "$unread bold") if place.unread else " "
        parts: list[Part] = [bar, new]
        if place.face:
            style = face_style(self.app, place.color, self.background_colors[1])
            parts += [(fit(place.face, FACE_CELLS), style), " "]
        strong = "bold" if place.unread or place.id == self._here else ""
        parts.append((place.label, "$muted" if place.over else strong))
        right: list[Part] = [" ", place.mark] if place.mark else []
        right += [" ", (place.note, "$draft")] if place.note else []
        right += [" ", (str(place.unread), "$unread bold")] if place.unread else []
        return row(parts, [*right, " "] if right else [], width)

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))

    def _show_cursor(self) -> None:
        at = next(
            (n for n, each in enumerate(self._rows) if isinstance(each, Place) and each.id == self._cursor), 0
        )
        view, height = self.scroll_offset.y, self.size.height
        if at < view:
            self.scroll_to(y=max(at - 1, 0), animate=False, immediate=True)
        elif height and at >= view + height:
            self.scroll_to(y=at - height + 1, animate=False, immediate=True)


class PlaceListBesideText(PlaceList, inherit_bindings=False):
    """Where leaving leads into a text, no letter leaves: those after it would be written there."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*MOVE, *UNREAD, *PLACES)
