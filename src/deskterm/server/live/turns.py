"""Who is fed from the log when: one stretch of work at a time, and as much time for everybody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deskterm.server.clock import Clock


class Turns:
    """Shared by all who are fed. Whoever waits longest is next.

    A thousand readers who come back at once would else be a thousand stretches between two commands. After
    each the event loop is free for as long as it took, so that commands, their answers and live frames never
    get less than half of it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._one = asyncio.Semaphore(1)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A stretch of work."""
        async with self._one:
            started = self._clock.monotonic()
            yield
            await asyncio.sleep(self._clock.monotonic() - started)
