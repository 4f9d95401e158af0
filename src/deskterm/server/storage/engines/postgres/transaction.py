"""One command's transaction on PostgreSQL, and the log positions of those that share a commit."""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Event
from deskterm.server.storage.engines.postgres.connection import Cursor
from deskterm.server.storage.engines.postgres.dialect import translated
from deskterm.server.storage.engines.postgres.reader import PostgresReads
from deskterm.server.storage.engines.recording import Recording

_HEAD = "SELECT seq FROM organization_counter WHERE organization_id = $1"
_LOCK = "SELECT seq FROM organization_counter WHERE organization_id = $1 FOR NO KEY UPDATE"
#: Answers the transaction's number, by which it can be asked later whether it was committed.
_SET_HEAD = (
    "UPDATE organization_counter SET seq = $1 WHERE organization_id = $2 RETURNING pg_current_xact_id()::text"
)
_EVENTS_AT_ONCE = 16
_COLUMNS = len(Event._fields)


@cache
def _insert_text(count: int) -> str:
    rows = (
        ",".join(f"${row * _COLUMNS + column}" for column in range(1, _COLUMNS + 1)) for row in range(count)
    )
    return f"INSERT INTO event VALUES {','.join(f'({each})' for each in rows)}"


class AnotherOrganization(Exception):
    """A command wants positions of an organization while another one's are held: it must wait for its turn.

    Two counters in one transaction, in an order nobody plans, would be deadlocks between nodes.
    """


class Heads:
    """The last log positions of one transaction: each counter row is locked when the first is taken.

    Whoever waits for the lock comes after the holder's commit, so the order of positions is that of commits.
    In a transaction that sees one moment the lock is refused if anybody committed since (`held` None);
    where the counter of `held` was locked before anything was read, nobody can have.
    """

    def __init__(self, cursor: Cursor, held: int | None) -> None:
        self._cursor = cursor
        self._known: dict[int, int] = {}
        self._moved: set[int] = set()
        self._earlier: set[int] = set()
        self.wanted: int | None = None
        if held is not None:
            self._lock(held)

    def of(self, organization_id: int) -> int:
        """The last position that is taken."""
        head = self._known.get(organization_id)
        return self._read(_HEAD, organization_id) if head is None else head

    def take(self, organization_id: int, count: int) -> int:
        """Take so many positions; answers the first."""
        if organization_id not in self._known:
            if self._earlier:
                raise AnotherOrganization()
            self._lock(organization_id)
        first = self._known[organization_id] + 1
        self._known[organization_id] += count
        self._moved.add(organization_id)
        return first

    def close_command(self) -> None:
        """What is locked by now is held for the commands that follow."""
        self._earlier.update(self._known)

    def write(self) -> str | None:
        """Store how far they are now; answers the transaction's number if there was anything to store."""
        number = None
        for organization_id in self._moved:
            self._cursor.execute(_SET_HEAD, (self._known[organization_id], organization_id))
            found = self._cursor.fetchone()
            number = found[0] if found else None
        self._moved.clear()
        return number

    def forget(self, known: Mapping[int, int]) -> None:
        """Go back to what was taken before a command that failed."""
        self._known = dict(known)
        self._moved &= set(known)

    def known(self) -> Mapping[int, int]:
        """What is taken so far."""
        return dict(self._known)

    def _lock(self, organization_id: int) -> None:
        self.wanted = organization_id
        self._known[organization_id] = self._read(_LOCK, organization_id)

    def _read(self, sql: str, organization_id: int) -> int:
        found = self._cursor.execute(sql, (organization_id,)).fetchone()
        if found is None:
            raise LookupError(f"organization {organization_id} has no counter row")
        return int(found[0])


class PostgresTx(PostgresReads, Recording):
    """`Tx` over a writing connection, made for one command of those that share `heads`."""

    def __init__(self, cursor: Cursor, heads: Heads, now: int, ids: IdSource, nonces: Random) -> None:
        Recording.__init__(self, heads, now, ids, nonces)
        self._cursor = cursor
        self.has_written = False

    def run(self, sql: str, /, **values: Any) -> int:
        """Execute a write; answers how many rows it changed itself, triggers not counted."""
        return max(0, self._run(sql, values).rowcount)

    def write(self, sql: str, values: Mapping[str, Any], /) -> None:
        """Execute a write whose values are together already."""
        self._run(sql, values)

    def put(self, sql: str, values: tuple[Any, ...], /) -> None:
        """Execute a write with the values in the order in which the text names them first."""
        self.has_written = True
        self._cursor.execute(translated(sql).sql, values)

    def _run(self, sql: str, values: Mapping[str, Any]) -> Cursor:
        """Also for what answers rows: some writes do."""
        self.has_written = self.has_written or not translated(sql).reads
        return super()._run(sql, values)


def insert_events(cursor: Cursor, events: Sequence[Event]) -> None:
    """Write log rows, many with one statement."""
    for start in range(0, len(events), _EVENTS_AT_ONCE):
        chunk = events[start : start + _EVENTS_AT_ONCE]
        cursor.execute(_insert_text(len(chunk)), [value for event in chunk for value in event])
