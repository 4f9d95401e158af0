"""Notices that the machine slept, or that this program was stopped: timers do not count that time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

TICK = 1.0  # seconds between two looks
JUMP = 10.0  # seconds between two looks that mean a sleep; a busy machine is never as late as that


def elapsed() -> float:
    """Seconds that go on while the machine sleeps, where the system counts them, else the wall clock's."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.time()


async def notice_sleep(
    woke: Callable[[], None],
    *,
    clock: Callable[[], float] = elapsed,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Call `woke` whenever the machine was asleep; runs until cancelled."""
    before = clock()
    while True:
        await sleep(TICK)
        now = clock()
        if now - before >= JUMP:
            woke()
        before = now
