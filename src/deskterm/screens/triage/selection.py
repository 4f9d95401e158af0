"""Which conversations of a list are chosen: single ones, and a range that follows the cursor. Pure."""

from collections.abc import Iterable, Sequence

from deskterm.protocol.records import Conversation


class Selection:
    """Chosen conversations in the order they were chosen, each as it was then."""

    def __init__(self) -> None:
        self._chosen: dict[str, Conversation] = {}
        self.anchor: str | None = None
        """Where a range begins that follows the cursor; None while there is none."""

    def __bool__(self) -> bool:
        return bool(self._chosen) or self.anchor is not None

    def toggle(self, row: Conversation) -> None:
        """Chooses a conversation, or no longer."""
        if self._chosen.pop(row.id, None) is None:
            self._chosen[row.id] = row

    def add(self, rows: Iterable[Conversation]) -> None:
        """Chooses all of them."""
        self._chosen.update((row.id, row) for row in rows)

    def forget(self, conversation_id: str) -> None:
        """It left one's sight."""
        self._chosen.pop(conversation_id, None)
        if self.anchor == conversation_id:
            self.anchor = None

    def clear(self) -> None:
        """Nothing is chosen."""
        self._chosen.clear()
        self.anchor = None

    def fix(self, rows: Sequence[Conversation], cursor: str | None) -> None:
        """Ends the range where the cursor is; what is in it stays chosen."""
        self.add(self._range(rows, cursor))
        self.anchor = None

    def all(self, rows: Sequence[Conversation], cursor: str | None) -> dict[str, Conversation]:
        """Everything that is chosen, the range up to the cursor too."""
        return self._chosen | {row.id: row for row in self._range(rows, cursor)}

    def _range(self, rows: Sequence[Conversation], cursor: str | None) -> Sequence[Conversation]:
        if self.anchor is None:
            return ()
        ids = [row.id for row in rows]
        if self.anchor not in ids or cursor not in ids:
            return ()
        first, last = sorted((ids.index(self.anchor), ids.index(cursor)))
        return rows[first : last + 1]
