"""A node's place on a database: servers share it, a tool has it alone; and one of them has the duty."""

import threading
from typing import Final

import psycopg

from deskterm.server.storage.engines.postgres.connection import Connection, connect
from deskterm.server.storage.lock import DatabaseInUse

_KEY: Final = 0x6465736B  # "desk"
_DUTY: Final = _KEY + 1
_SCHEMAS: Final = _KEY + 2
_SHARE = f"SELECT pg_try_advisory_xact_lock_shared({_KEY})"
_TAKE = f"SELECT pg_try_advisory_xact_lock({_KEY})"
_TAKE_DUTY = f"SELECT pg_try_advisory_xact_lock({_DUTY})"
_HERE = """locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
#: How many have it; asking takes nothing away from one that is starting.
HELD = f"SELECT count(*) FROM pg_locks WHERE {_HERE} AND classid = 0 AND objid = {_KEY}"
#: What each server knows, whichever it is; the lowest of all.
_KNOW = f"SELECT pg_try_advisory_xact_lock_shared({_SCHEMAS}, %s::integer)"
OLDEST_SCHEMA: Final = f"SELECT min(objid::bigint) FROM pg_locks WHERE {_HERE} AND classid = {_SCHEMAS}"
#: PostgreSQL lets go of a node that it cannot reach, and never of one that has nothing to say.
_LASTING = """SELECT set_config(s.name, v.value, true) FROM pg_settings s JOIN (VALUES
    ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'), ('tcp_keepalives_idle', '10'),
    ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')) v (name, value) ON v.name = s.name"""


class Hold:
    """Held by an open transaction on a connection of its own, which works through a pooler, too.

    It reads no tables, so it keeps no old rows alive. Losing it puts nothing at risk: the log's order does
    not need it. The writer's thread uses it, and once a second whoever calls `look()`.
    """

    def __init__(self, address: str, *, alone: bool, schema: int) -> None:
        self._address = address
        self._alone = alone
        self._schema = schema
        self._lock = threading.Lock()
        self._connection = self._taken()
        self.doubted = False  # connections were lost, perhaps this one too
        self.on_duty = False
        self.has_company = False
        self._look()

    def look(self) -> None:
        """Look who else is there, and take the duty if nobody has it. Tries again later where it cannot."""
        try:
            self.retake()
        except (psycopg.Error, DatabaseInUse):
            self.doubted = True

    def retake(self) -> None:
        """Hold it also after the database went away: DatabaseInUse if somebody has it alone by now."""
        with self._lock:
            try:
                self._look()
            except psycopg.Error:
                self.on_duty = False
                self._connection.close()
                self._connection = self._taken()
                self._look()
            self.doubted = False

    def _look(self) -> None:
        self.has_company = _value(self._connection, HELD) > 1
        self.on_duty = self.on_duty or bool(_value(self._connection, _TAKE_DUTY))

    def release(self) -> None:
        """Let others have the database, and the duty."""
        with self._lock:
            self.on_duty = False
            self._connection.close()

    def _taken(self) -> Connection:
        connection = connect(self._address)
        try:
            connection.execute("BEGIN")
            connection.execute(_LASTING)
            taken = _value(connection, _TAKE if self._alone else _SHARE)
            connection.execute(_KNOW, (self._schema,))
        except psycopg.Error:
            connection.close()
            raise
        if not taken:
            connection.close()
            raise DatabaseInUse("This database is in use by another deskterm server. Stop it first.")
        return connection


def _value(connection: Connection, sql: str) -> int:
    (found,) = connection.execute(sql).fetchone() or (0,)
    return int(found)
