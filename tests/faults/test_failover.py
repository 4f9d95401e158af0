"""PostgreSQL is gone for good, its standby takes over: what was acknowledged is there, and consoles go on."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deskterm.server.storage.engines.postgres.examining import look_at
from tests.faults import checkers
from tests.faults.checkers import CANARY
from tests.faults.following import Console, messages, write_on
from tests.faults.history import History, Phase
from tests.faults.service import Service
from tests.faults.writers import desks, writers
from tests.postgres import Cluster, running
from tests.standby import Standby, following

WRITERS, EACH = 8, 60
SEED = 19
HERE = "designpi"


class Scene(NamedTuple):
    """Two servers on the same pair of PostgreSQL."""

    primary: Cluster
    standby: Standby
    services: tuple[Service, Service]
    address: str


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    with running(durable=True) as cluster:
        yield cluster


@pytest.fixture
async def scene(primary: Cluster, tmp_path: Path) -> AsyncIterator[Scene]:
    first, second = Service(tmp_path / "a"), Service(tmp_path / "b")
    own = primary.make()
    with following(primary) as standby:
        address = standby.address(own)
        try:
            await first.start("--database", address, "--demo")
            second.data.mkdir(mode=0o700)
            shutil.copy(first.data / "root.secret", second.data)
            await second.start("--database", address)
            yield Scene(primary, standby, (first, second), address)
        finally:
            await first.end()
            await second.end()


@pytest.mark.long
async def test_a_standby_takes_over_and_nothing_is_lost(scene: Scene, tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    people = writers(WRITERS, await desks(scene.services[0].url), history, SEED)
    for each in people:
        each.patient = True
    console = Console(people[0].desk.token, scene.services)
    watching = asyncio.create_task(console.follow())
    await console.until(0)
    enough = asyncio.Event()
    writing = [asyncio.create_task(write_on(each, scene.services, enough)) for each in people]
    await console.until(EACH)
    await asyncio.to_thread(scene.primary.kill)
    await asyncio.to_thread(scene.standby.promote)
    await console.until(len(console.seen) + EACH)
    enough.set()
    await asyncio.gather(*writing)
    stored = await asyncio.to_thread(messages, f"{scene.address}&target_session_attrs=read-write")
    mine = [each.id for each in stored if each.place.startswith(HERE) and each.body.startswith(CANARY)]
    await console.until(len(mine))
    watching.cancel()
    history.close()
    assert Counter(id_ for id_, _ in console.seen) == Counter(mine)
    assert history.count(Phase.FAIL) == 0
    assert checkers.promised(history.entries, stored) == []
    looked = await asyncio.to_thread(look_at, scene.address)
    assert not isinstance(looked, str), looked
    assert looked.damage == []
