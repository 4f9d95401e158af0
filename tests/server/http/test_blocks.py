"""Who is blocked is drowned: answered as ever, heard by nobody, told nothing."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Rates
from tests.server.visitors import let_in, make_key, say, visitor_of

ids = IdSource()


@pytest.fixture
def config(config: Config) -> Config:
    """Low limits that are easy to reach, and a proxy, so that visitors come from several addresses."""
    rates = Rates(messages_per_visitor=3, visitor_conversations_per_address_and_hour=2)
    return replace(config, trusted_proxies=("127.0.0.1",), rates=rates)


@pytest.fixture
async def key(dana: ClientSession) -> str:
    return str((await make_key(dana))["key"])


async def words(dana: ClientSession, conversation: str) -> list[str]:
    async with dana.get(f"conversations/{conversation}/messages") as answer:
        return [each["body"] for each in (await answer.json())["items"]]


async def test_a_blocked_visitor(
    server: TestServer, http: ClientSession, dana: ClientSession, key: str, clock: ManualClock
) -> None:
    let = await let_in(http, key)
    async with visitor_of(server, let) as visitor:
        before = await say(visitor, ids.new(), "Hello")
        async with dana.post("blocks", json={"contact_id": let["contact"]["id"], "reason": "spam"}) as answer:
            assert answer.status == 201
            block = await answer.json()
        after = await say(visitor, ids.new(), "Buy now")
        assert set(after) == set(before)
        assert (after["body"], after["replayed"]) == ("Buy now", False)
        assert await words(dana, before["conversation_id"]) == ["Hello"]
        async with dana.delete(f"blocks/{block['id']}") as answer:
            assert answer.status == 204
        await say(visitor, ids.new(), "Sorry")
    assert await words(dana, before["conversation_id"]) == ["Hello", "Sorry"]


@pytest.mark.parametrize(
    ("network", "address", "kept"),
    [
        ("203.0.113.7", "203.0.113.7", False),
        ("203.0.113.7", "203.0.113.8", True),
        ("203.0.113.0/24", "203.0.113.200", False),
        ("2001:db8::/32", "2001:db8::1", False),
        ("2001:db8::/32", "203.0.113.7", True),
    ],
)
async def test_a_blocked_network(
    server: TestServer,
    http: ClientSession,
    dana: ClientSession,
    key: str,
    network: str,
    address: str,
    kept: bool,
) -> None:
    async with dana.post("blocks", json={"network": network}) as answer:
        assert answer.status == 201
    async with visitor_of(server, await let_in(http, key)) as visitor:
        visitor.headers["X-Forwarded-For"] = address
        sent = await say(visitor, ids.new(), "Hello")
    assert await words(dana, sent["conversation_id"]) == (["Hello"] if kept else [])


@pytest.mark.parametrize("wrong", [{}, {"network": "everybody"}, {"network": "1.2.3.4", "contact_id": "x"}])
async def test_what_cannot_be_blocked(dana: ClientSession, wrong: dict[str, Any]) -> None:
    async with dana.post("blocks", json=wrong) as answer:
        assert answer.status == 422


async def test_blocking_twice_and_members(dana: ClientSession, john: ClientSession) -> None:
    found = []
    for _ in range(2):
        async with dana.post("blocks", json={"network": "203.0.113.9/24"}) as answer:
            found.append((answer.status, (await answer.json())["id"]))
    assert [status for status, _ in found] == [201, 200]
    assert found[0][1] == found[1][1]
    async with john.get("me") as answer:
        contact = (await answer.json())["contact"]["id"]
    async with dana.post("blocks", json={"contact_id": contact}) as answer:
        assert answer.status == 422


async def test_messages_of_one_visitor_and_not_of_another(
    server: TestServer, http: ClientSession, key: str, clock: ManualClock
) -> None:
    """T27: at n and n + 1; `Retry-After` says when it works again."""
    one, other = await let_in(http, key), await let_in(http, key)
    async with visitor_of(server, one) as first, visitor_of(server, other) as second:
        for _ in range(3):
            sent = await say(first, ids.new(), "Hello")
        path, body = f"conversations/{sent['conversation_id']}/messages", {"id": ids.new(), "body": "x"}
        async with first.post(path, json=body) as answer:
            assert answer.status == 429
            wait = int(answer.headers["Retry-After"])
        await say(second, ids.new(), "Hello")
        clock.advance(wait)
        async with first.post(path, json=body) as answer:
            assert answer.status == 201


async def test_new_conversations_of_an_address(
    server: TestServer, http: ClientSession, key: str, clock: ManualClock
) -> None:
    """T27: two an hour here, whoever asks; the ones that are there stay open to their visitors."""
    got = []
    for _ in range(3):
        async with visitor_of(server, await let_in(http, key)) as visitor:
            async with visitor.get("portal/conversation") as answer:
                got.append(answer.status)
            if got[-1] == 201:
                async with visitor.get("portal/conversation") as answer:
                    assert answer.status == 200
    assert got == [201, 201, 429]
    clock.advance(1800)
    last = visitor_of(server, await let_in(http, key))
    async with last, last.get("portal/conversation") as answer:
        assert answer.status == 201
