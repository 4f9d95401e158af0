"""The rows of a conversation list and the cursor on them. Pure: knows nothing of drawing.

The cursor is a conversation, not a place: it stays on its conversation while rows come, go and move. Only
when its own conversation goes does it fall on the next one that is left.
"""

from collections.abc import Sequence

from deskterm.protocol.records import Conversation


class Rows:
    """Conversations in the order shown, each at most once, and a cursor on one of them."""

    def __init__(self) -> None:
        self._rows: list[Conversation] = []
        self._places: dict[str, int] = {}
        self.cursor: str | None = None
        """The id of the conversation under the cursor; None only without rows."""

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> Conversation:
        return self._rows[place]

    def __contains__(self, conversation_id: str) -> bool:
        return conversation_id in self._places

    def place(self, conversation_id: str | None) -> int | None:
        """Which row a conversation is in, from 0; None if it is not here."""
        return None if conversation_id is None else self._places.get(conversation_id)

    @property
    def cursor_place(self) -> int:
        """The row under the cursor; 0 without rows."""
        return self.place(self.cursor) or 0

    def replace(self, rows: Sequence[Conversation]) -> set[str]:
        """Takes `rows` instead of all there were; gives the ids that were not there before."""
        before, were, at = self._places, self._rows, self.cursor_place
        self._rows = list(rows)
        self._places = {row.id: place for place, row in enumerate(self._rows)}
        if self.cursor not in self._places:
            nearest = (row.id for row in (*were[at:], *reversed(were[:at])) if row.id in self._places)
            first = self._rows[0].id if self._rows else None
            self.cursor = next(nearest, first)
        return self._places.keys() - before.keys()

    def update(self, row: Conversation) -> int | None:
        """Takes a newer state of a row that is here; gives its place, None if it is not here."""
        place = self.place(row.id)
        if place is not None:
            self._rows[place] = row
        return place

    def remove(self, conversation_id: str) -> bool:
        """Takes a row out; False if it was not here."""
        place = self.place(conversation_id)
        if place is None:
            return False
        self.replace(self._rows[:place] + self._rows[place + 1 :])
        return True

    def go(self, place: int) -> bool:
        """Moves the cursor to a row, or the nearest there is; False if it was there already."""
        if not self._rows:
            return False
        before = self.cursor
        self.cursor = self._rows[max(0, min(place, len(self._rows) - 1))].id
        return self.cursor != before

    def unread_from(self, step: int) -> int | None:
        """The nearest row with unread messages after (`step` 1) or before (-1) the cursor, going round."""
        count, at = len(self._rows), self.cursor_place
        places = ((at + step * distance) % count for distance in range(1, count))
        return next((place for place in places if self._rows[place].unread), None)
