"""A real server on loopback, with a clock that moves when told to, seeded ids and cheap password hashes."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, HashCost
from deskterm.server.services import Services

START = 1_790_000_000_000  # 2026-09-21T14:13:20Z


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ids(clock: ManualClock) -> IdSource:
    """Ids that are the same in every run."""
    return IdSource(clock.now, random.Random(1).getrandbits)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Override it in a test module for other settings."""
    return Config(data=tmp_path / "data", hash_cost=HashCost(memory=8, passes=1))


@pytest.fixture
async def server(config: Config, clock: ManualClock, ids: IdSource) -> AsyncIterator[TestServer]:
    """The application on a free loopback port."""
    app: web.Application = make_app(config, clock=clock, ids=ids)
    running = TestServer(app, host="127.0.0.1")
    async with running:
        yield running


@pytest.fixture
def services(server: TestServer) -> Services:
    """The running server's insides, to seed rows and to look at what is stored."""
    return server.app[SERVICES]


@pytest.fixture
async def http(server: TestServer) -> AsyncIterator[ClientSession]:
    """A client that is not signed in; addresses are relative to the server's root."""
    async with ClientSession(base_url=server.make_url("/")) as session:
        yield session
