"""The schema of a PostgreSQL database: made and migrated by whichever server comes first."""

from collections.abc import Sequence

import psycopg

from deskterm.protocol.ids import IdSource
from deskterm.server.failpoints import HIT
from deskterm.server.storage.engines.postgres.connection import Connection, Cursor
from deskterm.server.storage.engines.postgres.dialect import schema_text
from deskterm.server.storage.engines.postgres.fence import EVERYWHERE
from deskterm.server.storage.engines.postgres.hold import OLDEST_SCHEMA
from deskterm.server.storage.migrate import HISTORY, Migration, MigrationRefused, check_history

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('deskterm migrates'))"
_CREATE_RECORD = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL
)
"""
_APPLIED = "INSERT INTO schema_migration VALUES ($1, $2, $3, $4)"
#: Gives every table of organizations that has none a policy.
_FENCE = "SELECT desk_fence()"
_NEEDED = "SELECT value FROM meta WHERE name = 'needs_schema'"
_SET_NEEDED = """INSERT INTO meta (name, value) VALUES ('needs_schema', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
_EPOCH = "SELECT value FROM meta WHERE name = 'epoch'"
_ADD_META = "INSERT INTO meta (name, value) VALUES ($1, $2)"


def migrate(connection: Connection, migrations: Sequence[Migration], now: int, ids: IdSource) -> str:
    """Bring the database to the newest schema, all of it or nothing; answers its epoch."""
    cursor = psycopg.RawCursor(connection)
    with connection.transaction():
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_CREATE_RECORD)
        cursor.execute(EVERYWHERE)
        history = cursor.execute(HISTORY).fetchall()
        if history and _needed(cursor) <= len(migrations):
            history = history[: len(migrations)]  # what a newer server has added is in nobody's way
        pending = migrations[check_history(history, migrations) :]
        _require_company(cursor, pending)
        for migration in pending:
            _apply(cursor, migration, now)
            if HIT is not None:
                HIT("migrated")
        if pending:
            cursor.execute(_FENCE)
            cursor.execute(_SET_NEEDED, (str(max(each.needs for each in pending)),))
        return _identify(cursor, ids)


def _needed(cursor: Cursor) -> int:
    """The oldest schema that a server may know to work on this database."""
    found = cursor.execute(_NEEDED).fetchone()
    return int(found[0]) if found else 0


def _require_company(cursor: Cursor, pending: Sequence[Migration]) -> None:
    """`MigrationRefused` if a server that runs now could not work on afterwards."""
    needs = max((each.needs for each in pending), default=0)
    (oldest,) = cursor.execute(OLDEST_SCHEMA).fetchone() or (None,)
    if oldest is not None and oldest < needs:
        raise MigrationRefused(
            f"A server runs on this database that knows schema {oldest} only; schema {pending[-1].number} "
            f"needs servers that know {needs}. Stop the older ones first, or go by the version in between."
        )


def _apply(cursor: Cursor, migration: Migration, now: int) -> None:
    try:
        cursor.execute(schema_text(migration.common))
        if migration.special:
            cursor.execute(migration.special)
        cursor.execute(_APPLIED, (migration.number, migration.name, migration.sha256, now))
    except psycopg.Error as error:
        raise MigrationRefused(
            f"Migration {migration.number:04d}_{migration.name} failed: {error}"
        ) from error


def _identify(cursor: Cursor, ids: IdSource) -> str:
    """Give a new database its epoch and instance id; answers the epoch."""
    known = cursor.execute(_EPOCH).fetchone()
    if known is not None:
        return str(known[0])
    epoch = ids.new_bytes()[10:].hex()
    cursor.execute(_ADD_META, ("epoch", epoch))
    cursor.execute(_ADD_META, ("instance_id", ids.new()))
    return epoch
