"""How late the event loop comes to what is due, and what holds it where that can be felt.

While one thing runs on the loop everybody else waits. So the loop beats, and a thread beside it looks, when
a beat is missing, where the loop is.
"""

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from deskterm.server.clock import Clock
from deskterm.server.logs import Log, place
from deskterm.server.meters import Spread
from deskterm.server.services import Services

#: Seconds between two beats.
PAUSE: Final = 0.025
#: How late a beat may be.
HELD: Final = 0.05
#: Seconds between two lines of the log: a machine that has too much to do needs none for each beat.
QUIET: Final = 1.0
#: The innermost frames that a line names.
FRAMES: Final = 8


@asynccontextmanager
async def beating(services: Services) -> AsyncIterator[None]:
    """Beat on the running loop while the context lasts, which begins when what a start takes is done."""
    pulse = Pulse(services.clock, services.log, services.meters.delays)
    pulse.start()
    try:
        yield
    finally:
        pulse.close()


class Pulse:
    """One per event loop. Every delay goes to `delays`, those beyond `HELD` to the log as well."""

    def __init__(self, clock: Clock, log: Log, delays: Spread) -> None:
        self._clock = clock
        self._log = log
        self._delays = delays
        self._due = clock.monotonic() + PAUSE
        self._computed = time.thread_time()
        self._next: asyncio.TimerHandle | None = None
        self._over = threading.Event()
        self.seen: list[str] = []  # where the loop was when a beat was missing
        self._times = 0
        self._worst: tuple[float, float, list[str]] = (0.0, 0.0, [])
        self._said = float("-inf")

    def start(self) -> None:
        """Begin to beat on the running loop."""
        self._again()
        thread = threading.get_ident()
        threading.Thread(target=self._watch, args=(thread,), name="deskterm-pulse", daemon=True).start()

    def close(self) -> None:
        """No more beats; what was not said yet is."""
        self._over.set()
        if self._times:
            self._say(self._clock.monotonic())
        if self._next is not None:
            self._next.cancel()

    def beat(self) -> None:
        """Note how late this is, and of that how long this thread computed."""
        now, computed = self._clock.monotonic(), time.thread_time()
        late = max(0.0, now - self._due)
        self._delays.add(late)
        if late > HELD:
            self._times += 1
            self._worst = max(self._worst, (late, min(late, computed - self._computed), self.seen))
        self._due, self._computed, self.seen = now + PAUSE, computed, []
        if self._times and now >= self._said + QUIET:
            self._say(now)

    def look(self, thread: int) -> None:
        """From another thread: if a beat is missing, see once where the loop's is."""
        if not self.seen and self._clock.monotonic() - self._due > HELD / 2:
            frame = sys._current_frames().get(thread)
            self.seen = [] if frame is None else place(frame, FRAMES)

    def _say(self, now: float) -> None:
        late, computed, seen = self._worst
        self._log.warning(
            "event loop held",
            ms=round(late * 1000),
            computing_ms=round(computed * 1000),
            times=self._times,
            stack=seen,
        )
        self._said, self._times, self._worst = now, 0, (0.0, 0.0, [])

    def _again(self) -> None:
        self._next = asyncio.get_running_loop().call_later(PAUSE, self._go_on)

    def _go_on(self) -> None:
        self.beat()
        self._again()

    def _watch(self, thread: int) -> None:
        while not self._over.wait(PAUSE):
            self.look(thread)
