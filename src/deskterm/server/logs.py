"""Structured logs: one JSON object a line, ids instead of contents, nothing that can forge a line.

JSON escapes control characters, and everything beyond ASCII is escaped too, so a hostile name cannot
address the terminal that shows the log.
"""

import asyncio
import json
import logging
import sys
import traceback
from types import FrameType
from typing import IO, Any

from deskterm.server.clock import Clock

#: Lines about requests are collected this long, so that one write carries many of them.
COLLECT_S = 0.1


class Log:
    """Writes to `stream`, by default standard error."""

    def __init__(self, clock: Clock, stream: IO[str] | None = None) -> None:
        self._clock = clock
        self._stream = stream
        self._collected: list[str] = []

    def info(self, event: str, **fields: Any) -> None:
        """Something an operator may want to know."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Something an operator should look at some day."""
        self._write("warning", event, fields)

    def error(self, event: str, failure: BaseException | None = None, **fields: Any) -> None:
        """Something broke; `failure` is written with where it happened, without what it was about."""
        if failure is not None:
            fields["failure"] = type(failure).__name__
            fields["stack"] = _stack(failure)
        self._write("error", event, fields)

    def request(self, request_id: str, method: str, route: str, status: int, seconds: float) -> None:
        """One finished request, by its route: addresses may hold what people searched for."""
        if not self._collected:
            asyncio.get_running_loop().call_later(COLLECT_S, self.flush)
        self._collected.append(
            f'{{"at": {self._clock.now()}, "level": "info", "event": "request", "request": "{request_id}", '
            f'"method": "{method}", "route": "{route}", "status": {status}, "ms": {seconds * 1000:.1f}}}\n'
        )

    def flush(self) -> None:
        """Write what was collected."""
        if self._collected:
            lines, self._collected = self._collected, []
            self._put("".join(lines))

    def _write(self, level: str, event: str, fields: dict[str, Any]) -> None:
        self.flush()
        line = {"at": self._clock.now(), "level": level, "event": event, **fields}
        self._put(json.dumps(line, default=str) + "\n")

    def _put(self, text: str) -> None:
        stream = self._stream or sys.stderr
        stream.write(text)
        stream.flush()


class Forwarder(logging.Handler):
    """Brings what libraries log into the same form."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record of a library; an exception is told by its type and place."""
        failure = record.exc_info[1] if record.exc_info else None
        if record.levelno >= logging.ERROR:
            self._log.error(record.getMessage(), failure, source=record.name)
        else:
            self._log.warning(record.getMessage(), source=record.name)


def place(frame: FrameType, most: int) -> list[str]:
    """Where that is, its innermost `most` frames; the innermost last, as in the stack of a failure."""
    frames = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=most, lookup_lines=False)
    return _named(frames)[::-1]


def _stack(failure: BaseException) -> list[str]:
    return _named(traceback.extract_tb(failure.__traceback__))


def _named(frames: traceback.StackSummary) -> list[str]:
    return [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
