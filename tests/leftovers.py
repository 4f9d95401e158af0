"""What a run of tests that was killed has left: folders with a PostgreSQL that still runs in them."""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_PREFIX = "deskterm-postgres-"
_HELD = "held"


def new_folder(where: str | None) -> tuple[Path, IO[bytes]]:
    """A folder, and a lock on it that ends with this process, however that ends."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where))
    lock = (folder / "taken").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    (folder / "taken").rename(folder / _HELD)  # whoever finds it by this name finds it locked
    return folder, lock


def clear(where: str | None) -> None:
    """End and remove what belongs to no process any more."""
    for held in Path(where or tempfile.gettempdir()).glob(f"{_PREFIX}*/{_HELD}"):
        with suppress(OSError), held.open("rb") as lock:  # it is somebody's, or another run is clearing it
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end(held.parent / "data")
            shutil.rmtree(held.parent, ignore_errors=True)


def lives(pid: str) -> bool:
    """Whether the process has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _end(data: Path) -> None:
    """End the server of a folder where it is known to be that; elsewhere it misses its files in a minute."""
    with suppress(OSError):
        pid = (data / "postmaster.pid").read_text().split()[0]
        if Path(f"/proc/{pid}/cwd").readlink() == data:
            os.kill(int(pid), signal.SIGQUIT)
            while lives(pid):
                time.sleep(0.01)
