"""What a server takes while it works, looked at every few seconds: nothing of it may grow with time."""

import asyncio
import statistics
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.processes import Server
from benchmarks.results import Result
from deskterm.server.config import DATABASE_NAME

if TYPE_CHECKING:
    from benchmarks.steady import Sender

EVERY = 5.0  # seconds between two looks
#: What a minute may add, from the middle of the run on: MiB of memory, MiB of log, descriptors, tasks.
GOALS = {"memory": (1.0, "MiB"), "log": (1.0, "MiB"), "descriptors": (1.0, ""), "tasks": (1.0, "")}
#: How many of the looks are printed.
TOLD = 10
#: Minutes from which a slope is more than the machine's mood.
LEAST = 4.0


class Look(NamedTuple):
    """One moment: minutes from the first, MiB of memory and of the write-ahead log, descriptors, tasks.

    Without those of the load's own connections, which are as many as were ever needed at once.
    """

    at: float
    memory: float
    log: float
    descriptors: int
    tasks: int


class Growth:
    """What was seen of a server that gives out figures."""

    def __init__(self, server: Server, data: Path) -> None:
        self._server = server
        self._log = data / f"{DATABASE_NAME}-wal"
        self.looks: list[Look] = []

    @asynccontextmanager
    async def watched(self, load: "Sender") -> AsyncIterator[None]:
        """Look while the block lasts."""
        watching = asyncio.create_task(self._watch(load))
        try:
            yield
        finally:
            watching.cancel()

    async def _watch(self, load: "Sender") -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        while True:
            at = (loop.time() - started) / 60
            self.looks.append(await asyncio.to_thread(self._look, at, load.opened))
            await asyncio.sleep(EVERY)

    def _look(self, at: float, opened: int) -> Look:
        server = self._server
        with urllib.request.urlopen(server.said["metrics"]) as answer:
            lines = answer.read().decode().splitlines()
        tasks = next(int(float(each.split()[1])) for each in lines if each.startswith("deskterm_loop_tasks "))
        descriptors = sum(1 for _ in Path(f"/proc/{server.process.pid}/fd").iterdir())
        log = self._log.stat().st_size / 2**20
        return Look(at, server.resident_kib() / 1024, log, descriptors - opened, tasks - opened)

    def results(self, name: str) -> list[Result]:
        """What a minute added in the second half, for each thing; nothing where the run was short."""
        if self.looks[-1].at < LEAST:
            return []
        half = [each for each in self.looks if each.at >= self.looks[-1].at / 2]
        minutes = [each.at for each in half]
        for look in self.looks[:: max(1, len(self.looks) // TOLD)]:
            print(f"# {name} {_said(look)}")
        return [
            Result(
                f"{name}: {what} a minute",
                max(0.0, _slope(minutes, half, what)),
                goal,
                unit,
                1,
                at_least=False,
            )
            for what, (goal, unit) in GOALS.items()
        ]


def _slope(minutes: list[float], looks: list[Look], what: str) -> float:
    return statistics.linear_regression(minutes, [getattr(each, what) for each in looks]).slope


def _said(look: Look) -> str:
    return (
        f"after {look.at:4.1f} minutes: {look.memory:.1f} MiB, log {look.log:.1f} MiB,"
        f" {look.descriptors} descriptors, {look.tasks} tasks"
    )
