"""Reads through one PostgreSQL connection."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from deskterm.server.storage.database import Reader
from deskterm.server.storage.engines.postgres.connection import Connection, Cursor
from deskterm.server.storage.engines.postgres.dialect import translated
from deskterm.server.storage.engines.postgres.fence import READING, begin

T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])


class PostgresReads:
    """Reading through a cursor, which all statements share."""

    _cursor: Cursor

    @property
    def is_file(self) -> bool:
        """Whether there are pages to look at."""
        return False

    def one(self, row: type[R], sql: str, /, **values: Any) -> R | None:
        """The first row, or None."""
        found = self._run(sql, values).fetchone()
        return tuple.__new__(row, found) if found else None

    def all(self, row: type[R], sql: str, /, **values: Any) -> list[R]:
        """Every row, in the statement's order."""
        return [tuple.__new__(row, each) for each in self._run(sql, values).fetchall()]

    def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self._run(sql, values).fetchone()
        return found[0] if found else None

    def _run(self, sql: str, values: Mapping[str, Any]) -> Cursor:
        text = translated(sql)
        return self._cursor.execute(text.sql, text.pick(values))


class PostgresReader(PostgresReads):
    """`Reader` over a cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor


def read_snapshot(connection: Connection, fn: Callable[[Reader], T], organization_id: int | None = None) -> T:
    """Run `fn` on one consistent moment of the database, or of an organization's part of it."""
    cursor = psycopg.RawCursor(connection)
    begin(cursor, READING, organization_id)
    try:
        found = fn(PostgresReader(cursor))
        cursor.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise
    return found


def roll_back(connection: Connection) -> None:
    """Leave no transaction open, on a connection that may be gone.

    Past psycopg, which at each ROLLBACK that it sees forgets all statements it has prepared.
    """
    status = connection.info.transaction_status
    if status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
        connection.pgconn.exec_(b"ROLLBACK")
