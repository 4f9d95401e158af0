"""A real server on loopback with the demo's data, fresh for every test, and its people at the door."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

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


class Demo(NamedTuple):
    """The demo's data, to be copied, and everybody's sign-in."""

    data: Path
    postgres: str | None
    signed_in: dict[str, Json]


def config_of(data: Path, postgres: str | None = None) -> Config:
    """The desk of these tests in a folder, or in a PostgreSQL database."""
    return Config(
        data=data,
        postgres=postgres,
        demo=True,
        hash_cost=HashCost(memory=8, passes=1),
        timers=False,
        live=LiveSettings(heartbeat=0),
    )


async def _seed(data: Path, postgres: str | None) -> dict[str, Json]:
    clock = ManualClock(START)
    ids = IdSource(clock.now, random.Random(1).getrandbits)
    app = make_app(config_of(data, postgres), clock=clock, ids=ids)
    server = TestServer(app, host="127.0.0.1")
    async with server, Desk(server, clock) as desk:
        return desk.signed_in


@pytest.fixture(scope="session")
def demos() -> dict[str, Demo]:
    """What is made by now, by engine."""
    return {}


@pytest.fixture
def demo(
    engine: str,
    demos: dict[str, Demo],
    empty: Callable[[], str | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Demo:
    """The demo's database and everybody's sign-in, made once on each engine; copied for each test."""
    if engine not in demos:
        data = tmp_path_factory.mktemp("contract") / "data"
        postgres = empty()
        demos[engine] = Demo(data, postgres, asyncio.run(_seed(data, postgres)))
    return demos[engine]


@pytest.fixture
def original(demo: Demo) -> str | None:
    return demo.postgres


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def server(
    demo: Demo, tmp_path: Path, postgres: str | None, clock: ManualClock
) -> AsyncIterator[TestServer]:
    shutil.copytree(demo.data, tmp_path / "data")
    ids = IdSource(clock.now, random.Random(2).getrandbits)
    running = TestServer(
        make_app(config_of(tmp_path / "data", postgres), clock=clock, ids=ids), host="127.0.0.1"
    )
    async with running:
        yield running


@pytest.fixture
async def desk(server: TestServer, clock: ManualClock, demo: Demo) -> AsyncIterator[Desk]:
    """Everybody of the demo, and what they do at the desk."""
    async with Desk(server, clock, dict(demo.signed_in)) as opened:
        yield opened
