"""A real server on loopback with the demo's data, fresh for every test, and its people at the door."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, HashCost
from deskterm.server.live.settings import LiveSettings
from tests.contract.desk import Desk
from tests.contract.shapes import Json

START = 1_790_000_000_000  # 2026-09-21T14:13:20Z


def config_of(data: Path) -> Config:
    """The desk of these tests in a folder."""
    return Config(
        data=data,
        demo=True,
        hash_cost=HashCost(memory=8, passes=1),
        timers=False,
        live=LiveSettings(heartbeat=0),
    )


async def _seed(data: Path) -> dict[str, Json]:
    clock = ManualClock(START)
    app = make_app(config_of(data), clock=clock, ids=IdSource(clock.now, random.Random(1).getrandbits))
    server = TestServer(app, host="127.0.0.1")
    async with server, Desk(server, clock) as desk:
        return desk.signed_in


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Json]]:
    """A folder with the demo's database and everybody's sign-in, made once; copied for each test."""
    data = tmp_path_factory.mktemp("contract") / "data"
    return data, asyncio.run(_seed(data))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def server(
    demo: tuple[Path, dict[str, Json]], tmp_path: Path, clock: ManualClock
) -> AsyncIterator[TestServer]:
    shutil.copytree(demo[0], tmp_path / "data")
    ids = IdSource(clock.now, random.Random(2).getrandbits)
    running = TestServer(make_app(config_of(tmp_path / "data"), clock=clock, ids=ids), host="127.0.0.1")
    async with running:
        yield running


@pytest.fixture
async def desk(
    server: TestServer, clock: ManualClock, demo: tuple[Path, dict[str, Json]]
) -> AsyncIterator[Desk]:
    """Everybody of the demo, and what they do at the desk."""
    async with Desk(server, clock, dict(demo[1])) as opened:
        yield opened
