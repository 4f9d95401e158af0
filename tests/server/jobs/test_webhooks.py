"""Webhooks against a real receiver: signed, in order, tried again, paused, never into private networks."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.outbound import Outbound, check_url, is_public
from deskterm.server.services import Services

IDS = IdSource()
#: Ways to write addresses of this machine and of networks inside.
SPELLINGS = (
    *(
        "0",
        "0.0.0.0",
        "127.1",
        "127.0.1",
        "127.0.0.2",
        "127.255.255.254",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
    ),
    *("0177.0.0.1", "017700000001", "0x7f.0.0.1", "127.0.0.1.", "localhost.", "LOCALHOST", "10.0.0.1"),
    *("10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254", "169.254.0.1"),
    *("100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "[::]", "[::1]"),
    *(
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:7f00:1]",
        "[::ffff:10.0.0.1]",
        "[fe80::1%25lo]",
        "[fc00::1]",
        "[fd12::1]",
    ),
    *(
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:db8::1]",
        "[::127.0.0.1]",
    ),
)


@pytest.fixture
def config(config: Config) -> Config:
    """The receiver of these tests is on this machine."""
    return replace(config, webhooks_inside=True)


class Receiver:
    """Takes what comes; `answers` are the next statuses, 200 after them."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""
        self.got_one = asyncio.Event()
        self.holds = asyncio.Event()
        self.holds.set()

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        self.got_one.set()
        await self.holds.wait()
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    @property
    def told(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    there = Receiver()
    app = web.Application()
    app.router.add_post("/{tail:.*}", there.take)
    async with TestServer(app, host="127.0.0.1") as running:
        there.url = str(running.make_url("/hook"))
        yield there


async def answer(who: ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with who.request(method, path, json=body) as got:
        assert got.status < 300, await got.text()
        return await got.json() if got.status != 204 else None


async def hook(dana: ClientSession, receiver: Receiver, *events: str) -> Any:
    body = {"url": receiver.url, "events": events or ["message.created"]}
    return await answer(dana, "POST", "webhooks", body)


async def say(who: ClientSession, body: str, conversation: str = "", **more: Any) -> str:
    conversation = conversation or (await answer(who, "GET", "portal/conversation"))["id"]
    message = {"id": IDS.new(), "body": body} | more
    await answer(who, "POST", f"conversations/{conversation}/messages", message)
    return conversation


def signatures(receiver: Receiver, *secrets: str) -> str:
    """What the newest delivery has to be signed with, as the specification says it."""
    headers, body = receiver.got[-1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    keys = [base64.b64decode(each.removeprefix("whsec_")) for each in secrets]
    digests = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys]
    return " ".join(f"v1,{each}" for each in digests)


async def run(services: Services, clock: ManualClock, seconds: float = 1) -> None:
    clock.advance(seconds)
    await services.telling.tick()


async def test_what_happens_is_sent_signed_and_in_order(
    dana: ClientSession, john: ClientSession, receiver: Receiver, services: Services, clock: ManualClock
) -> None:
    conversation = await say(john, "before there was a webhook")
    made = await hook(dana, receiver)
    await say(john, "one")
    await say(dana, "C4N4RY", conversation, visibility="internal")
    await say(john, "two")
    await run(services, clock)
    assert [json.loads(body)["data"]["message"]["body"] for _, body in receiver.got] == ["one", "two"]
    assert b"C4N4RY" not in b"".join(body for _, body in receiver.got)
    headers, _ = receiver.got[-1]
    assert headers["webhook-signature"] == signatures(receiver, made["secret"])
    assert int(headers["webhook-timestamp"]) == clock.now() // 1_000
    assert "secret" not in (await answer(dana, "GET", "webhooks"))["items"][0]


async def test_a_secret_is_changed_while_the_receiver_still_checks_by_the_one_before(
    dana: ClientSession, john: ClientSession, receiver: Receiver, services: Services, clock: ManualClock
) -> None:
    made = await hook(dana, receiver)
    after = await answer(dana, "POST", f"webhooks/{made['id']}/rotate")
    assert after["secret"] != made["secret"]
    await say(john, "one")
    await run(services, clock)
    assert signatures(receiver, after["secret"], made["secret"]) == receiver.got[-1][0]["webhook-signature"]
    await run(services, clock, 24 * 3_600)
    await say(john, "two")
    await run(services, clock)
    assert signatures(receiver, after["secret"]) == receiver.got[-1][0]["webhook-signature"]


async def test_notes_go_to_those_only_who_ask_for_them(
    dana: ClientSession, john: ClientSession, receiver: Receiver, services: Services, clock: ManualClock
) -> None:
    conversation = await say(john, "hello")
    await hook(dana, receiver, "note.created", "conversation.updated", "assignment.created")
    await say(dana, "C4N4RY", conversation, visibility="internal")
    await answer(dana, "PATCH", f"conversations/{conversation}", {"priority": "high"})
    me = (await answer(dana, "GET", "me"))["member"]["id"]
    await answer(dana, "PATCH", f"conversations/{conversation}", {"assignee_id": me})
    await run(services, clock)
    assert sorted(set(receiver.told)) == ["assignment.created", "conversation.updated", "note.created"]
    others = [body for _, body in receiver.got if json.loads(body)["type"] != "note.created"]
    assert b"C4N4RY" not in b"".join(others)


async def test_who_fails_is_tried_again_with_the_same_id_and_paused_after_a_day(
    dana: ClientSession, john: ClientSession, receiver: Receiver, services: Services, clock: ManualClock
) -> None:
    made = await hook(dana, receiver)
    await say(john, "one")
    await say(john, "two")
    receiver.answers = [500, 302, 503]
    await run(services, clock)
    assert len(receiver.got) == 1
    for seconds in (11, 61, 301):
        await run(services, clock, seconds)
    bodies = [json.loads(body)["data"]["message"]["body"] for _, body in receiver.got]
    assert bodies == ["one", "one", "one", "one", "two"]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 2
    receiver.answers = [500] * 100
    await say(john, "three")
    for _ in range(40):
        await run(services, clock, 3_600)
    [shown] = (await answer(dana, "GET", "webhooks"))["items"]
    assert (shown["paused"], shown["problem"]) == (True, "it answered 500")
    tries = len(receiver.got)
    await run(services, clock, 3_600)
    assert len(receiver.got) == tries
    receiver.answers = []
    await answer(dana, "PATCH", f"webhooks/{made['id']}", {"paused": False})
    await run(services, clock)
    assert json.loads(receiver.got[-1][1])["data"]["message"]["body"] == "three"


async def test_what_ends_between_the_sending_and_its_note_is_sent_again_under_the_same_id(
    dana: ClientSession, john: ClientSession, receiver: Receiver, services: Services, clock: ManualClock
) -> None:
    """T42: the receiver has it and the database does not know."""
    await hook(dana, receiver)
    await say(john, "one")
    receiver.holds.clear()
    clock.advance(1)
    ending = asyncio.create_task(services.telling.tick())
    await receiver.got_one.wait()
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    receiver.holds.set()
    await say(john, "two")
    await run(services, clock)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    bodies = [json.loads(body)["data"]["message"]["body"] for _, body in receiver.got]
    assert bodies == ["one", "one", "two"]
    assert ids[0] == ids[1] != ids[2]


async def test_a_delivery_is_looked_at_and_sent_again(
    dana: ClientSession, john: ClientSession, receiver: Receiver, services: Services, clock: ManualClock
) -> None:
    made = await hook(dana, receiver)
    await say(john, "one")
    await run(services, clock)
    path = f"webhooks/{made['id']}/deliveries"
    [delivery] = (await answer(dana, "GET", path))["items"]
    assert (delivery["status"], delivery["attempts"], delivery["kind"]) == (200, 1, "message.created")
    assert delivery["finished_at"]
    await answer(dana, "POST", f"{path}/{delivery['id']}/replay")
    await run(services, clock)
    first, second = receiver.got
    assert (first[0]["webhook-id"], first[1]) == (second[0]["webhook-id"], second[1])
    await answer(dana, "DELETE", f"webhooks/{made['id']}")
    await say(john, "two")
    await run(services, clock)
    assert len(receiver.got) == 2


async def test_a_body_that_is_not_what_it_says_is_no_failure() -> None:
    """Proxies say `gzip` of what is none; the event had arrived, and was sent again for a day."""

    async def take(_: web.Request) -> web.Response:
        return web.Response(body=b"fine", headers={"Content-Encoding": "gzip"})

    app = web.Application()
    app.router.add_post("/hook", take)
    async with TestServer(app, host="127.0.0.1") as running:
        outcome = await Outbound(inside=True).post(str(running.make_url("/hook")), b"{}", {})
    assert outcome == (200, None)


async def test_nothing_goes_into_private_networks(receiver: Receiver) -> None:
    """T43: looked at when the socket is made, so neither the name nor a second answer for it matters."""
    outside = Outbound(inside=False)
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    assert len(SPELLINGS) >= 40
    assert check_url(f"http://127.0.0.1:{port}/", inside=False) is not None
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "169.254.169.254"):
        outcome = await outside.post(f"http://{host}/", b"{}", {})
        assert outcome.problem == "its address is inside a private network", (host, outcome)
    for host in SPELLINGS:
        assert (await outside.post(f"http://{host}/", b"{}", {})).problem is not None, host
    inside = ("10.0.0.1", "100.64.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::1", "fe80::1", "224.0.0.1")
    disguised = ("::127.0.0.1", "::ffff:0:7f00:1", "::ffff:10.0.0.1", "fec0::1", "fd00::1", "4000::1")
    for address in inside + disguised:
        assert not is_public(address), address
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")
    assert receiver.got == []


async def test_a_name_that_means_something_else_the_next_time(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T43: what the name server says first counts for nothing, nor what it says beside the address."""
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    there = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
    said: list[list[Any]] = [[], [here], [there, here]]

    async def lookup(host: str, *_: Any, **__: Any) -> list[Any]:
        assert host == "rebound.example"
        found = said.pop(0)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return found

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    outside, inside = Outbound(inside=False), "its address is inside a private network"
    outcomes = [(await outside.post("http://rebound.example/", b"{}", {})).problem for _ in range(3)]
    assert outcomes == ["it cannot be reached", inside, inside]
    assert receiver.got == []
    said.append([here])
    assert (await Outbound(inside=True).post("http://rebound.example/hook", b"{}", {})).status == 200
    assert len(receiver.got) == 1, "it would have arrived"


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "https://a:b@x.example/", "https://x.example:22/", "nothing at all"]
)
def test_urls_that_are_refused(url: str) -> None:
    assert check_url(url, inside=False) is not None
