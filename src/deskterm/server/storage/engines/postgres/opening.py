"""Opening a database on PostgreSQL by its address."""

import asyncio
from collections.abc import Sequence

import psycopg

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.errors import DeskError
from deskterm.server.storage.engines.postgres.connection import CONNECT_SECONDS, Connection, connect, pool_of
from deskterm.server.storage.engines.postgres.database import CONNECTIONS, PostgresDatabase
from deskterm.server.storage.engines.postgres.hold import Hold
from deskterm.server.storage.engines.postgres.schema import migrate
from deskterm.server.storage.migrate import Migration, load_migrations

OLDEST = 140_000  # PostgreSQL 14


class CannotConnect(DeskError):
    """PostgreSQL is not there, does not let us in, or is too old; `detail` says which."""

    title = "The database cannot be opened"


async def open_postgres(
    address: str,
    *,
    clock: Clock,
    ids: IdSource,
    migrations: Sequence[Migration] | None = None,
    alone: bool = True,
) -> PostgresDatabase:
    """Open the database at `address` for the running event loop, migrated as needed.

    Raises `DatabaseInUse` unless nobody else has it or `alone` is not asked for, `MigrationRefused` or
    `CannotConnect`, each with a sentence for the operator.
    """
    steps = load_migrations(engine="postgres") if migrations is None else migrations
    try:
        hold = await asyncio.to_thread(Hold, address) if alone else None
        try:
            epoch = await asyncio.to_thread(_prepare, address, steps, clock.now(), ids)
            pool = pool_of(address, size=CONNECTIONS)
            await asyncio.to_thread(pool.open, wait=True, timeout=CONNECT_SECONDS)
        except BaseException:
            if hold is not None:
                hold.release()
            raise
    except psycopg.Error as error:
        raise CannotConnect(sentence(error)) from error
    return PostgresDatabase(pool, hold, epoch, clock, ids)


def _prepare(address: str, migrations: Sequence[Migration], now: int, ids: IdSource) -> str:
    with connect(address) as connection:
        require_new_enough(connection)
        return migrate(connection, migrations, now, ids)


def require_new_enough(connection: Connection) -> None:
    """`CannotConnect` from a server that is too old, or a database that cannot keep every letter."""
    found = connection.info.server_version
    if found < OLDEST:
        raise CannotConnect(f"This is PostgreSQL {found // 10_000}; deskterm needs 14 or newer.")
    (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
    if encoding != "UTF8":
        raise CannotConnect(f"The database is encoded in {encoding}; make one with ENCODING 'UTF8'.")


def sentence(error: psycopg.Error) -> str:
    """What the library says, without the address: a password may stand in it."""
    said = str(error).strip().splitlines() or [type(error).__name__]
    return f"PostgreSQL: {said[0]}"
