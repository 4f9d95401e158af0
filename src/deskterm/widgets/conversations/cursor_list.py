"""A virtual list of conversations with a cursor: where the cursor is, what is in view, when to ask for more.

How a row looks is the subclass's business (`ConversationList`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from deskterm.protocol.records import Conversation
from deskterm.widget_keys import MOVE, OPEN, UNREAD, bound
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.chrome.inner_lines import InnerLines
from deskterm.widgets.conversations.rows import Rows

#: How many rows before the end of what is loaded the next page is asked for.
AHEAD = 20


class CursorList(InnerLines, Framed, ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one height; moving the cursor repaints the row it left and the row it reached."""

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = bound(*MOVE, *UNREAD, OPEN)

    @dataclass(eq=False, repr=False)
    class Highlighted(Message, namespace="conversation_list"):
        """The cursor has come to another conversation, by key, mouse or because its own one went."""

        conversation_id: str

    @dataclass(eq=False, repr=False)
    class Opened(Message, namespace="conversation_list"):
        """The reader wants to read this conversation."""

        conversation_id: str

    @dataclass(eq=False, repr=False)
    class NearEnd(Message, namespace="conversation_list"):
        """The end of the loaded rows is near and there are more; posted once for each number of rows."""

        loaded: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows = Rows()
        self._more, self._asked = False, -1
        self._above: set[str] = set()
        self._beginning = False

    @property
    def cursor_id(self) -> str | None:
        """The conversation under the cursor; None while there are no rows."""
        return self._rows.cursor

    @property
    def cursor_row(self) -> Conversation | None:
        """The record under the cursor."""
        place = self._rows.place(self._rows.cursor)
        return None if place is None else self._rows[place]

    @property
    def row_height(self) -> int:
        """Lines per row."""
        return 1

    @property
    def new_above(self) -> int:
        """How many rows came above the view and have not been in it since."""
        return len(self._above)

    def rows_in_view(self) -> list[tuple[str, int]]:
        """The conversations whose first line is in view, and that line, from 0."""
        top, height = self.scroll_offset.y, self.size.height
        first = -(-top // self.row_height)
        last = min((top + height - 1) // self.row_height + 1, len(self._rows))
        return [(self._rows[place].id, place * self.row_height - top) for place in range(first, last)]

    def move_to(self, conversation_id: str) -> None:
        """Puts the cursor on a conversation, if it is here."""
        place = self._rows.place(conversation_id)
        if place is not None:
            self._go(place)

    def set_beginning(self, beginning: bool) -> None:
        """Whether another list is coming: the cursor is on its first row, unless the reader moves it."""
        self._beginning = beginning

    def stands_on(self, conversation_id: str) -> bool:
        """Puts the cursor on a conversation; answers whether it is here."""
        self.move_to(conversation_id)
        return self.cursor_id == conversation_id

    def on_resize(self, _: events.Resize) -> None:
        """Rows of another height start at another line: keeps the cursor in view."""
        self._measure()
        self._show_cursor()
        self._ask_for_more()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Asks for more rows near the end, and takes what has been seen off the count of new rows above."""
        super().watch_scroll_y(old_value, new_value)
        self._ask_for_more()
        seen = {each for each in self._above if not self._is_above(each)}
        if seen:
            self._above -= seen
            self._above_changed()

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor to the row; a click on the row under the cursor opens it."""
        place = (self.scroll_offset.y + event.get_content_offset_capture(self).y) // self.row_height
        if place < len(self._rows):
            if self._rows[place].id == self.cursor_id:
                self.action_open()
            self._go(place)

    def action_move(self, step: int) -> None:
        """Rows down or up."""
        self._go(self._rows.cursor_place + step)

    def action_page(self, step: int) -> None:
        """Screenfuls down or up."""
        self._go(self._rows.cursor_place + step * self._page)

    def action_half_page(self, step: int) -> None:
        """Half screenfuls down or up."""
        self._go(self._rows.cursor_place + step * max(self._page // 2, 1))

    def action_top(self) -> None:
        """The first row."""
        self._go(0)

    def action_bottom(self) -> None:
        """The last row that is loaded."""
        self._go(len(self._rows) - 1)

    def action_unread(self, step: int) -> None:
        """The next row with unread messages, or the one before, going round."""
        self._go_to_unread(step)

    def action_open(self) -> None:
        """Opens the conversation under the cursor."""
        if self.cursor_id is not None:
            self.post_message(self.Opened(self.cursor_id))

    def _above_changed(self) -> None:
        """The number of new rows above the view has changed."""

    @property
    def _page(self) -> int:
        return max(self.size.height // self.row_height, 1)

    def _take(self, rows: Sequence[Conversation], more: bool) -> None:
        """Takes rows in a new order; the cursor and the first row in view stay where they are."""
        before, cursor, fresh = self._top_row(), self._rows.cursor, not len(self._rows)
        came = self._rows.replace(rows)
        if self._beginning:
            self._rows.go(0)
            before = None
            self.scroll_to(y=0, animate=False, immediate=True)
        self._more, self._asked = more, -1
        self._settle(before, cursor)
        self._above = {each for each in self._above | (set() if fresh else came) if self._is_above(each)}
        self._above_changed()

    def _drop(self, conversation_id: str) -> bool:
        before, cursor = self._top_row(), self._rows.cursor
        if not self._rows.remove(conversation_id):
            return False
        self._above.discard(conversation_id)
        self._settle(before, cursor)
        return True

    def _settle(self, top: tuple[str, int] | None, cursor: str | None) -> None:
        """After the rows changed: the same row on top, the cursor in view, and news if it moved."""
        was_in_view = cursor is not None and top is not None
        self._measure()
        place = self._rows.place(top[0]) if top else None
        if top is not None and place is not None and self.scroll_offset.y > 0:
            self.scroll_to(y=place * self.row_height + top[1], animate=False, immediate=True)
        if was_in_view:
            self._show_cursor()
        self.refresh()
        if self._rows.cursor not in (cursor, None):
            self.post_message(self.Highlighted(str(self._rows.cursor)))
        self._ask_for_more()

    def _measure(self) -> None:
        size = Size(self.scrollable_content_region.width, len(self._rows) * self.row_height)
        if size != self.virtual_size:
            # Without a layout, which would draw the bar a frame later: only its coming and going needs one.
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)

    def _top_row(self) -> tuple[str, int] | None:
        """The first visible row and how many of its lines are out of view, if the cursor is in view."""
        place, hidden = divmod(self.scroll_offset.y, self.row_height)
        return (self._rows[place].id, hidden) if place < len(self._rows) else None

    def _is_above(self, conversation_id: str) -> bool:
        place = self._rows.place(conversation_id)
        return place is not None and (place + 1) * self.row_height <= self.scroll_offset.y

    def _go(self, place: int) -> None:
        self._beginning = False
        before = self._rows.cursor_place
        if self._rows.go(place):
            self._repaint(before, self._rows.cursor_place)
            self._show_cursor()
            self._ask_for_more()
            # Told once it is drawn: what follows from it must not keep the cursor waiting.
            self.call_after_refresh(self.post_message, self.Highlighted(str(self._rows.cursor)))

    def _go_to_unread(self, step: int) -> None:
        place = self._rows.unread_from(step)
        if place is not None:
            self._go(place)

    def _show_cursor(self) -> None:
        height = self.row_height
        top, view = self._rows.cursor_place * height, self.scroll_offset.y
        bottom = top + height
        if top < view:
            self.scroll_to(y=top, animate=False, immediate=True)
        elif bottom > view + self.size.height > 0:
            whole = -(-(bottom - self.size.height) // height) * height
            self.scroll_to(y=min(whole, top), animate=False, immediate=True)  # no half row on top

    def _repaint(self, *places: int) -> None:
        height, top, seen = self.row_height, self.scroll_offset.y, self.size.region
        width = self.scrollable_content_region.width  # the scrollbar's cells stay as they are
        rows = (Region(0, place * height - top, width, height).intersection(seen) for place in places)
        if regions := [row for row in rows if row]:
            self.refresh(*regions)

    def _ask_for_more(self) -> None:
        loaded = len(self._rows)
        if not self._more or self._asked == loaded:
            return
        last_shown = (self.scroll_offset.y + self.size.height) // self.row_height
        if max(last_shown, self._rows.cursor_place) >= loaded - AHEAD:
            self._asked = loaded
            self.post_message(self.NearEnd(loaded))
