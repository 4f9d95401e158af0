"""What the server does by itself when its time has come."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from deskterm.server.clock import Clock
from deskterm.server.logs import Log

#: Seconds between two looks at what is due.
PAUSE = 1.0


@dataclass(slots=True, frozen=True)
class Job:
    """`run` does what is due now and answers whether more of it is left; looked at every `every` seconds,
    for the first time `after` seconds from the start.

    Each job is safe to run again: it decides from the data, so what was due while the server was down is
    done at the first look. Of servers that share a database the one on duty runs it, or `everywhere` all do.
    """

    name: str
    every: float
    run: Callable[[], Awaitable[bool]]
    after: float = 0.0
    everywhere: bool = False


class Jobs:
    """Runs jobs by an injected clock, one after the other. A job that fails is logged and tried again.

    Who comes on duty finds due what the one before has left.
    """

    def __init__(
        self, jobs: Sequence[Job], clock: Clock, log: Log, on_duty: Callable[[], bool] = lambda: True
    ) -> None:
        self._clock = clock
        self._log = log
        self._on_duty = on_duty
        self._due: dict[Job, float] = {job: clock.monotonic() + job.after for job in jobs}
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look by itself."""
        self._running = asyncio.get_running_loop().create_task(self._go_on())

    async def close(self) -> None:
        """Stop looking; a job in the middle of its transaction ends first."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait((self._running,))

    async def tick(self) -> None:
        """Run every job that is due, until nothing is left of it."""
        for job, due in list(self._due.items()):
            now = self._clock.monotonic()
            if now >= due and self._is_ours(job):
                self._due[job] = now + job.every
                await self._run(job)

    async def _run(self, job: Job) -> None:
        try:
            more = True
            while more:
                more = await job.run() and self._is_ours(job)
        except Exception as failure:  # noqa: BLE001 - the supervisor of jobs: one must not stop the others
            self._log.error("job failed", failure, job=job.name)

    def _is_ours(self, job: Job) -> bool:
        return job.everywhere or self._on_duty()

    async def _go_on(self) -> None:
        while True:
            await self.tick()
            await asyncio.sleep(PAUSE)
