"""The list of conversations: virtual, so that 100,000 rows cost what 20 do.

It draws only the lines on screen and keeps what it drew until a row, the width or the theme changes.
Moving the cursor repaints the row it left and the row it reached, nothing else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from textual.content import Content
from textual.strip import Strip

from deskterm.protocol.records import Conversation
from deskterm.text.words import tr
from deskterm.widgets.conversations.cursor_list import CursorList
from deskterm.widgets.conversations.painter import RowPainter
from deskterm.widgets.conversations.row import ONE_LINE_FROM, RowLook, labels
from deskterm.widgets.conversations.states import LOADING, SEARCHING, Sentence, sentence, skeleton
from deskterm.widgets.paint import Part, strip

_EMPTY = Sentence("Nothing here.")


class ConversationList(CursorList):
    """Conversations, one of them under the cursor.

    `now` gives the reader's time (aware, in the reader's zone). Give it rows with `set_rows`, changes with
    `update_row` and `remove_row`, and call `tick` once a minute.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--row",
        "list--selected",
        "list--cursor",
        "list--cursor-blurred",
    }
    ALLOW_SELECT = False

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        show_assignee: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._now = now
        self._show_assignee = show_assignee
        self._painter = RowPainter(self._look, self.get_visual_style)
        self._drafts: frozenset[str] = frozenset()
        self._marks: Mapping[str, Part] = {}
        self._own: frozenset[str] = frozenset()
        self._selected: frozenset[str] = frozenset()
        self._title, self._count = "", ""
        self._number_cells = 5
        self._empty = _EMPTY
        self._said: Sentence = LOADING
        self._searching = False

    @property
    def row_height(self) -> int:
        """Lines per row: one in a wide list, two in a narrow one."""
        return _lines(self._row_width)

    def set_heading(self, title: str) -> None:
        """Names the list in its frame, as in `Mine · open`."""
        self._title = title
        self._draw_heading()

    def set_rows(self, rows: Sequence[Conversation], total: int | None = None, more: bool = False) -> None:
        """Shows `rows` in their order. The cursor stays on its conversation and, unless the list stands
        at its top, the first visible row stays where it is; the frame then counts what came above it.

        `total` is how many there are in all; `more` that `NearEnd` shall ask for the next page.
        """
        self._said = SEARCHING if self._searching else self._empty
        digits = max((len(str(row.number)) for row in rows), default=4)
        if digits + 1 != self._number_cells:
            self._number_cells = digits + 1
            self._painter.forget_all()
        self._take(rows, more)
        there = len(rows) if total is None else total
        self._count = (
            ""
            if not rows
            else str(there)
            if there == len(rows)
            else tr("{count} of {there}", count=len(rows), there=there)
        )
        self._draw_heading()

    def set_searching(self, searching: bool) -> None:
        """Whether the server looks on for rows: said in the frame, and where there are none yet."""
        if searching != self._searching:
            self._searching = searching
            if self._said in (SEARCHING, self._empty):
                self._said = SEARCHING if searching else self._empty
                self.refresh()
            self._draw_heading()

    def update_row(self, row: Conversation) -> None:
        """Shows a newer state of one row, in its place; a row that is not here is left to `set_rows`."""
        place = self._rows.update(row)
        if place is not None:
            self._repaint(place)

    def remove_row(self, conversation_id: str) -> None:
        """Takes a row out; the cursor, if it was there, falls on the row that takes its place."""
        if self._drop(conversation_id):
            self._said = self._empty

    def set_drafts(self, conversation_ids: frozenset[str]) -> None:
        """Marks the conversations that have an unsent text."""
        changed, self._drafts = self._drafts ^ conversation_ids, conversation_ids
        self._repaint_ids(changed)

    def set_selected(self, conversation_ids: frozenset[str]) -> None:
        """Marks the conversations that are chosen."""
        changed, self._selected = self._selected ^ conversation_ids, conversation_ids
        self._repaint_ids(changed)

    def set_marks(self, marks: Mapping[str, Part]) -> None:
        """Says of some conversations, by id, what goes before their own state: that something waits there."""
        before, self._marks = self._marks, dict(marks)
        both = before.keys() | marks.keys()
        self._repaint_ids({each for each in both if before.get(each) != marks.get(each)})

    def set_own(self, ids: frozenset[str]) -> None:
        """Under which ids the reader takes part in conversations: the other side is named."""
        if ids != self._own:
            self._own = ids
            self._painter.forget_all()
            self.refresh()

    def set_show_assignee(self, show: bool) -> None:
        """Says with each row who works it: for views of more than one's own."""
        self._show_assignee = show
        self._painter.forget_all()
        self.refresh()

    def show_loading(self) -> None:
        """Static skeleton rows, while there is nothing better; call it after 120 ms of waiting."""
        self._stand_in_for_rows(LOADING)

    def show_error(self, text: str) -> None:
        """One sentence about what failed, with the keys that help."""
        self._stand_in_for_rows(Sentence(text, "{@app.refresh:F5} try again", ("✗", "$delivery-failed")))

    def set_empty(self, text: str, hint: str = "", mark: str = "") -> None:
        """The sentence and the keys for a list without rows: nothing there, or nothing under this filter."""
        waiting = self._said is self._empty
        self._empty = Sentence(text, hint, (mark, "$unread") if mark else "")
        if waiting:
            self._said = self._empty
            self.refresh()

    def tick(self) -> None:
        """Repaints the rows whose times read differently by now, and no other."""
        self._repaint_ids(
            {each for each, said in self._painter.dated() if self._reads_differently(each, said)}
        )

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self._row_width
        if not len(self._rows):
            return strip(self._instead(y), self.get_visual_style("list--row"), width)
        place, part = divmod(self.scroll_offset.y + y, _lines(width))
        if place >= len(self._rows):
            return Strip.blank(width, self.get_visual_style("list--row").rich_style)
        row = self._rows[place]
        return self._painter.strips(row, self._kind(row), width)[part]

    def notify_style_update(self) -> None:
        """Another theme: everything is drawn anew."""
        super().notify_style_update()
        self._painter.forget_all()

    @property
    def _row_width(self) -> int:
        return self.scrollable_content_region.width

    def _kind(self, row: Conversation) -> str:
        if row.id != self._rows.cursor:
            return "list--selected" if row.id in self._selected else "list--row"
        return "list--cursor" if self.has_focus else "list--cursor-blurred"

    def _look(self, row: Conversation) -> RowLook:
        return RowLook(
            now=self._now(),
            cursor=row.id == self._rows.cursor,
            selected=row.id in self._selected,
            draft=row.id in self._drafts,
            mark=self._marks.get(row.id, ""),
            show_assignee=self._show_assignee,
            number_cells=self._number_cells,
            own=self._own,
        )

    def _instead(self, y: int) -> Content:
        if self._said is LOADING:
            return skeleton(y, self.row_height, self._row_width)
        return sentence(self._said, y, self._row_width, self.size.height)

    def _stand_in_for_rows(self, said: Sentence) -> None:
        self._take((), more=False)
        self._said = said
        self._count = "…" if said is LOADING else ""
        self._draw_heading()

    def _draw_heading(self) -> None:
        news: list[Part] = (
            [(tr("↑ {count} new", count=self.new_above) + " · ", "$unread")] if self.new_above else []
        )
        count = tr("searching…") if self._searching else self._count
        right: list[Part] = [*news, (count, "$muted")] if news or count else []
        self.set_frame(left=[(self._title, "bold")], right=right)

    def _above_changed(self) -> None:
        self._draw_heading()

    def _reads_differently(self, conversation_id: str, said: tuple[Part, Part]) -> bool:
        place = self._rows.place(conversation_id)
        return place is not None and labels(self._rows[place], self._look(self._rows[place])) != said

    def _repaint_ids(self, conversation_ids: Iterable[str]) -> None:
        for each in conversation_ids:
            self._painter.forget(each)
            place = self._rows.place(each)
            if place is not None:
                self._repaint(place)


def _lines(width: int) -> int:
    """Lines per row in a list of this width; asking a widget for its width takes as long as drawing a row."""
    return 1 if width >= ONE_LINE_FROM else 2
