"""Which consoles of this machine still run: each holds a lock that the kernel takes away with its process.

A time-out would be wrong in both directions: a laptop that slept looks dead, a killed console looks alive.
"""

import contextlib
import os
import secrets
import sys
from pathlib import Path

_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


class Alive:
    """This console's own mark beside `file`, and the question whether others still stand."""

    def __init__(self, file: Path) -> None:
        """OSError if the folder cannot be written."""
        self._file = file
        self.name = secrets.token_hex(8)
        self._descriptor = self._stand()

    def stands(self, name: str) -> bool:
        """Whether the console of that name runs; the mark of one that does not is swept away."""
        if name == self.name:
            return True
        path = self._path(name)
        try:
            descriptor = os.open(path, _FLAGS)
        except FileNotFoundError:
            return False
        except OSError:
            return True  # not to be known: leave its things alone
        try:
            if not _take(descriptor, wait=False):
                return True
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
        return False

    def release(self) -> None:
        """This console ends; what it leaves is free for others."""
        with contextlib.suppress(OSError):
            self._path(self.name).unlink(missing_ok=True)
        os.close(self._descriptor)

    def _stand(self) -> int:
        """Make the mark and lock it; once more if somebody swept it away between both."""
        while True:
            path = self._path(self.name)
            descriptor = os.open(path, _FLAGS | os.O_CREAT, 0o600)
            _take(descriptor, wait=True)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(path.stat(), os.fstat(descriptor)):
                    return descriptor
            os.close(descriptor)

    def _path(self, name: str) -> Path:
        return self._file.with_name(f"{self._file.stem}.{name}.alive")


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int, *, wait: bool) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(descriptor: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
