"""A copy of a database to try something on, whether a server runs on it or not."""

from pathlib import Path

from deskterm.server.storage.backup import back_up
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect


def copy_database(path: Path, target: Path) -> None:
    """Write what the database at `path` has at this moment to `target`; `BackupFailed` if that cannot be."""
    connection = connect(path, cache_kib=READER_CACHE_KIB)
    try:
        back_up(connection, target)
    finally:
        connection.close()
