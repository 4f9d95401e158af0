"""Website visitors: let in by key and origin, back in their thread by session, seen by nobody else."""

from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from tests.server.people import NORA, signed_in
from tests.server.visitors import EVIL, SITE, ask, let_in, make_key, say, visitor_of

ids = IdSource()


@pytest.fixture
async def key(dana: ClientSession) -> str:
    """The website's key."""
    return str((await make_key(dana))["key"])


@pytest.fixture
async def conversation(dana: ClientSession) -> Any:
    """Asks for the newest conversation as the admin sees it."""

    async def newest() -> dict[str, Any]:
        async with dana.get("conversations?source=widget") as answer:
            items = (await answer.json())["items"]
            return dict(items[0]) if items else {}

    return newest


async def test_a_visitor_writes_and_agents_see_where_they_are(
    server: TestServer, http: ClientSession, key: str, conversation: Any
) -> None:
    answer = await let_in(
        http,
        key,
        page_url=f"{SITE}/pricing",
        referrer="https://search.example/?q=desk",
        metadata={"plan": "pro"},
    )
    assert answer["contact"]["name"] == "Visitor 1"
    async with visitor_of(server, answer) as visitor:
        await say(visitor, ids.new(), "Hello")
        async with visitor.get("conversations") as mine:
            (own,) = (await mine.json())["items"]
        async with visitor.get("me") as me:
            said = await me.json()
    assert (said["user"], said["member"]) == (None, None)
    assert not {"page_url", "referrer", "metadata", "source"} & set(own)
    seen = await conversation()
    assert (seen["page_url"], seen["referrer"]) == (f"{SITE}/pricing", "https://search.example/?q=desk")
    assert seen["metadata"]["plan"] == "pro"
    assert seen["metadata"]["ip"] == "127.0.0.1"
    assert "aiohttp" in seen["metadata"]["user_agent"]


async def test_a_returning_visitor_finds_the_thread_and_agents_the_new_page(
    server: TestServer, http: ClientSession, key: str, conversation: Any, clock: ManualClock
) -> None:
    first = await let_in(http, key, page_url=f"{SITE}/a")
    async with visitor_of(server, first) as visitor:
        sent = await say(visitor, ids.new(), "Hello")
    clock.advance(24 * 3600)
    async with visitor_of(server, first) as visitor, visitor.get("me") as answer:
        assert answer.status == 401
    again = await let_in(http, key, session=first["session"], page_url=f"{SITE}/b")
    assert again["contact"]["id"] == first["contact"]["id"]
    async with visitor_of(server, again) as visitor, visitor.get("portal/conversation") as answer:
        assert (await answer.json())["id"] == sent["conversation_id"]
    assert (await conversation())["page_url"] == f"{SITE}/b"
    clock.advance(366 * 24 * 3600)
    later = await let_in(http, key, session=first["session"])
    assert later["contact"]["id"] != first["contact"]["id"]


async def test_two_visitors_know_nothing_of_each_other(
    server: TestServer, http: ClientSession, key: str
) -> None:
    one, other = await let_in(http, key), await let_in(http, key)
    async with visitor_of(server, one) as first, visitor_of(server, other) as second:
        sent = await say(first, ids.new(), "word-of-the-first")
        for path in ("", "/messages", "/draft"):
            async with second.get(f"conversations/{sent['conversation_id']}{path}") as answer:
                assert answer.status == 404
        async with second.get(f"messages/{sent['id']}") as answer:
            assert answer.status == 404
        async with second.get("sync/snapshot") as answer:
            assert "word-of-the-first" not in await answer.text()


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (SITE, 201),
        ("", 403),
        ("null", 403),
        (EVIL, 403),
        ("http://acme.example", 403),
        ("https://acme.example:8443", 403),
        ("https://acme.example.evil.example", 403),
        ("https://www.acme.example", 403),
        ("https://acme.example/", 403),
        ("HTTPS://ACME.EXAMPLE", 403),
        ("https://acme.example, https://evil.example", 403),
    ],
)
async def test_origins(http: ClientSession, key: str, origin: str, status: int) -> None:
    """T21: scheme, host and port exactly; no origin is no website."""
    assert (await ask(http, key, Origin=origin))[0] == status


async def test_keys(http: ClientSession, dana: ClientSession, clock: ManualClock) -> None:
    """Unknown, expired, revoked ones and those of another kind: 401, before the origin is looked at."""
    assert (await ask(http, "dk_p_unknown", Origin=EVIL))[0] == 401
    for kind, more in (("secret", {"scopes": ["contacts:read"]}), ("identity", {})):
        assert (await ask(http, (await make_key(dana, kind, **more))["key"]))[0] == 401
    short = await make_key(dana, expires_at="2026-09-21T14:14:20Z")
    assert (await ask(http, short["key"]))[0] == 201
    clock.advance(60)
    assert (await ask(http, short["key"]))[0] == 401


