"""An archive that arrives in a PostgreSQL database, which no server has meanwhile."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import apsw
import psycopg

from deskterm.server.storage.archive_files import ArrivingFiles
from deskterm.server.storage.archive_import import Imported, import_into
from deskterm.server.storage.archive_rows import BadArchive
from deskterm.server.storage.archive_tables import PEOPLE, Table
from deskterm.server.storage.engines.postgres.connection import Connection
from deskterm.server.storage.engines.postgres.contents import put
from deskterm.server.storage.engines.postgres.fence import everywhere
from deskterm.server.storage.engines.postgres.moving import copying, go_on_counting, held
from deskterm.server.storage.engines.postgres.reader import PostgresReader
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.files import FOLDER, place_of
from deskterm.server.storage.migrate import load_migrations

#: Each of their rows is compared with what is there; of all other tables rows only come.
_ONE_BY_ONE = ("organization", PEOPLE)


class _There:
    """`Arrivals` through one connection: the rows of a table go in one COPY, as they refer to each other.

    What goes wrong on the way ends `copying`, and the COPY that is open with it.
    """

    def __init__(self, connection: Connection, files: ArrivingFiles, copying: ExitStack) -> None:
        self._connection = connection
        self._cursor = psycopg.RawCursor(connection)
        self._copying = copying
        self._into: psycopg.Copy | None = None
        self._table = ""
        self._columns: tuple[str, ...] = ()
        self.reader = PostgresReader(psycopg.RawCursor(connection))
        self.files = files

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Put a row there."""
        if table.name != self._table:
            self._begin(table, tuple(row))
        if self._into is None:
            marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
            text = f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})"
            self._cursor.execute(text, tuple(row.values()))
        else:
            self._into.write_row([row[name] for name in self._columns])

    def _begin(self, table: Table, columns: tuple[str, ...]) -> None:
        self.close()
        self._table, self._columns, self._into = table.name, columns, None
        if table.name not in _ONE_BY_ONE:
            self._into = self._copying.enter_context(copying(self._connection, table.name, columns))

    def close(self) -> None:
        """The last row of a table has come."""
        self._table = ""
        self._copying.close()


def import_lines(address: str, data: Path, lines: Iterable[str], slug: str | None = None) -> Imported:
    """Make the organization of an archive in the migrated database at `address`, in one transaction.

    As in a file, with the same refusals; its files go into the database, too.
    """
    with held(address) as connection, closing(_schema()) as schema:
        files = ArrivingFiles(
            data / FOLDER, lambda sha256: put(connection, sha256, place_of(data / FOLDER, sha256))
        )
        try:
            with everywhere(connection), ExitStack() as copies:
                there = _There(connection, files, copies)
                made = import_into(there, SqliteReader(schema.cursor()), iter(lines), slug)
                go_on_counting(connection, "organization", "organization_id")
        except UnicodeDecodeError:
            raise BadArchive("The archive is no text.") from None
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            raise BadArchive(f"The archive does not fit: {error.diag.message_primary}.") from error
        finally:
            files.close()
    return made


def _schema() -> apsw.Connection:
    """The tables of this version, without rows."""
    connection = apsw.Connection(":memory:")
    for migration in load_migrations():
        connection.execute(migration.sql)
    return connection
