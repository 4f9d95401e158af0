"""SQLite as one side of a move: the file that a server had, or a new one that gets its name at the end."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from deskterm.server.errors import Conflict
from deskterm.server.storage import attachments
from deskterm.server.storage.archive_tables import Table, moved_tables
from deskterm.server.storage.attachments import Content
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, WRITER_CACHE_KIB, connect
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.lock import FileLock
from deskterm.server.storage.migrate import HISTORY, check_history, load_migrations, migrate
from deskterm.server.storage.moving import MoveFailed, Row, unfinished_at
from deskterm.server.storage.private import create_private, create_private_directory, sync

_TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"
_META = "SELECT name, value FROM meta"
_ADD_META = "INSERT INTO meta (name, value) VALUES (?, ?)"


class SqliteSide:
    """A database file, one statement after the other."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.tables = moved_tables(SqliteReader(connection.cursor()))

    def meta(self) -> dict[str, str]:
        """What names the database: epoch and instance."""
        return {str(name): str(value) for name, value in self._connection.execute(_META)}

    def count(self, table: Table) -> int:
        """How many rows it has."""
        return int(SqliteReader(self._connection.cursor()).value(f"SELECT count(*) FROM {table.name}"))

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows in the order of their keys."""
        order = ", ".join(table.key)
        return self._connection.execute(
            f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}"
        )

    def contents(self) -> list[Content]:
        """What the files of messages have as content."""
        return attachments.contents(SqliteReader(self._connection.cursor()))

    def empty(self, tables: Sequence[Table]) -> None:
        """Remove all rows of these tables; nothing is made from them yet."""
        with self._connection:
            for table in tables:
                with self._without_triggers(table):
                    self._connection.execute(f"DELETE FROM {table.name}")

    def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows as they are, whatever triggers would make of them; all or none."""
        marks = ", ".join("?" * len(table.columns))
        text = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})"
        with self._connection, self._without_triggers(table):
            self._connection.executemany(text, rows)

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Replace what names the database."""
        with self._connection:
            self._connection.execute("DELETE FROM meta")
            self._connection.executemany(_ADD_META, values.items())

    def finish(self) -> list[str]:
        """Collect statistics; answers what is wrong with it."""
        self._connection.execute("PRAGMA optimize=0x10002")
        return damage_of(SqliteReader(self._connection.cursor()))

    @contextmanager
    def _without_triggers(self, table: Table) -> Iterator[None]:
        """What they would write comes by itself. Within a transaction, so that none is ever missing."""
        triggers = self._connection.execute(_TRIGGERS, (table.name,)).fetchall()
        for name, _ in triggers:
            self._connection.execute(f"DROP TRIGGER {name}")
        yield
        for _, text in triggers:
            self._connection.execute(str(text))


@contextmanager
def file_to_move(path: Path) -> Iterator[SqliteSide]:
    """The database at `path`, which nobody else has meanwhile; it is only read."""
    if not path.exists():
        raise MoveFailed(f"There is no database in {path.parent}.")
    lock = FileLock(path)
    try:
        with _reading(path, lambda: connect(path, cache_kib=READER_CACHE_KIB, query_only=True)) as side:
            yield side
    finally:
        lock.release()


@contextmanager
def backup_to_move(path: Path) -> Iterator[SqliteSide]:
    """A file that nobody writes."""
    with _reading(path, lambda: apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as side:
        yield side


@contextmanager
def _reading(path: Path, opened: Callable[[], apsw.Connection]) -> Iterator[SqliteSide]:
    try:
        connection = opened()
        try:
            _require_newest(connection)
            yield SqliteSide(connection)
        finally:
            connection.close()
    except apsw.Error as error:
        raise MoveFailed(f"{path} cannot be read: {error}.") from error


@contextmanager
def file_to_fill(path: Path, *, now: int) -> Iterator[SqliteSide]:
    """A new file that is at `path` once everything in the context has gone well, and is kept until then."""
    create_private_directory(path.parent)
    lock = FileLock(path)
    try:
        if path.exists():
            raise Conflict(f"There is a database in {path.parent} already: choose another --data directory.")
        unfinished = unfinished_at(path)
        with filling(unfinished, now=now) as side:
            yield side
        unfinished.replace(path)
        sync(path.parent)
    finally:
        lock.release()


@contextmanager
def filling(path: Path, *, now: int) -> Iterator[SqliteSide]:
    """The file at `path`, made if it is missing; on the disk afterwards, in one piece."""
    create_private(path)
    try:
        connection = connect(path, cache_kib=WRITER_CACHE_KIB)
        try:
            migrate(connection, path, load_migrations(), now)
            connection.execute("PRAGMA foreign_keys=OFF")  # all are checked at the end
            yield SqliteSide(connection)
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        finally:
            connection.close()
        sync(path)
    except apsw.Error as error:
        raise MoveFailed(f"{path} cannot be written: {error}.") from error


def _require_newest(connection: apsw.Connection) -> None:
    known = load_migrations()
    if check_history(connection.execute(HISTORY).fetchall(), known) < len(known):
        raise MoveFailed("The database is of an older version: start and stop a server on it first.")
