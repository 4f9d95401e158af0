"""The old tables out of PostgreSQL, as the CSV that its COPY writes, all of one moment."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, BinaryIO

from deskterm.server.storage.legacy_records import BadSource

_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PLAIN = "SET datestyle = 'ISO'; SET timezone = 'UTC'; SET client_encoding = 'UTF8'"
_EXISTS = "SELECT to_regclass(%s) IS NOT NULL"
_SPOOLED = 16 * 1024 * 1024  # what is kept in memory before it goes into a file


def psycopg() -> ModuleType:
    """The library; `BadSource` tells how to get it."""
    try:
        import psycopg as library
    except ImportError as error:
        raise BadSource("Reading from PostgreSQL needs psycopg: pip install 'deskterm[postgres]'.") from error
    return library


class PostgresTables:
    """The tables of one database, by their names."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO | None]:
        """The table as CSV with a header; None if there is no such table."""
        cursor = self._connection.cursor()
        if not cursor.execute(_EXISTS, (name,)).fetchone()[0]:
            yield None
            return
        with tempfile.SpooledTemporaryFile(_SPOOLED) as file:
            with cursor.copy(f"COPY (SELECT * FROM {name}) TO STDOUT WITH (FORMAT csv, HEADER)") as rows:
                for chunk in rows:
                    file.write(chunk)
            file.seek(0)
            yield file  # type: ignore[misc]


@contextmanager
def postgres_tables(address: str) -> Iterator[PostgresTables]:
    """The old database at `postgresql://…`, which is only read. `BadSource` if it cannot be."""
    library = psycopg()
    try:
        with library.connect(address, autocommit=True, connect_timeout=20) as connection:
            connection.execute(_PLAIN)
            connection.execute(_MOMENT)
            yield PostgresTables(connection)
    except library.Error as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise BadSource(f"PostgreSQL: {said[0]}") from error
