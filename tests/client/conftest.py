"""Servers for the client's tests."""

from collections.abc import AsyncIterator

import pytest

from deskterm.client.answers import Snapshot
from deskterm.client.desk import Desk
from deskterm.client.http.api import Api
from deskterm.client.http.rest import Rest
from deskterm.client.live.state import LiveState
from deskterm.client.replica.replica import Replica
from tests.client.canned import Canned, canned, document, health
from tests.client.live_frames import SERVER, frame
from tests.client.samples import ME, SARAH, conversation, message
from tests.client.stage import MESSAGES, Stage, snapshot


@pytest.fixture
async def server() -> AsyncIterator[Canned]:
    """A server that answers what a test tells it to."""
    async with canned() as running:
        yield running


@pytest.fixture
def naps() -> list[float]:
    """For how long the client would have slept."""
    return []


@pytest.fixture
async def api(server: Canned, naps: list[float]) -> AsyncIterator[Api]:
    """A client of that server, with a token, that never really sleeps."""

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    made = Api(server.server, rest=Rest(server.server, "dk_s_secret", nap))
    yield made
    await made.close()


@pytest.fixture
async def stage(server: Canned) -> AsyncIterator[Stage]:
    """Everything the server needs to open a desk, and the desk's end."""
    server.on("GET", "/healthz", health())
    server.on("GET", "/api/v1/sync/snapshot", document(snapshot()))
    server.on("GET", MESSAGES, document({"items": [message(seq=5)], "next_cursor": None}))
    made = Stage()
    yield made
    if hasattr(made, "desk"):
        await made.desk.close()


@pytest.fixture
async def desk(stage: Stage, server: Canned) -> Desk:
    """An opened desk."""
    return await stage.open(server)


@pytest.fixture
def state() -> LiveState:
    """Welcomed at position c1."""
    made = LiveState(SERVER, "c1")
    made.opened()
    made.received(frame("welcome", mode="resume", protocol=1, cursor="c1", heartbeat=25))
    made.handled()
    return made


@pytest.fixture
def replica() -> Replica:
    """Sarah's replica with one conversation."""
    made = Replica()
    made.load(Snapshot("c", None, members=(SARAH,), me=ME, conversations=(conversation(rev=5),)))
    return made
