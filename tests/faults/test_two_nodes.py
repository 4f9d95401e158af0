"""Two servers on one PostgreSQL: one ends in order, one by force, and their connections to it are taken away;
nothing is lost and nothing comes twice.
"""

import asyncio
import contextlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from deskterm.cli.exits import TRY_AGAIN
from deskterm.server.storage.engines.postgres.examining import look_at
from tests.faults import checkers
from tests.faults.checkers import CANARY
from tests.faults.following import Console, messages, write_on
from tests.faults.history import History, Phase
from tests.faults.service import CRASHED, Service
from tests.faults.writers import PATIENCE, desks, writers
from tests.postgres import Cluster, everywhere

WRITERS, EACH = 8, 20
SEED = 13
HERE = "designpi"
#: Whoever holds these rows keeps everybody from committing anything that is told.
HOLD = "SELECT 1 FROM organization_counter FOR UPDATE"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%counter%'"


@pytest.fixture
async def nodes(cluster: Cluster, tmp_path: Path) -> AsyncIterator[tuple[Service, Service, str]]:
    """Two servers of the demo, and the address of their database."""
    address = cluster.make()
    first, second = Service(tmp_path / "a"), Service(tmp_path / "b")
    try:
        await first.start("--database", address, "--demo")
        second.data.mkdir(mode=0o700)
        shutil.copy(first.data / "root.secret", second.data)
        await second.start("--database", address)
        yield first, second, address
    finally:
        await first.end()
        await second.end()
        cluster.drop(address)


async def test_one_ends_and_the_other_goes_on(
    nodes: tuple[Service, Service, str], cluster: Cluster, tmp_path: Path
) -> None:
    first, second, address = nodes
    history = History(tmp_path / "history.jsonl")
    people = writers(WRITERS, await desks(first.url), history, SEED)
    for each in people:
        each.patient = True
    console = Console(people[0].desk.token, (first, second))
    following = asyncio.create_task(console.follow())
    await console.until(0)
    enough = asyncio.Event()
    writing = [asyncio.create_task(write_on(each, (first, second), enough)) for each in people]
    await console.until(EACH)
    asking = asyncio.create_task(told_before_it_went(first.url))
    assert await first.stop() == 0  # the console is there, and moves
    assert await asking == 503
    await console.until(len(console.seen) + EACH)
    await first.start("--database", address)
    await console.until(len(console.seen) + EACH)
    cluster.cut(address)
    await console.until(len(console.seen) + EACH)
    second.kill()
    assert await second.ended() == CRASHED
    await console.until(len(console.seen) + EACH)
    enough.set()
    await asyncio.gather(*writing)
    stored = await asyncio.to_thread(messages, address)
    mine = [each.id for each in stored if each.place.startswith(HERE) and each.body.startswith(CANARY)]
    await console.until(len(mine))
    following.cancel()
    history.close()
    assert Counter(id_ for id_, _ in console.seen) == Counter(mine)
    assert len(console.servers) == 3
    assert history.count(Phase.FAIL) == 0
    assert checkers.promised(history.entries, stored) == []
    looked = await asyncio.to_thread(look_at, address)
    assert not isinstance(looked, str), looked
    assert looked.damage == []


async def told_before_it_went(url: str) -> int:
    """Ask as a balancer does until nobody listens; the last answer."""
    last = 0
    async with ClientSession() as http:
        with contextlib.suppress(ClientError):
            while True:
                async with http.get(f"{url}/readyz", headers={"Connection": "close"}) as answer:
                    last = answer.status
    return last


async def test_what_never_finishes_is_cut_off_and_stores_nothing(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.make()
    service = Service(tmp_path / "data")
    history = History(tmp_path / "history.jsonl")
    try:
        await service.start("--database", address, "--demo", "--stop-within", "0.5")
        before = await asyncio.to_thread(messages, address)
        [writer] = writers(1, await desks(service.url), history, SEED)
        with everywhere(address) as holder, everywhere(address) as looking:
            async with ClientSession(service.url, timeout=PATIENCE) as http:
                with holder.transaction():
                    holder.execute(HOLD)
                    writing = asyncio.create_task(writer.step(http))
                    while looking.execute(WAITING).fetchone() == (0,):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                    assert await service.stop() == TRY_AGAIN
                    assert await writing is Phase.UNKNOWN
        assert await asyncio.to_thread(messages, address) == before
    finally:
        await service.end()
        history.close()
        cluster.drop(address)