async def test_a_revoked_key_ends_its_visitors(
    server: TestServer, http: ClientSession, dana: ClientSession
) -> None:
    made = await make_key(dana)
    answer = await let_in(http, made["key"])
    async with visitor_of(server, answer) as visitor:
        await dana.delete(f"api-keys/{made['id']}")
        async with visitor.get("me") as me:
            assert me.status == 401
    assert (await ask(http, made["key"]))[0] == 401


async def test_the_organizations_own_domains_and_switch(http: ClientSession, dana: ClientSession) -> None:
    made = await make_key(dana, allowed_origins=[])
    assert (await ask(http, made["key"]))[0] == 403
    for widget, status in (({"origins": [SITE]}, 201), ({"origins": [SITE], "enabled": False}, 403)):
        async with dana.patch("organization", json={"settings": {"widget": widget}}) as answer:
            assert answer.status == 200, await answer.text()
        assert (await ask(http, made["key"]))[0] == status


async def test_hashed_at_rest(http: ClientSession, key: str, config: Config, server: TestServer) -> None:
    """T2: neither the token nor the session is in the database or its log."""
    answer = await let_in(http, key)
    held = [each.read_bytes() for each in sorted(config.data.iterdir()) if each.is_file()]
    for secret in (answer["token"], answer["session"], key):
        assert not [file for file in held if secret.encode() in file]


async def test_a_session_of_another_organization_is_nobodys(
    server: TestServer, http: ClientSession, key: str
) -> None:
    """T10: what one organization gave out opens nothing in another."""
    first = await let_in(http, key)
    async with signed_in(server, NORA) as nora:
        theirs = await let_in(http, (await make_key(nora))["key"], session=first["session"])
    assert theirs["contact"]["id"] != first["contact"]["id"]
    assert theirs["session"] != first["session"]


async def test_a_visitor_says_their_name(
    server: TestServer, http: ClientSession, key: str, conversation: Any
) -> None:
    async with visitor_of(server, await let_in(http, key)) as visitor:
        await say(visitor, ids.new(), "Hello")
        async with visitor.patch("me", json={"name": "Ada", "email": "ADA@example.com"}) as answer:
            assert answer.status == 200, await answer.text()
            assert (await answer.json())["contact"]["email"] == "ada@example.com"
        async with visitor.patch("me", json={"presence": "away"}) as answer:
            assert answer.status == 403
    assert (await conversation())["contact"]["name"] == "Ada"


@pytest.mark.parametrize(
    "wrong",
    [
        {"metadata": {str(each): "x" * 1000 for each in range(9)}},
        {"page_url": "https://acme.example/" + "x" * 2000},
        {"organization_id": "x"},
        {"contact_id": "x"},
    ],
)
async def test_what_is_too_much(http: ClientSession, key: str, wrong: dict[str, Any]) -> None:
    """T14, T27."""
    assert (await ask(http, key, wrong))[0] == 422


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "\x1b[31m"]
)
async def test_a_page_is_of_the_web(
    server: TestServer, http: ClientSession, key: str, conversation: Any, page: str
) -> None:
    """T25: an address that is none is not kept."""
    async with visitor_of(server, await let_in(http, key, page_url=page, referrer=page)) as visitor:
        await say(visitor, ids.new(), "Hello")
    seen = await conversation()
    assert (seen["page_url"], seen["referrer"]) == (None, None)


async def test_live_by_the_first_frame(server: TestServer, http: ClientSession, key: str) -> None:
    """T20, T21: the token in the first frame; on another website, and for others than visitors, 4403."""
    token = (await let_in(http, key))["token"]
    hello = {"type": "hello", "protocol": 1, "token": token}
    async with http.ws_connect("/api/v1/live", headers={"Origin": SITE}) as socket:
        await socket.send_json(hello)
        assert (await socket.receive_json())["type"] == "welcome"
    for headers, frame, code in (
        ({"Origin": EVIL}, hello, 4403),
        ({"Origin": SITE}, hello | {"token": "dk_v_wrong"}, 4401),
    ):
        async with http.ws_connect("/api/v1/live", headers=headers) as socket:
            await socket.send_json(frame)
            message = await socket.receive()
            while message.type is WSMsgType.TEXT:
                message = await socket.receive()
            assert message.data == code
    async with http.get(f"/api/v1/live?token={token}") as answer:
        assert answer.status == 400


async def test_agents_do_not_listen_on_websites(server: TestServer, dana: ClientSession, key: str) -> None:
    """T21: an agent's token on an allowed website opens nothing."""
    async with dana.ws_connect("live", headers={"Origin": SITE}) as socket:
        await socket.send_json({"type": "hello", "protocol": 1})
        assert (await socket.receive()).data == 4403
