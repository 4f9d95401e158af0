"""Opening a database, new or of an older version, in a time that does not grow with its size."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.storage.engines.connection import WRITER_CACHE_KIB, connect, require_safe_sqlite
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.lock import FileLock
from deskterm.server.storage.migrate import Migration, load_migrations, migrate
from deskterm.server.storage.private import create_private, create_private_directory

_ADD_META = "INSERT INTO meta (name, value) VALUES (?, ?)"


async def open_database(
    path: Path, *, clock: Clock, ids: IdSource, migrations: Sequence[Migration] | None = None
) -> SqliteDatabase:
    """Open the file at `path` for the running event loop, made and migrated as needed.

    Raises `DatabaseInUse`, `MigrationRefused` or `UnsafeSqlite`, each with a sentence for the operator.
    `migrations` are those of this version unless a test brings its own.
    """
    require_safe_sqlite(apsw.sqlite_lib_version())
    steps = load_migrations() if migrations is None else migrations
    lock, connection, epoch = await asyncio.to_thread(_prepare, path, steps, clock.now(), ids)
    return SqliteDatabase(path, connection, lock, epoch, clock, ids)


def _prepare(
    path: Path, migrations: Sequence[Migration], now: int, ids: IdSource
) -> tuple[FileLock, apsw.Connection, str]:
    create_private_directory(path.parent)
    lock = FileLock(path)
    try:
        create_private(path)
        connection = connect(path, cache_kib=WRITER_CACHE_KIB)
        try:
            migrate(connection, path, migrations, now)
            return lock, connection, _identify(connection, ids)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise


def _identify(connection: apsw.Connection, ids: IdSource) -> str:
    """Give a new database its epoch and instance id; answers the epoch."""
    known = connection.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
    if known is not None:
        return str(known[0])
    epoch = ids.new_bytes()[10:].hex()
    with connection:
        connection.execute(_ADD_META, ("epoch", epoch))
        connection.execute(_ADD_META, ("instance_id", ids.new()))
    return epoch
