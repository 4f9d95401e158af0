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
from tests.server.contract import checking
from tests.server.people import DANA, JANE, JOHN, MIKE, NORA, SARAH, settle, signed_in

START = 1_790_000_000_000  # 2026-09-21T14:13:20Z


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ids(clock: ManualClock) -> IdSource:
    """Ids that are the same in every run."""
    return IdSource(clock.now, random.Random(1).getrandbits)


@pytest.fixture
def config(tmp_path: Path, postgres: str | None) -> Config:
    """Override it in a test module for other settings."""
    return Config(
        data=tmp_path / "data", postgres=postgres, hash_cost=HashCost(memory=8, passes=1), timers=False
    )


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
    async with ClientSession(base_url=server.make_url("/"), trace_configs=[checking()]) as session:
        yield session


@pytest.fixture
async def people(services: Services) -> None:
    """Both organizations with their people (tests/server/people.py)."""
    await settle(services)


@pytest.fixture
async def dana(server: TestServer, people: None) -> AsyncIterator[ClientSession]:
    """The admin, signed in."""
    async with signed_in(server, DANA) as client:
        yield client


@pytest.fixture
async def sarah(server: TestServer, people: None) -> AsyncIterator[ClientSession]:
    """A staff member, signed in."""
    async with signed_in(server, SARAH) as client:
        yield client


@pytest.fixture
async def mike(server: TestServer, people: None) -> AsyncIterator[ClientSession]:
    """Another staff member, signed in."""
    async with signed_in(server, MIKE) as client:
        yield client


@pytest.fixture
async def john(server: TestServer, people: None) -> AsyncIterator[ClientSession]:
    """A customer, signed in."""
    async with signed_in(server, JOHN) as client:
        yield client


@pytest.fixture
async def jane(server: TestServer, people: None) -> AsyncIterator[ClientSession]:
    """Another customer, signed in."""
    async with signed_in(server, JANE) as client:
        yield client


@pytest.fixture
async def nora(server: TestServer, people: None) -> AsyncIterator[ClientSession]:
    """The admin of the other organization, signed in."""
    async with signed_in(server, NORA) as client:
        yield client
