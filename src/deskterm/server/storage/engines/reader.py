"""Reads through one SQLite connection."""

from collections.abc import Callable
from typing import Any, TypeVar

import apsw

from deskterm.server.storage.database import Reader, Statement

T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])


class SqliteReader:
    """`Reader` over a connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def one(self, row: type[R], sql: Statement | str, /, **values: Any) -> R | None:
        """The first row, or None."""
        found = self._connection.execute(sql if isinstance(sql, str) else sql.sql, values).fetchone()
        if found is None:
            return None
        make: Callable[..., R] = row
        return make(*found)

    def all(self, row: type[R], sql: Statement | str, /, **values: Any) -> list[R]:
        """Every row, in the statement's order."""
        make: Callable[..., R] = row
        found = self._connection.execute(sql if isinstance(sql, str) else sql.sql, values)
        return [make(*each) for each in found]

    def value(self, sql: Statement | str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self._connection.execute(sql if isinstance(sql, str) else sql.sql, values).fetchone()
        return None if found is None else found[0]


def read_snapshot(connection: apsw.Connection, fn: Callable[[Reader], T]) -> T:
    """Run `fn` on one consistent moment of the database, whatever is committed meanwhile."""
    connection.execute("BEGIN")
    try:
        return fn(SqliteReader(connection))
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
