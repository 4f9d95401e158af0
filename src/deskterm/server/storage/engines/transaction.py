"""One command's transaction: reads, writes, log positions and the log rows that belong to them."""

from collections.abc import Sequence
from random import Random
from typing import Any

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Audience, Event, Statement, statement
from deskterm.server.storage.engines.reader import SqliteReader

TAKE_SEQ = statement(
    "UPDATE organization_counter SET seq = seq + :count"
    " WHERE organization_id = :organization_id RETURNING seq"
)
_INSERT_EVENT = "INSERT INTO event VALUES "
_EVENT_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_EVENTS_AT_ONCE = 16  # so that only sixteen texts need compiling, whatever a command writes


class SqliteTx(SqliteReader):
    """`Tx` over the writer's connection, made for one command."""

    __slots__ = ("_events", "_ids", "_nonces", "_now", "_taken")

    def __init__(self, connection: apsw.Connection, now: int, ids: IdSource, nonces: Random) -> None:
        super().__init__(connection)
        self._now = now
        self._ids = ids
        self._nonces = nonces
        self._events: list[Event] = []
        self._taken: list[tuple[int, int]] = []

    @property
    def now(self) -> int:
        """The command's time in milliseconds, the same throughout."""
        return self._now

    @property
    def ids(self) -> IdSource:
        """Where new ids come from."""
        return self._ids

    def run(self, sql: Statement | str, /, **values: Any) -> int:
        """Execute a write; answers how many rows it changed itself, triggers not counted."""
        self._connection.execute(sql if isinstance(sql, str) else sql.sql, values)
        return self._connection.changes()

    def take_seq(self, organization_id: int, count: int = 1) -> int:
        """Take `count` consecutive log positions; answers the first. All must then be recorded."""
        head: int | None = self.value(TAKE_SEQ, organization_id=organization_id, count=count)
        if head is None:
            raise LookupError(f"organization {organization_id} has no counter row")
        first = head - count + 1
        self._taken.extend((organization_id, seq) for seq in range(first, head + 1))
        return first

    def record(
        self,
        organization_id: int,
        seq: int,
        kind: str,
        entity: str,
        entity_id: bytes,
        audience: Audience,
        *,
        conversation_id: bytes | None = None,
        audience_id: bytes | None = None,
        actor_id: bytes | None = None,
        detail: str | None = None,
    ) -> None:
        """Write the log row of a taken `seq` (collected and inserted when the command ends)."""
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
        """Insert the collected log rows; RuntimeError unless they are exactly the positions taken."""
        if sorted((each.organization_id, each.seq) for each in self._events) != sorted(self._taken):
            raise RuntimeError("every log position that is taken must be recorded once")
        for start in range(0, len(self._events), _EVENTS_AT_ONCE):
            chunk = self._events[start : start + _EVENTS_AT_ONCE]
            values = [value for event in chunk for value in event]
            self._connection.execute(_INSERT_EVENT + ", ".join([_EVENT_ROW] * len(chunk)), values)
        return self._events
