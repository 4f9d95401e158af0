"""How late the event loop comes to what is due, and what holds it where that can be felt.

While one thing runs on the loop everybody else waits. So the loop beats, and a thread beside it looks, when
a beat is missing, where the loop is. While nobody wants anything it beats less often: no machine is to stay
awake for it.
"""

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from deskterm.server.clock import Clock
from deskterm.server.logs import Log, place
from deskterm.server.meters import Spread
from deskterm.server.services import Services

#: Seconds between two beats; while nothing is done they double up to the second.
PAUSE: Final = 0.025
STILL: Final = 0.4
#: Seconds of computing between two beats that are not the beat's own.
BUSY: Final = 0.001
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

    def __init__(
        self, clock: Clock, log: Log, delays: Spread, computing: Callable[[], float] = time.thread_time
    ) -> None:
        self._clock = clock
        self._log = log
        self._delays = delays
        self._computing = computing
        self.pause = PAUSE
        self._due = clock.monotonic() + PAUSE
        self._computed = computing()
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
        now, computed = self._clock.monotonic(), self._computing()
        late, done = max(0.0, now - self._due), computed - self._computed
        self._delays.add(late)
        if late > HELD:
            self._times += 1
            self._worst = max(self._worst, (late, min(late, done), self.seen))
        self.pause = PAUSE if done > BUSY else min(2 * self.pause, STILL)
        self._due, self._computed, self.seen = now + self.pause, computed, []
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
        self._next = asyncio.get_running_loop().call_later(self.pause, self._go_on)

    def _go_on(self) -> None:
        self.beat()
        self._again()

    def _watch(self, thread: int) -> None:
        while not self._over.wait(self.pause):
            self.look(thread)
