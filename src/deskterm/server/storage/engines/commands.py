"""The queue in front of a writer's thread: what waits is taken together, and answered in order.

Answers are given only after COMMIT, on the event loop, and the batch's events after the answers.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from deskterm.server.errors import Draining, Overloaded, ShortOfMemory
from deskterm.server.failpoints import HIT
from deskterm.server.storage.database import Event, Watcher

BATCH_LIMIT: Final = 64
QUEUE_LIMIT: Final = 2_000
#: Seconds until it is looked whether there is memory again.
MEMORY_PAUSE: Final = 0.05

Listener = Callable[[Sequence[Event]], None]


class Job(NamedTuple):
    """A waiting command and where its answer goes."""

    fn: Callable[[Any], Any]
    future: "asyncio.Future[Any]"
    organization_id: int | None  # whose rows it may see and write; None = all


class Outcome(NamedTuple):
    """What became of one command of a batch."""

    result: Any
    error: BaseException | None
    events: Sequence[Event] = ()


class CommandQueue:
    """Runs commands in a thread of its own, from `start()` to `stop()`; engines say how a batch is stored."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="deskterm-writer", daemon=True)
        self._listeners: list[Listener] = []
        self._stopping = False
        self._watcher: Watcher | None = None

    def start(self) -> None:
        """Begin to take commands."""
        self._thread.start()

    async def stop(self) -> None:
        """Finish every command that was accepted, then end the thread."""
        if not self._stopping:
            self._stopping = True
            self._jobs.put(None)
        await self._loop.run_in_executor(None, self._thread.join)

    def listen(self, listener: Listener) -> None:
        """Call `listener` on the event loop with the events of each commit, in commit order."""
        self._listeners.append(listener)

    def watch(self, watcher: Watcher) -> None:
        """Let somebody see what is queued and stored."""
        self._watcher = watcher

    @property
    def waiting(self) -> int:
        """How many commands nobody has begun."""
        return self._jobs.qsize()

    def submit(self, fn: Callable[[Any], Any], organization_id: int | None = None) -> "asyncio.Future[Any]":
        """Queue a command, of an organization or of the server itself; never waits."""
        if self._stopping:
            raise Draining()
        if self._jobs.qsize() >= QUEUE_LIMIT:
            raise Overloaded("Too many changes are waiting to be stored")
        future = self._loop.create_future()
        if self._watcher is not None:
            fn = self._watcher.command(fn, future)
        self._jobs.put(Job(fn, future, organization_id))
        return future

    def _deliver(self, batch: list[Job], outcomes: list[Outcome]) -> None:
        """On the event loop: first the answers, then the events (whose callers may have gone meanwhile)."""
        for job, outcome in zip(batch, outcomes, strict=True):
            if job.future.done():
                continue
            if outcome.error is not None:
                job.future.set_exception(outcome.error)
            else:
                job.future.set_result(outcome.result)
        events = [event for outcome in outcomes for event in outcome.events]
        if HIT is not None:
            self._loop.call_soon(HIT, "before-wake")
        if events:
            for listener in self._listeners:
                self._loop.call_soon(listener, events)

    # The writer's thread from here on.

    def _work(self) -> None:
        going = True
        while going:
            batch: list[Job] = []
            job = self._jobs.get()
            while job is not None:
                batch.append(job)
                if len(batch) == BATCH_LIMIT:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            else:
                going = False
            if batch:
                self._answer(batch, self._stored(batch))
                self._tidy()

    def _stored(self, batch: list[Job]) -> list[Outcome]:
        try:
            if self._watcher is None:
                return self._commit(batch)
            return self._watcher.commit([job.fn for job in batch], lambda: self._commit(batch))
        except MemoryError:  # wherever it was short: this thread must go on
            return [Outcome(None, ShortOfMemory()) for _ in batch]

    def _answer(self, batch: list[Job], outcomes: list[Outcome]) -> None:
        """Hand the answers over; where there is no memory for that, when there is."""
        while True:
            try:
                self._loop.call_soon_threadsafe(self._deliver, batch, outcomes)
            except MemoryError:
                time.sleep(MEMORY_PAUSE)
            else:
                return

    def _commit(self, batch: list[Job]) -> list[Outcome]:
        """Run a batch and commit it; never raises."""
        raise NotImplementedError

    def _tidy(self) -> None:
        """What is to be done after a batch, when its answers are on their way."""
