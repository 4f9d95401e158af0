"""Opening a database, new or of an older version, in a time that does not grow with its size."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.errors import DeskError
from deskterm.server.storage.database import Database
from deskterm.server.storage.engines.connection import WRITER_CACHE_KIB, connect, require_safe_sqlite
from deskterm.server.storage.engines.faults import is_damage
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.lock import FileLock
from deskterm.server.storage.migrate import Migration, load_migrations, migrate
from deskterm.server.storage.moving import unfinished_at
from deskterm.server.storage.network_disk import require_local
from deskterm.server.storage.private import create_private, create_private_directory

_ADD_META = "INSERT INTO meta (name, value) VALUES (?, ?)"


class CannotOpen(DeskError):
    """The file is damaged, or the disk refuses; `detail` says what to do."""

    title = "The database cannot be opened"


def is_address(said: str) -> bool:
    """Whether this names a PostgreSQL database."""
    return said.startswith(("postgresql://", "postgres://"))


async def open_either(
    path: Path,
    address: str | None,
    *,
    clock: Clock,
    ids: IdSource,
    files: Path | None = None,
    wakeups: str | None = None,
    alone: bool = False,
) -> Database:
    """Open the PostgreSQL database at `address` if there is one, else the file at `path`.

    `files` is the folder in which messages' files are, where that is not beside it; `wakeups` is an address
    past the pooler that `address` is. A file is always opened
    alone; a PostgreSQL database only if it is asked for.
    """
    if address is None:
        return await open_database(path, clock=clock, ids=ids)
    try:
        from deskterm.server.storage.engines.postgres.opening import open_postgres
    except ImportError as error:
        raise CannotOpen("PostgreSQL needs psycopg: pip install 'deskterm[postgres]'.") from error
    create_private_directory(path.parent)  # files and the server's secret stay beside it
    data = files or path.parent
    return await open_postgres(address, clock=clock, ids=ids, data=data, alone=alone, wakeups=wakeups)


async def open_database(
    path: Path, *, clock: Clock, ids: IdSource, migrations: Sequence[Migration] | None = None
) -> SqliteDatabase:
    """Open the file at `path` for the running event loop, made and migrated as needed.

    Raises `DatabaseInUse`, `NetworkDisk`, `MigrationRefused`, `CannotOpen` or `UnsafeSqlite`, each with a
    sentence for the operator.
    `migrations` are those of this version unless a test brings its own.
    """
    require_safe_sqlite(apsw.sqlite_lib_version())
    steps = load_migrations() if migrations is None else migrations
    lock, connection, epoch = await asyncio.to_thread(_prepare, path, steps, clock.now(), ids)
    try:
        return SqliteDatabase(path, connection, lock, epoch, clock, ids)
    except apsw.Error as error:
        connection.close()
        lock.release()
        raise CannotOpen(_sentence(path, error)) from error


def _prepare(
    path: Path, migrations: Sequence[Migration], now: int, ids: IdSource
) -> tuple[FileLock, apsw.Connection, str]:
    require_local(path)
    create_private_directory(path.parent)
    lock = FileLock(path)
    try:
        _require_no_half(path)
        create_private(path)
        return lock, *_connect(path, migrations, now, ids)
    except apsw.Error as error:
        lock.release()
        raise CannotOpen(_sentence(path, error)) from error
    except BaseException:
        lock.release()
        raise


def _require_no_half(path: Path) -> None:
    """Or a new database would be made, and the copy never be finished."""
    half = unfinished_at(path)
    if half.exists() and not path.exists():
        raise CannotOpen(
            f"A copy into {path.parent} is not finished: run `deskterm db copy` again, or remove {half}."
        )


def _connect(
    path: Path, migrations: Sequence[Migration], now: int, ids: IdSource
) -> tuple[apsw.Connection, str]:
    connection = connect(path, cache_kib=WRITER_CACHE_KIB)
    try:
        migrate(connection, path, migrations, now)
        return connection, _identify(connection, ids)
    except BaseException:
        connection.close()
        raise


def _sentence(path: Path, error: apsw.Error) -> str:
    if is_damage(error):
        return (
            f"{path} is damaged: {error}. Put the newest good backup in its place with"
            " `deskterm restore FILE`; the damaged file is kept."
        )
    return f"{path} cannot be opened: {error}. Look after the disk, its free space and its permissions."


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
