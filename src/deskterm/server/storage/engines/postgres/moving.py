"""PostgreSQL as one side of a move."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.archive_tables import Table
from deskterm.server.storage.attachments import Content
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.engines.postgres.connection import Connection, connect
from deskterm.server.storage.engines.postgres.contents import fetch, put
from deskterm.server.storage.engines.postgres.entry import require_new_enough
from deskterm.server.storage.engines.postgres.faults import Unreachable, is_lost, sentence
from deskterm.server.storage.engines.postgres.fence import everywhere
from deskterm.server.storage.engines.postgres.hold import Hold
from deskterm.server.storage.engines.postgres.reader import read_snapshot
from deskterm.server.storage.engines.postgres.schema import migrate
from deskterm.server.storage.files import FOLDER, place_of
from deskterm.server.storage.migrate import HISTORY, check_history, load_migrations
from deskterm.server.storage.moving import MoveFailed, Row

_AT_ONCE = 1_000  # rows that are fetched together
#: What a server makes anew, and what refers to tables that are emptied.
_MADE_ANEW = ("agent_online", "search", "search_doc", "search_followed")
_ADD_META = "INSERT INTO meta (name, value) VALUES (%s, %s)"
_COUNTER = "SELECT pg_get_serial_sequence(%s, %s)"


class PostgresSide:
    """A database on PostgreSQL, through one connection: all organizations of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def meta(self) -> dict[str, str]:
        """What names the database: epoch and instance."""
        return {str(name): str(value) for name, value in self._connection.execute("SELECT * FROM meta")}

    def count(self, table: Table) -> int:
        """How many rows it has."""
        with everywhere(self._connection):
            (count,) = self._connection.execute(f"SELECT count(*) FROM {table.name}").fetchone() or (0,)
        return int(count)

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows in the order of their keys."""
        order = ", ".join(table.key)
        with everywhere(self._connection), self._connection.cursor(name="moving") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}")
            yield from cursor

    def empty(self, tables: Sequence[Table]) -> None:
        """Remove all rows of these tables and of those that are made from them."""
        names = [*(each.name for each in tables), *_MADE_ANEW]
        self._connection.execute(f"TRUNCATE {', '.join(names)}")

    def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows as they are, whatever triggers would make of them; all or none."""
        connection = self._connection
        with connection.transaction():
            connection.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
            with copying(connection, table.name, table.columns) as into:
                for row in rows:
                    into.write_row(row)
            connection.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
            for column in table.key:
                go_on_counting(connection, table.name, column)

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Replace what names the database."""
        with self._connection.transaction():
            self._connection.execute("DELETE FROM meta")
            self._connection.cursor().executemany(_ADD_META, values.items())

    def finish(self) -> list[str]:
        """Collect statistics; answers what is wrong with it."""
        self._connection.execute("ANALYZE")
        return read_snapshot(self._connection, damage_of)

    def take_files(self, folder: Path, contents: Iterable[Content]) -> list[Content]:
        """Put files from beside the database in `folder` here; answers those that are not there. OSError."""
        missing = []
        for each in contents:
            place = place_of(folder / FOLDER, each.sha256)
            if not (place.is_file() and put(self._connection, each.sha256, place)):
                missing.append(each)
        return missing

    def give_files(self, folder: Path, contents: Iterable[Content]) -> list[Content]:
        """Bring files beside the database in `folder`; answers those that are not here. OSError."""
        return [each for each in contents if not fetch(self._connection, each.sha256, folder / FOLDER)]


@contextmanager
def copying(connection: Connection, name: str, columns: Sequence[str]) -> Iterator[psycopg.Copy]:
    """Rows come by COPY, which knows no row-level security. Within a transaction."""
    connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
    with connection.cursor().copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as into:
        yield into
    connection.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


def go_on_counting(connection: Connection, name: str, column: str) -> None:
    """Where the database numbers rows by itself, go on after those that came."""
    (counter,) = connection.execute(_COUNTER, (name, column)).fetchone() or (None,)
    if counter is not None:
        highest = f"SELECT setval(%s, max({column})) FROM {name} HAVING count(*) > 0"
        connection.execute(highest, (counter,))


@contextmanager
def database_to_move(address: str) -> Iterator[PostgresSide]:
    """The database at `address`, which no server has meanwhile; it is only read."""
    with held(address) as connection:
        yield side_to_move(connection)


def side_to_move(connection: Connection) -> PostgresSide:
    """What is behind a connection, if it is a desk of this version."""
    (found,) = connection.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone() or (0,)
    if not found:
        raise MoveFailed("There is no desk in this PostgreSQL database.")
    known = load_migrations(engine="postgres")
    if check_history(connection.execute(HISTORY).fetchall(), known) < len(known):
        raise MoveFailed("The database is of an older version: start and stop a server on it first.")
    return PostgresSide(connection)


@contextmanager
def database_to_fill(address: str, *, now: int, ids: IdSource) -> Iterator[PostgresSide]:
    """The database at `address` with the newest schema; no server has it meanwhile."""
    with held(address) as connection:
        migrate(connection, load_migrations(engine="postgres"), now, ids)
        yield PostgresSide(connection)


@contextmanager
def held(address: str) -> Iterator[Connection]:
    """A connection to a database that no server has. `DatabaseInUse`, `MoveFailed`, `Unreachable`."""
    try:
        hold = Hold(address, alone=True, schema=len(load_migrations(engine="postgres")))
        try:
            with connect(address) as connection:
                require_new_enough(connection)
                yield connection
        finally:
            hold.release()
    except psycopg.Error as error:
        raise (Unreachable if is_lost(error) else MoveFailed)(sentence(error)) from error
