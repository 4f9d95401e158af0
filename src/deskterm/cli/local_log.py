"""The console's own log: what must not be shown is written here, readable by its owner alone."""

import contextlib
import logging
import os
from pathlib import Path

from deskterm.terminal import LogFile
from deskterm.text.safe import safe

#: A log larger than this many bytes makes room for a new one at the next start; one old one is kept.
LARGEST = 1_000_000


class SafeFormatter(logging.Formatter):
    """Log lines carry what servers and customers wrote; whoever reads the file does so in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text that commands no terminal."""
        return safe(super().format(record))


def log_to(path: Path) -> None:
    """Send warnings and errors of this process to `path`. A disk that refuses costs the log, no more."""
    with contextlib.suppress(OSError):
        if path.stat().st_size > LARGEST:
            os.replace(path, path.with_name(path.name + ".old"))
    handler = logging.StreamHandler(LogFile(path))
    handler.setFormatter(SafeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.raiseExceptions = False  # a log that cannot be written must not be told on the screen
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
