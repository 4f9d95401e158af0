"""One command's transaction: reads, writes, log positions and the log rows that belong to them."""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Audience, Event, statement
from deskterm.server.storage.engines.reader import SqliteReader, in_order

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


class SqliteTx(SqliteReader):
    """`Tx` over the writer's connection, made for one command of those that share `heads`."""

    __slots__ = ("_events", "_heads", "_ids", "_nonces", "_now", "_taken", "has_taken")

    def __init__(self, cursor: apsw.Cursor, heads: Heads, now: int, ids: IdSource, nonces: Random) -> None:
        super().__init__(cursor)
        self._heads = heads
        self.has_taken = False
        self._now = now
        self._ids = ids
        self._nonces = nonces
        self._events: list[Event] = []
        self._taken: set[tuple[int, int]] = set()

    @property
    def now(self) -> int:
        """The command's time in milliseconds, the same throughout."""
        return self._now

    @property
    def ids(self) -> IdSource:
        """Where new ids come from."""
        return self._ids

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

    def head(self, organization_id: int) -> int:
        """The organization's last log position."""
        return self._heads.of(organization_id)

    def take_seq(self, organization_id: int, count: int = 1) -> int:
        """Take `count` consecutive log positions; answers the first. All must then be recorded."""
        first = self._heads.take(organization_id, count)
        self.has_taken = True
        for seq in range(first, first + count):
            self._taken.add((organization_id, seq))
        return first

    def record(
        self,
        organization_id: int,
        seq: int,
        kind: str,
        entity: str,
        entity_id: bytes,
        audience: Audience,
        conversation_id: bytes | None = None,
        audience_id: bytes | None = None,
        actor_id: bytes | None = None,
        detail: str | None = None,
    ) -> None:
        """Write the log row of a taken `seq` (inserted with those of the batch); KeyError for any other."""
        self._taken.remove((organization_id, seq))
        self._events.append(
            Event(
                organization_id,
                seq,
                self._nonces.getrandbits(32),
                kind,
                entity,
                entity_id,
                conversation_id,
                int(audience),
                audience_id,
                actor_id,
                self._now,
                detail,
            )
        )

    def finish(self) -> Sequence[Event]:
        """The collected log rows; RuntimeError unless they are exactly the positions taken."""
        if self._taken:
            raise RuntimeError("every log position that is taken must be recorded once")
        return self._events


def insert_events(cursor: apsw.Cursor, events: Sequence[Event]) -> None:
    """Write log rows, many with one statement."""
    for start in range(0, len(events), _EVENTS_AT_ONCE):
        chunk = events[start : start + _EVENTS_AT_ONCE]
        cursor.execute(_insert_text(len(chunk)), [value for event in chunk for value in event])
