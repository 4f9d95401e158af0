"""The file that errors go to, so that none ever reaches the screen."""

import io
import os
from pathlib import Path


class LogFile(io.StringIO):
    """A file that only its owner may read, made when the first line is written and never held open.

    Tracebacks go here, so that none ever reaches the screen.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def writable(self) -> bool:
        """One can write to it."""
        return True

    def write(self, text: str) -> int:
        """Append `text`."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self._path, "a", encoding="utf-8", opener=_private) as file:
            return file.write(text)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
