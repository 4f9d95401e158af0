"""Who is blocked is drowned: answered as ever, heard by nobody, told nothing."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Rates
from tests.server.visitors import SITE, ask, let_in, make_key, say, visitor_of

ids = IdSource()


@pytest.fixture
def config(config: Config) -> Config:
    """Low limits that are easy to reach, and a proxy, so that visitors come from several addresses."""
    rates = Rates(
        messages_per_visitor=3,
        new_visitors_per_address_and_hour=4,
        visitor_conversations_per_address_and_hour=2,
        visitor_megabytes_per_address_and_hour=3,
    )
    return replace(config, trusted_proxies=("127.0.0.1",), rates=rates)


@pytest.fixture
async def key(dana: ClientSession) -> str:
    return str((await make_key(dana))["key"])


async def words(dana: ClientSession, conversation: str) -> list[str]:
    async with dana.get(f"conversations/{conversation}/messages") as answer:
        return [each["body"] for each in (await answer.json())["items"]]


async def inbox(dana: ClientSession) -> list[dict[str, Any]]:
    async with dana.get("conversations?source=widget") as answer:
        return list((await answer.json())["items"])


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
        ("203.0.113.7", "::ffff:203.0.113.7", False),
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
    assert sent["body"] == "Hello"
    assert [each["preview"] for each in await inbox(dana)] == (["Hello"] if kept else [])


async def test_newcomers_of_a_blocked_network_leave_nothing_in_the_inbox(
    server: TestServer, http: ClientSession, dana: ClientSession, key: str
) -> None:
    """Not even an empty conversation with the address of a page; and no limit tells them apart."""
    async with dana.post("blocks", json={"network": "203.0.113.7"}) as answer:
        assert answer.status == 201
    http.headers["X-Forwarded-For"] = "203.0.113.7"
    let = await let_in(http, key, page_url=f"{SITE}/buy-now")
    async with visitor_of(server, let) as visitor:
        visitor.headers["X-Forwarded-For"] = "203.0.113.7"
        for text in ("Buy", "now", "!"):  # the third time is one more than an address may open
            assert (await say(visitor, ids.new(), text))["body"] == text
    assert await inbox(dana) == []


async def test_a_blocked_visitor_whose_conversation_was_closed(
    server: TestServer, http: ClientSession, dana: ClientSession, key: str, clock: ManualClock
) -> None:
    """What they send goes on being answered, also where the answer before named a place that is not there."""
    let = await let_in(http, key)
    async with visitor_of(server, let) as visitor:
        conversation = (await say(visitor, ids.new(), "Hello"))["conversation_id"]
        async with dana.post("blocks", json={"contact_id": let["contact"]["id"]}) as answer:
            assert answer.status == 201
        async with dana.patch(f"conversations/{conversation}", json={"status": "closed"}) as answer:
            assert answer.status == 200
        clock.advance(3600)
        for text in ("One", "Two", "Three"):
            body = {"id": ids.new(), "body": text}
            async with visitor.post(f"conversations/{conversation}/messages", json=body) as answer:
                assert answer.status == 201, await answer.text()
                sent = await answer.json()
            assert sent["body"] == text
            conversation = sent["conversation_id"]
    (only,) = await inbox(dana)
    assert (only["status"], only["preview"]) == ("closed", "Hello")


async def test_what_a_blocked_visitor_reads_is_read(
    server: TestServer, http: ClientSession, dana: ClientSession, key: str
) -> None:
    """Or else their chat would say for ever that something is unread. Where they go, nobody is told."""
    let = await let_in(http, key, page_url=f"{SITE}/pricing")
    async with visitor_of(server, let) as visitor:
        before = await say(visitor, ids.new(), "Hello")
        path = f"conversations/{before['conversation_id']}"
        async with dana.post(f"{path}/messages", json={"id": ids.new(), "body": "Stop that."}) as answer:
            reply = await answer.json()
        async with dana.post("blocks", json={"contact_id": let["contact"]["id"]}) as answer:
            assert answer.status == 201
        async with visitor.put(f"{path}/read", json={"seq": reply["seq"]}) as answer:
            assert answer.status == 200
        async with visitor.get(path) as answer:
            assert (await answer.json())["unread"] == 0
    await let_in(http, key, session=let["session"], page_url=f"{SITE}/buy-now")
    (only,) = await inbox(dana)
    assert only["page_url"] == f"{SITE}/pricing"


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


async def test_newcomers_of_an_address(http: ClientSession, key: str, clock: ManualClock) -> None:
    """T27: each leaves a row, so there are only so many; whoever was here before is always let in."""
    first = await let_in(http, key)
    for _ in range(3):
        await let_in(http, key)
    for body in ({}, {"session": "dk_c_made-up"}):
        status, answer = await ask(http, key, body)
        assert (status, answer["code"]) == (429, "rate_limited")
    await let_in(http, key, session=first["session"])
    clock.advance(900)
    await let_in(http, key)


async def test_bytes_of_an_address(
    server: TestServer, http: ClientSession, key: str, clock: ManualClock
) -> None:
    """T27: of all its visitors together; the last file may be larger than what is left."""
    got = []
    for size in (1_500_000, 1_500_000, 1):
        async with (
            visitor_of(server, await let_in(http, key)) as visitor,
            visitor.post("attachments?filename=x", data=BytesIO(bytes(size))) as answer,
        ):
            got.append(answer.status)
    assert got == [201, 201, 429]
    assert int(answer.headers["Retry-After"]) == 2400
    clock.advance(2400)
    last = visitor_of(server, await let_in(http, key))
    async with last, last.post("attachments?filename=x", data=b"x") as answer:
        assert answer.status == 201
