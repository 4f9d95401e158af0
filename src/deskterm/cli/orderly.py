"""Signals end the console as its own quit key does: texts are saved, the terminal is given back."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType

from deskterm.cli.hangup import watch_terminal
from deskterm.terminal.restore import RESTORE

#: Seconds for an orderly end; then it ends as it is.
PATIENCE = 5


class Asked:
    """Whether a signal asked for the end, and which."""

    def __init__(self) -> None:
        self.signal: int | None = None

    @property
    def code(self) -> int | None:
        """The exit code that shells expect of a program ended by this signal."""
        return None if self.signal is None else 128 + self.signal


@contextlib.contextmanager
def orderly_end(leave: Callable[[], Awaitable[None]]) -> Iterator[Asked]:
    """Until the end of the block, SIGTERM, SIGHUP and SIGINT call `leave` on the running event loop."""
    asked = Asked()
    pending: list[asyncio.Future[None]] = []

    def ended(number: int, _: FrameType | None) -> None:
        if asked.signal is not None:
            if number == getattr(signal, "SIGHUP", None):
                return  # a terminal that goes is told of more than once, by the system and by its watcher
            _end_now(asked.signal)
        asked.signal = number
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # nothing runs yet or any more
            raise SystemExit(128 + number) from None
        if hasattr(signal, "alarm"):
            signal.alarm(PATIENCE)
        loop.call_soon_threadsafe(lambda: pending.append(asyncio.ensure_future(leave())))

    names = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGALRM")]
    before = {number: signal.signal(number, ended) for number in names if number is not None}
    watch_terminal()
    try:
        yield asked
    finally:
        if hasattr(signal, "alarm"):
            signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_now(number: int) -> None:
    with contextlib.suppress(OSError):
        os.write(2, RESTORE.encode())
    os._exit(128 + number)
