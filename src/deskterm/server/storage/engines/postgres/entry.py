"""Which PostgreSQL will do."""

from deskterm.server.errors import DeskError
from deskterm.server.storage.engines.postgres.connection import Connection

OLDEST = 140_000  # PostgreSQL 14


class CannotConnect(DeskError):
    """PostgreSQL is not there, does not let us in, or is too old; `detail` says which."""

    title = "The database cannot be opened"


def require_new_enough(connection: Connection) -> None:
    """`CannotConnect` from a server that is too old, or a database that cannot keep every letter."""
    found = connection.info.server_version
    if found < OLDEST:
        raise CannotConnect(f"This is PostgreSQL {found // 10_000}; deskterm needs 14 or newer.")
    (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
    if encoding != "UTF8":
        raise CannotConnect(f"The database is encoded in {encoding}; make one with ENCODING 'UTF8'.")
