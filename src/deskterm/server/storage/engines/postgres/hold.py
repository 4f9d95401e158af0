"""One server per database, as long as servers do not hear of each other's commits."""

from typing import Final

import psycopg

from deskterm.server.storage.engines.postgres.connection import Connection, connect
from deskterm.server.storage.lock import DatabaseInUse

_KEY: Final = 0x6465736B  # "desk"
_TAKE = f"SELECT pg_try_advisory_lock({_KEY})"
#: Whether a server has it; asking takes nothing away from one that is starting.
HELD = f"""SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = {_KEY}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class Hold:
    """Held by a connection of its own. Losing it puts nothing at risk: the log's order does not need it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = self._taken()
        self.doubted = False  # connections were lost, perhaps this one too

    def retake(self) -> None:
        """After the database went away: DatabaseInUse if another server was quicker."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self._connection.close()
            self._connection = self._taken()
        self.doubted = False

    def release(self) -> None:
        """Let another server have the database."""
        self._connection.close()

    def _taken(self) -> Connection:
        connection = connect(self._address)
        (taken,) = connection.execute(_TAKE).fetchone() or (False,)
        if not taken:
            connection.close()
            raise DatabaseInUse("This database is in use by another deskterm server. Stop it first.")
        return connection
