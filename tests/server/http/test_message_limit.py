"""The limit of messages, through the front door."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Rates
from tests.server.people import JOHN, signed_in


@pytest.fixture
def config(config: Config) -> Config:
    """Two messages a minute for a customer."""
    return replace(config, rates=Rates(messages_per_customer=2))


async def test_the_limit_is_the_persons_not_the_devices(
    server: TestServer, people: None, clock: ManualClock, ids: IdSource
) -> None:
    """What was refused may be sent again a little later, under the same id."""
    async with signed_in(server, JOHN) as phone, signed_in(server, JOHN) as laptop:
        async with phone.get("portal/conversation") as answer:
            address = f"conversations/{(await answer.json())['id']}/messages"
        bodies = [{"id": ids.new(), "body": "hello"} for _ in range(3)]
        assert [await _send(*each, address) for each in zip((phone, laptop, phone), bodies, strict=True)] == [
            201,
            201,
            429,
        ]
        clock.advance(30)
        assert await _send(laptop, bodies[2], address) == 201


async def _send(client: ClientSession, body: dict[str, str], address: str) -> int:
    async with client.post(address, json=body) as answer:
        return answer.status
