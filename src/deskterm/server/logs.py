"""Structured logs: one JSON object a line, ids instead of contents, nothing that can forge a line.

JSON escapes control characters, and everything beyond ASCII is escaped too, so a hostile name cannot
address the terminal that shows the log.
"""

import json
import sys
import traceback
from typing import IO, Any

from deskterm.server.clock import Clock


class Log:
    """Writes to `stream`, by default standard error."""

    def __init__(self, clock: Clock, stream: IO[str] | None = None) -> None:
        self._clock = clock
        self._stream = stream

    def info(self, event: str, **fields: Any) -> None:
        """Something an operator may want to know."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Something an operator should look at some day."""
        self._write("warning", event, fields)

    def error(self, event: str, failure: BaseException | None = None, **fields: Any) -> None:
        """Something broke; `failure` is written with its stack."""
        if failure is not None:
            fields["failure"] = type(failure).__name__
            fields["stack"] = [f"{each.filename}:{each.lineno} {each.name}" for each in _frames(failure)]
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, Any]) -> None:
        line = {"at": self._clock.now(), "level": level, "event": event, **fields}
        stream = self._stream or sys.stderr
        stream.write(json.dumps(line, default=str) + "\n")
        stream.flush()


def _frames(failure: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(failure.__traceback__)
