"""Looking at a database on PostgreSQL from outside, whether a server uses it or not."""

from typing import NamedTuple

import psycopg

from deskterm.server.errors import DeskError
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.database import Reader
from deskterm.server.storage.engines.postgres.connection import Connection, connect
from deskterm.server.storage.engines.postgres.entry import require_new_enough
from deskterm.server.storage.engines.postgres.faults import sentence
from deskterm.server.storage.engines.postgres.fence import UNFENCED, everywhere
from deskterm.server.storage.engines.postgres.hold import HELD
from deskterm.server.storage.engines.postgres.reader import read_snapshot
from deskterm.server.storage.migrate import load_migrations
from deskterm.server.storage.moving import UNFINISHED

_THERE = "SELECT to_regclass('schema_migration') IS NOT NULL"
_SCHEMA = "SELECT coalesce(max(number), 0) FROM schema_migration"
_UNFINISHED = "SELECT 1 FROM meta WHERE name = :name"
_FILES = "SELECT count(DISTINCT sha256) FROM attachment"
_OUTSIDE = f"{_FILES} a WHERE NOT EXISTS (SELECT 1 FROM file_piece p WHERE p.sha256 = a.sha256)"
_SIZE = "SELECT pg_database_size(current_database())"


class Looked(NamedTuple):
    """What a database is like: a line of `damage` for each thing wrong; `newest` is the schema known here.

    `files` counts the contents of messages' files, `outside` those that are not in it.
    """

    version: str  # of PostgreSQL
    schema: int  # 0 = there is none yet
    newest: int
    size: int  # bytes
    servers: int
    damage: list[str]
    files: int = 0
    outside: int = 0
    is_fenced: bool = True  # whether row-level security holds for this role


def look_at(address: str) -> Looked | str:
    """Check everything, or say why that cannot be."""
    try:
        with connect(address) as connection:
            require_new_enough(connection)
            schema = _value(connection, _SCHEMA) if _value(connection, _THERE) else 0
            newest = len(load_migrations(engine="postgres"))
            version = str(connection.info.parameter_status("server_version"))
            size, servers = _value(connection, _SIZE), _value(connection, HELD)
            fenced = not _value(connection, UNFENCED)
            if schema != newest:
                return Looked(version, schema, newest, size, servers, [], is_fenced=fenced)
            damage = read_snapshot(connection, _wrong)
            files, outside = _value(connection, _FILES), _value(connection, _OUTSIDE)
            return Looked(version, schema, newest, size, servers, damage, files, outside, fenced)
    except psycopg.Error as error:
        return sentence(error)
    except DeskError as error:
        return error.detail


def _wrong(reader: Reader) -> list[str]:
    if reader.value(_UNFINISHED, name=UNFINISHED):
        return ["a copy into it is not finished: run `deskterm db copy` again"]
    return damage_of(reader)


def _value(connection: Connection, sql: str) -> int:
    with everywhere(connection):
        (found,) = connection.execute(sql).fetchone() or (0,)
    return int(found)
