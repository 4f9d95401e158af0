"""The board: lanes side by side, a cursor on one card of a lane. Moving it repaints two cards.

Which card is under the cursor is told from outside (`stand`): the list and the board share one cursor.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from deskterm.protocol.records import Conversation
from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widgets.paint import Part, line, row, strip
from deskterm.widgets.triage.card import TALL, card
from deskterm.widgets.triage.lanes import Lane, window

#: A lane is at least this wide, and one cell of ground stands between two.
LEAST = 23
#: Below this width there is one lane at a time, with the others as tabs above it.
SEVERAL_FROM = 90
_HEAD = 1
#: What stands between two tabs.
_BETWEEN = "  │ "


class Board(Widget, can_focus=True):
    """Lanes with cards. `now` gives the reader's time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"board--row", "board--selected", "board--cursor"}
    ALLOW_SELECT = False

    def __init__(
        self, now: Callable[[], datetime], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._now = now
        self._lanes: Sequence[Lane] = ()
        self._at = 0
        self._cursor: str | None = None
        self._selected: frozenset[str] = frozenset()
        self._first = 0
        self._tops: dict[str, int] = {}

    @property
    def lane(self) -> Lane | None:
        """The lane of the cursor."""
        return self._lanes[self._at] if self._at < len(self._lanes) else None

    def set_lanes(self, lanes: Sequence[Lane], cursor: str | None) -> None:
        """Shows other lanes or rows; the cursor stays on its conversation, in whatever lane that is now."""
        here = self.lane
        self._lanes, self._cursor = tuple(lanes), cursor
        keys = [each.key for each in lanes]
        self._at = (
            keys.index(here.key) if here and here.key in keys else min(self._at, max(len(lanes) - 1, 0))
        )
        if cursor is not None and not self._stands_in(self._at):
            self._at = next((place for place in range(len(lanes)) if self._stands_in(place)), self._at)
        self._show_cursor()
        self.refresh()

    def set_selected(self, ids: frozenset[str]) -> None:
        """Marks what is chosen."""
        if ids != self._selected:
            changed, self._selected = self._selected ^ ids, ids
            for each in changed:
                self._repaint(each, TALL - 1)

    def stand(self, conversation_id: str | None) -> None:
        """The cursor is on this conversation now."""
        before, self._cursor = self._cursor, conversation_id
        if conversation_id is not None and not self._stands_in(self._at):
            self._at, lane = (
                next((p for p in range(len(self._lanes)) if self._stands_in(p)), self._at),
                self._at,
            )
            self._move_from(lane)
        if before != conversation_id and not self._show_cursor():
            self._repaint(before)
            self._repaint(conversation_id)

    def beside(self, step: int) -> Lane | None:
        """The lane after (1) or before (-1) that of the cursor."""
        place = self._at + step
        return self._lanes[place] if 0 <= place < len(self._lanes) else None

    def go(self, step: int) -> str | None:
        """Goes to the next lane that is not empty; answers what is there at the height of the cursor."""
        places = range(self._at + step, len(self._lanes) if step > 0 else -1, step)
        to = next((place for place in places if self._lanes[place].rows), None)
        if to is None:
            return None
        rows, place = self._lanes[to].rows, self._place() or 0
        self._at, before = to, self._at
        self._move_from(before)
        return rows[min(place, len(rows) - 1)].id

    def step(self, by: int) -> str | None:
        """Which conversation of the lane is so many cards below the cursor."""
        lane, place = self.lane, self._place()
        if lane is None or not lane.rows:
            return None
        return lane.rows[max(0, min((place if place is not None else -1) + by, len(lane.rows) - 1))].id

    @property
    def page(self) -> int:
        """How many cards are in view."""
        return max((self.size.height - _HEAD) // self._height, 1)

    def enter(self, key: str, conversation_id: str) -> None:
        """Puts the cursor on a card of this lane: one with several tags has a card in several."""
        self._at = next((place for place, each in enumerate(self._lanes) if each.key == key), self._at)
        self._cursor = conversation_id
        self._show_cursor()
        self.refresh()

    def cards_in_view(self) -> list[tuple[str, str, int, int]]:
        """Lane and conversation of each card in view, with the column and line where it begins."""
        first = self._first if self._several else self._at
        found = []
        for place in range(first, min(first + self._columns, len(self._lanes))):
            lane, top = self._lanes[place], self._tops.get(self._lanes[place].key, 0)
            x = (place - first) * (self._width + 1)
            for number, each in enumerate(lane.rows[top : top + self.page]):
                found.append((lane.key, each.id, x, _HEAD + number * self._height))
        return found

    @property
    def shown(self) -> tuple[int, int]:
        """The first and the last lane in view, from 1."""
        return self._first + 1, min(self._first + self._columns, len(self._lanes))

    def on_resize(self, _: events.Resize) -> None:
        """More or fewer lanes fit."""
        self._show_cursor()

    def on_focus(self) -> None:
        """The cursor is drawn where the keyboard is."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is drawn otherwise."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Only the keyboard goes here: a card is opened by its key."""
        self.focus()

    def render_line(self, y: int) -> Strip:
        """One line across all lanes."""
        ground = self.get_visual_style("board--row")
        if not self._several and y == 0:
            return strip(self._tabs(), ground, self.size.width)
        strips, width = [], self._width
        for place in range(self._first, min(self._first + self._columns, len(self._lanes))):
            strips.append(self._head(place, width) if y == 0 else self._cell(place, y - _HEAD, width))
            strips.append(Strip.blank(1, ground.rich_style))
        return Strip.join(strips).adjust_cell_length(self.size.width, ground.rich_style)

    # --- drawing -----------------------------------------------------------------------------------------

    def _head(self, place: int, width: int) -> Strip:
        lane, here = self._lanes[place], place == self._at
        left: list[Part] = [("▸", "$frame-focus") if here else " ", (lane.title, "bold" if here else "")]
        content = row(left, [*lane.right, " "], width, ("─", "$frame"))
        return strip(content, self.get_visual_style("board--row"), width)

    def _tabs(self) -> Content:
        named = [line(_BETWEEN, lane.title, " ", *lane.right).cell_length for lane in self._lanes]
        first, end = window(named, self._at, self.size.width - 2)
        parts: list[Part] = [(" ‹" if first else "  ", "$muted")]
        for place in range(first, end):
            style = "bold underline" if place == self._at else "$muted"
            parts += [(_BETWEEN if place > first else " ", "$frame"), (self._lanes[place].title, style), " "]
            parts += self._lanes[place].right
        return row(parts, [(" ›", "$muted")] if end < len(self._lanes) else [], self.size.width)

    def _cell(self, place: int, y: int, width: int) -> Strip:
        lane = self._lanes[place]
        number, part = divmod(y, self._height)
        number += self._tops.get(lane.key, 0)
        if number >= len(lane.rows):
            empty = line((" " + tr("empty"), "$muted")) if y == 0 and not lane.rows else Content()
            return strip(empty, self.get_visual_style("board--row"), width)
        return self._card(lane.rows[number], here=place == self._at, width=width)[part]

    def _card(self, conversation: Conversation, *, here: bool, width: int) -> list[Strip]:
        cursor = here and conversation.id == self._cursor
        selected = conversation.id in self._selected
        below = "board--selected" if selected else "board--row"
        lines = card(conversation, width, self._now(), cursor=cursor, selected=selected, tall=self._several)
        names = ["board--cursor" if cursor else below, *[below] * (TALL - 2), "board--row"]
        return [
            strip(each, self.get_visual_style(name), width) for each, name in zip(lines, names, strict=False)
        ]

    def _repaint(self, conversation_id: str | None, lines: int = 1) -> None:
        """Paints so many lines of a conversation's cards anew, in each lane where one is in view.

        The cursor marks the first line alone: a whole card costs more than a key may on a slow line.
        """
        for place in range(self._first, min(self._first + self._columns, len(self._lanes))):
            lane = self._lanes[place]
            for number, each in enumerate(lane.rows):
                if each.id == conversation_id:
                    y = _HEAD + (number - self._tops.get(lane.key, 0)) * self._height
                    x = (place - self._first) * (self._width + 1)
                    region = Region(x, y, self._width, lines).intersection(self.size.region)
                    if region and y >= _HEAD:
                        self.refresh(region)

    # --- where things are --------------------------------------------------------------------------------

    @property
    def _several(self) -> bool:
        return self.size.width >= SEVERAL_FROM

    @property
    def _height(self) -> int:
        return TALL if self._several else 1

    @property
    def _columns(self) -> int:
        return max(self.size.width // (LEAST + 1), 1) if self._several else 1

    @property
    def _width(self) -> int:
        count = max(min(self._columns, len(self._lanes)), 1)
        return max((self.size.width - count) // count, 1) if self._several else self.size.width

    def _stands_in(self, place: int) -> bool:
        return place < len(self._lanes) and any(each.id == self._cursor for each in self._lanes[place].rows)

    def _place(self) -> int | None:
        rows = self.lane.rows if self.lane else ()
        return next((place for place, each in enumerate(rows) if each.id == self._cursor), None)

    def _move_from(self, before: int) -> None:
        """The cursor came from another lane: both heads are painted anew, and the card it left."""
        if self._show_cursor() or not self._several:
            self.refresh()
            return
        for each in {before, self._at}:
            named = min(cells(self._lanes[each].title) + 1, self._width)  # the line behind it stays as it is
            self.refresh(Region((each - self._first) * (self._width + 1), 0, named, _HEAD))
        self._repaint(self._cursor)

    def _show_cursor(self) -> bool:
        """Scrolls lanes and cards to the cursor, half a lane at a time; answers whether anything moved."""
        last = max(len(self._lanes) - self._columns, 0)  # no room is left empty at the right
        first = min(max(min(self._first, self._at), self._at - self._columns + 1), last)
        moved, self._first = first != self._first, first
        lane, place = self.lane, self._place()
        if lane is not None and place is not None:
            top, half = self._tops.get(lane.key, 0), max(self.page // 2, 1)
            if not top <= place < top + self.page:
                self._tops[lane.key] = max(place - half, 0)
                moved = True
        if moved:
            self.refresh()
        return moved
