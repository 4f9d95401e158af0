"""Two servers on one PostgreSQL behind a balancer, everything killed and started again under load."""

import asyncio
import os
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from deskterm.server.storage.engines.postgres.examining import look_at
from tests.faults import checkers
from tests.faults.balancer import Balancer
from tests.faults.checkers import CANARY
from tests.faults.following import Console, messages, write_on
from tests.faults.history import Entry, History, Phase
from tests.faults.service import CRASHED, Service
from tests.faults.writers import Desk, desks, writers
from tests.postgres import Cluster, running

WRITERS, EACH, CONSOLES = 8, 100, 6
SEED = int(os.environ.get("FAULTS_SEED", "17"))
ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "3"))


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A PostgreSQL that may be killed: what it committed is on the disk."""
    with running(durable=True) as cluster:
        yield cluster


class Pair:
    """Two servers, what spreads over them, and all that can become of them."""

    def __init__(self, folder: Path, cluster: Cluster, address: str, balancer: Balancer) -> None:
        self.balancer = balancer
        self.address = address
        self._cluster = cluster
        self._services = [Service(folder / "a"), Service(folder / "b")]
        self._turn = 0

    async def start(self) -> None:
        """Both, for the first time."""
        first, second = self._services
        await first.start("--database", self.address, "--demo")
        second.data.mkdir(mode=0o700)
        shutil.copy(first.data / "root.secret", second.data)
        await second.start("--database", self.address)
        self.balancer.servers = [first.url, second.url]

    async def end(self) -> None:
        """See to it that neither runs any more."""
        for each in self._services:
            await each.end()

    async def kill(self) -> None:
        """One is gone at once, and is started again."""
        service = self._next()
        service.kill()
        assert await service.ended() == CRASHED
        await self._start(service)

    async def drain(self) -> None:
        """One ends in order, and is started again."""
        service = self._next()
        assert await service.stop() == 0
        await self._start(service)

    async def crash(self) -> None:
        """PostgreSQL is gone at once, and is started again."""
        await asyncio.to_thread(self._cluster.crash)

    async def cut(self) -> None:
        """All connections to PostgreSQL are taken away."""
        await asyncio.to_thread(self._cluster.cut, self.address)

    def _next(self) -> Service:
        self._turn += 1
        return self._services[self._turn % 2]

    async def _start(self, service: Service) -> None:
        await service.start("--database", self.address)
        self.balancer.servers = [each.url for each in self._services]


@pytest.fixture
async def pair(durable: Cluster, tmp_path: Path) -> AsyncIterator[Pair]:
    """Both servers of the demo, running."""
    async with Balancer() as balancer:
        made = Pair(tmp_path, durable, durable.make(), balancer)
        try:
            await made.start()
            yield made
        finally:
            await made.end()
            durable.drop(made.address)


@pytest.mark.long
@pytest.mark.parametrize("hearing", [True, False], ids=["woken", "not-woken"])
async def test_whatever_ends_nothing_is_lost_and_nothing_comes_twice(
    pair: Pair, durable: Cluster, hearing: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not hearing:
        durable.muffle(pair.address)
        await pair.cut()  # whoever connects from now on wakes nobody
    door = pair.balancer
    history = History(tmp_path / "history.jsonl")
    where = await desks(door.url)
    people = writers(WRITERS, where, history, SEED)
    consoles = [(each, Console(each.token, (door,))) for each in where for _ in range(CONSOLES // 2)]
    for each in people:
        each.patient = True
    following = [asyncio.create_task(each.follow()) for _, each in consoles]
    for _, console in consoles:
        await console.until(0)
    enough = asyncio.Event()
    writing = [asyncio.create_task(write_on(each, (door,), enough)) for each in people]
    faults = [pair.kill, pair.drain, pair.crash, pair.cut]
    before = used()
    spans = await play(faults, consoles)
    load = share(before, used())
    enough.set()
    await asyncio.gather(*writing)
    stored = await asyncio.to_thread(messages, pair.address)
    for desk, console in consoles:
        mine = [each.id for each in stored if of(desk, each.place, each.body)]
        await console.until(len(mine))
        assert Counter(id_ for id_, _ in console.seen) == Counter(mine)
    for task in following:
        task.cancel()
    history.close()
    assert history.count(Phase.FAIL) == 0
    assert checkers.promised(history.entries, stored) == []
    looked = await asyncio.to_thread(look_at, pair.address)
    assert not isinstance(looked, str), looked
    assert looked.damage == []
    with capsys.disabled():
        print(
            f"\n{len(stored):,} messages, {len(consoles)} consoles; {load}; milliseconds from send to frame:"
        )
        for name, waited in felt(history.entries, consoles, spans).items():
            print(f"  {name:<8}{len(waited):>7,}  p50 {at(waited, 0.5):>6.0f}  p99 {at(waited, 0.99):>6.0f}")


class Used(NamedTuple):
    """Seconds since some time ago: by the clock, of all cores' work, of this process's."""

    clock: float
    machine: float
    load: float


def used() -> Used:
    """Now."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, idle, waiting, *more = (int(each) / os.sysconf("SC_CLK_TCK") for each in fields)
    del idle, waiting
    return Used(time.monotonic(), user + nice + system + sum(more), time.process_time())


def share(before: Used, after: Used) -> str:
    """How busy the machine was, and this process, which writes, follows and balances."""
    clock, machine, load = (end - start for start, end in zip(before, after, strict=True))
    busy = f"{machine / clock:.2f} of {os.cpu_count()} cores busy"
    return f"{clock:.0f} s, {busy}, {load / clock:.2f} of one by the load"


Followed = Sequence[tuple[Desk, Console]]
#: What happened, from when to when.
Span = tuple[str, float, float]


async def play(faults: Sequence[Callable[[], Awaitable[None]]], consoles: Followed) -> list[Span]:
    """Every fault in every round, in an order of chance, each after and before a stretch of work."""
    chance, spans = Random(SEED), []
    clock = asyncio.get_running_loop().time
    for _ in range(ROUNDS):
        for fault in chance.sample(faults, len(faults)):
            await more(consoles)
            started = clock()
            await fault()
            await more(consoles)
            spans.append((fault.__name__, started, clock()))
    return spans


async def more(consoles: Followed) -> None:
    """Everybody has seen some more."""
    await asyncio.gather(*(each.until(len(each.seen) + EACH) for _, each in consoles))


def of(desk: Desk, place: str, body: str) -> bool:
    """Whether it is one of the writers', in the organization of a desk."""
    return place.startswith(f"{desk.organization}/") and body.startswith(CANARY)


def felt(entries: Sequence[Entry], consoles: Followed, spans: Sequence[Span]) -> dict[str, list[float]]:
    """Milliseconds from the first try of each send to each of its frames, by what happened meanwhile."""
    tried: dict[str, float] = {}
    for each in entries:
        if each.phase is Phase.INVOKE:
            tried.setdefault(each.id, each.t)
    found: dict[str, list[float]] = defaultdict(list)
    for _, console in consoles:
        for id_, came in console.seen:
            sent = tried[id_]
            name = next((name for name, start, end in spans if start <= sent <= end), "calm")
            found[name].append((came - sent) * 1000)
    return {name: sorted(waited) for name, waited in sorted(found.items())}


def at(waited: Sequence[float], share: float) -> float:
    """The quantile."""
    return waited[min(len(waited) - 1, round(len(waited) * share))]
