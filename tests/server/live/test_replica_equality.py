"""The test that matters most: whatever happened, at rest everybody knows exactly what they may.

Random commands by random people in two organizations, with consoles connected, cut, lagging and resumed at
random, wake-ups lost, answers late, and, in the second part, frames dropped, doubled and swapped between hub
and socket. At rest the replica of every console equals a fresh snapshot equals a model of the desk, filtered
by a rule that is written down here. A history that fails is named by its seed; play it again with
`-k "histories and [17]"`.
"""

import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, HashCost, Rates
from deskterm.server.desk import snapshot
from deskterm.server.live.hub import LiveHub
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from deskterm.server.storage.database import Event
from tests.server.conftest import START
from tests.server.live.story.checks import check
from tests.server.live.story.history import History, Wakes
from tests.server.live.story.http import Http

HISTORIES = 200
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.few_on_postgres(3)]
NO_LIMITS = Rates(messages_per_customer=None, requests_per_address=None, failed_sign_ins_per_address=None)
#: Small enough that readers who lag are fed from the log, and that some come back too late to resume.
LIVE = LiveSettings(buffer=6_000, replay=120, per_address=None)


class World:
    """The server that all histories share; each has organizations of its own."""

    def __init__(self, services: Services, http: Http, clock: ManualClock, wakes: Wakes) -> None:
        self.services = services
        self.http, self.clock, self.wakes = http, clock, wakes
        self.played: Counter[str] = Counter()


@pytest.fixture(scope="module")
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture(scope="module", autouse=True)
def lossy(wakes: Wakes) -> Iterator[None]:
    """The hub misses the commits that it is told to miss."""
    publish = LiveHub.publish

    def heard(hub: LiveHub, events: Sequence[Event]) -> None:
        if not wakes.lost:
            publish(hub, events)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LiveHub, "publish", heard)
        patched.setattr(snapshot, "FIRST_PAGE", 2)  # so that there are many pages, with changes in between
        patched.setattr(snapshot, "NEXT_PAGES", 2)
        yield


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is one: the time of these tests would else be that of fsync."""
    if os.access("/dev/shm", os.W_OK):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("histories")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    empty: Callable[[], str | None], memory: Path, wakes: Wakes, lossy: None
) -> AsyncIterator[World]:
    clock = ManualClock(START)
    config = Config(
        data=memory / "data",
        postgres=empty(),
        hash_cost=HashCost(memory=8, passes=1),
        timers=False,
        rates=NO_LIMITS,
        live=LIVE,
    )
    app = make_app(config, clock=clock, ids=IdSource(clock.now))
    async with TestServer(app, host="127.0.0.1") as server:
        http = await Http.open(server.port or 0)
        yield World(app[SERVICES], http, clock, wakes)
        http.close()


async def play(world: World, seed: str, faults: float) -> None:
    history = History(seed, world.services, world.http, world.clock, world.wakes, faults)
    await history.play()
    for reader in history.readers:
        try:
            await check(history, reader)
        except AssertionError as failure:
            failure.add_note(f"history {seed}, {reader.who.email}, {reader.who.role}")
            raise
    for reader in history.readers:
        await reader.cut()
        world.played += Counter(gaps=reader.reconnects, snapshots=reader.snapshots - 1, faults=reader.made)
    world.played += history.accepted()
    world.played["histories"] += 1


@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_histories(world: World, seed: int) -> None:
    """An honest network that only breaks."""
    await play(world, f"h{seed}", 0.0)


@pytest.mark.parametrize("seed", range(HISTORIES // 4))
async def test_histories_over_a_lying_network(world: World, seed: int) -> None:
    """Frames are lost, come twice or in the wrong order: consoles notice, and know everything in the end."""
    await play(world, f"f{seed}", 0.08)


async def test_the_histories_were_full_of_life(world: World) -> None:
    """Every command was accepted often, and every trouble happened: else the tests above prove nothing."""
    if world.played["histories"] < HISTORIES:
        pytest.skip("tells something of all histories only")
    seldom = {name: times for name, times in world.played.items() if times < 50}
    assert seldom == {}
    assert world.played.keys() >= {"gaps", "snapshots", "faults", "organization", "members", "bulk"}
