"""The console's own log: what must not be shown is written here, readable by its owner alone."""

import logging
import os
from pathlib import Path

from deskterm.text.safe import safe

#: A log larger than this many bytes makes room for a new one at the next start; one old one is kept.
LARGEST = 1_000_000


class SafeFormatter(logging.Formatter):
    """Log lines carry what servers and customers wrote; whoever reads the file does so in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text that commands no terminal."""
        return safe(super().format(record))


def log_to(path: Path) -> None:
    """Send every record of this process to `path`. A folder that cannot be written costs the log, no more."""
    handler: logging.Handler
    try:
        _make(path)
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(SafeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > LARGEST:
        os.replace(path, path.with_name(path.name + ".old"))
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
