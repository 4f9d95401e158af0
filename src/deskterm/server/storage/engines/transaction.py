"""One command's transaction on SQLite: reads, writes, and the log positions of those that share a commit."""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Event, statement
from deskterm.server.storage.engines.reader import SqliteReader, SqliteReads, in_order
from deskterm.server.storage.engines.recording import Recording

_HEAD = statement("SELECT seq FROM organization_counter WHERE organization_id = :organization_id")
_SET_HEAD = statement("UPDATE organization_counter SET seq = :seq WHERE organization_id = :organization_id")
_EVENT_ROW = "(?,?,?,?,?,?,?,?,?,?,?,?)"
_EVENTS_AT_ONCE = 16  # so that only sixteen texts need compiling, whatever a command writes


@cache
def _insert_text(count: int) -> str:
    return "INSERT INTO event VALUES " + ",".join([_EVENT_ROW] * count)


class Heads:
    """The last log positions, by organization: read once, counted here, and written once for all commands."""

    def __init__(self, cursor: apsw.Cursor) -> None:
        self._reader = SqliteReader(cursor)
        self._known: dict[int, int] = {}
        self._moved: set[int] = set()

    def of(self, organization_id: int) -> int:
        """The last position that is taken."""
        head = self._known.get(organization_id)
        if head is None:
            head = self._reader.value(_HEAD, organization_id=organization_id)
            if head is None:
                raise LookupError(f"organization {organization_id} has no counter row")
            self._known[organization_id] = head
        return head

    def take(self, organization_id: int, count: int) -> int:
        """Take so many positions; answers the first."""
        head = self.of(organization_id)
        self._known[organization_id] = head + count
        self._moved.add(organization_id)
        return head + 1

    def write(self, cursor: apsw.Cursor) -> None:
        """Store how far they are now."""
        for organization_id in self._moved:
            cursor.execute(_SET_HEAD, (self._known[organization_id], organization_id))
        self._moved.clear()


class SqliteTx(SqliteReads, Recording):
    """`Tx` over the writer's connection, made for one command of those that share `heads`."""

    __slots__ = ("_cursor", "_execute")

    def __init__(self, cursor: apsw.Cursor, heads: Heads, now: int, ids: IdSource, nonces: Random) -> None:
        Recording.__init__(self, heads, now, ids, nonces)
        self._cursor = cursor
        self._execute = cursor.execute

    def run(self, sql: str, /, **values: Any) -> int:
        """Execute a write; answers how many rows it changed itself, triggers not counted."""
        self._execute(sql, in_order(sql, values))
        return self._cursor.connection.changes()

    def write(self, sql: str, values: Mapping[str, Any], /) -> None:
        """Execute a write whose values are together already."""
        self._execute(sql, in_order(sql, values))

    def put(self, sql: str, values: tuple[Any, ...], /) -> None:
        """Execute a write with the values in the order in which the text names them first."""
        self._execute(sql, values)


def insert_events(cursor: apsw.Cursor, events: Sequence[Event]) -> None:
    """Write log rows, many with one statement."""
    for start in range(0, len(events), _EVENTS_AT_ONCE):
        chunk = events[start : start + _EVENTS_AT_ONCE]
        cursor.execute(_insert_text(len(chunk)), [value for event in chunk for value in event])
