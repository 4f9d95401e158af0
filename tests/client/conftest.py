"""Servers for the client's tests."""

from collections.abc import AsyncIterator

import pytest

from deskterm.client.api import Api
from deskterm.client.rest import Rest
from tests.client.canned import Canned, canned


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
