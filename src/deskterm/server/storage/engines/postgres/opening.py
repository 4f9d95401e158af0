"""Opening a database on PostgreSQL by its address."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import psycopg

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.storage.database import Backup
from deskterm.server.storage.engines.postgres.access import CONNECTIONS
from deskterm.server.storage.engines.postgres.backup import back_up
from deskterm.server.storage.engines.postgres.connection import CONNECT_SECONDS, Pool, pool_of
from deskterm.server.storage.engines.postgres.database import PostgresDatabase
from deskterm.server.storage.engines.postgres.entry import CannotConnect, require_new_enough
from deskterm.server.storage.engines.postgres.faults import Unreachable, is_lost, sentence
from deskterm.server.storage.engines.postgres.fence import UNFENCED
from deskterm.server.storage.engines.postgres.hold import Hold
from deskterm.server.storage.engines.postgres.schema import migrate
from deskterm.server.storage.migrate import Migration, load_migrations
from deskterm.server.storage.moving import UNFINISHED

_log = logging.getLogger(__name__)


async def open_postgres(
    address: str,
    *,
    clock: Clock,
    ids: IdSource,
    data: Path,
    migrations: Sequence[Migration] | None = None,
    alone: bool = False,
    wakeups: str | None = None,
) -> PostgresDatabase:
    """Open the database at `address` for the running event loop, migrated as needed; files are in `data`.

    `wakeups` is another address of the same database, where `address` is a pooler's.
    `alone` wants it without any other, as tools do. Raises `DatabaseInUse` if that cannot be, or if another
    one has it alone, `MigrationRefused`, `CannotConnect`, or `Unreachable` where trying again later may help;
    each with a sentence for the operator.
    """
    steps = load_migrations(engine="postgres") if migrations is None else migrations
    try:
        hold = await asyncio.to_thread(partial(Hold, address, alone=alone, schema=len(steps)))
        own, pool = pool_of(address, size=1, trying=0), pool_of(address, size=CONNECTIONS)
        try:
            await asyncio.to_thread(own.open, wait=True, timeout=CONNECT_SECONDS)
            epoch = await asyncio.to_thread(_prepare, own, steps, clock.now(), ids)
            await asyncio.to_thread(pool.open, wait=True, timeout=CONNECT_SECONDS)
        except BaseException:
            for each in (own, pool):
                each.close()
            hold.release()
            raise
    except psycopg.Error as error:
        raise (Unreachable if is_lost(error) else CannotConnect)(sentence(error)) from error

    def copy_to(target: Path) -> Backup:
        return back_up(address, target, data, clock.now())

    return PostgresDatabase(wakeups or address, own, pool, hold, epoch, clock, ids, copy_to)


def _prepare(pool: Pool, migrations: Sequence[Migration], now: int, ids: IdSource) -> str:
    with pool.connection() as connection:
        require_new_enough(connection)
        if connection.execute(UNFENCED).fetchone() == (True,):
            _log.warning("this role passes row-level security: give deskterm one that is no superuser")
        epoch = migrate(connection, migrations, now, ids)
        if connection.execute("SELECT 1 FROM meta WHERE name = %s", (UNFINISHED,)).fetchone():
            raise CannotConnect("A copy into this database is not finished: run `deskterm db copy` again.")
        return epoch
