"""One server per database file: a lock file beside it, held as long as the process lives."""

import os
import sys
from pathlib import Path

from deskterm.server.errors import Conflict
from deskterm.server.storage.network_disk import require_local


class DatabaseInUse(Conflict):
    """Another server holds the database; the command line ends with exit code 9."""

    title = "Another server already uses this database"


class FileLock:
    """Holds `<database>.lock`. The kernel lets go of it when the process ends, however it ends.

    Raises `DatabaseInUse`, or `NetworkDisk` where a lock would be worth nothing.
    """

    def __init__(self, database: Path) -> None:
        require_local(database)
        path = database.with_name(database.name + ".lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _take(self._file)
        except OSError as error:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            os.close(self._file)
            raise DatabaseInUse(
                f"{database} is in use by another deskterm server"
                + (f" (process {holder})." if holder else ".")
                + " Stop it first, or use another --data directory."
            ) from error
        os.truncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another server have the database. The file stays: removing it would let two servers in."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
