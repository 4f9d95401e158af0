"""API keys: shown once, kept as a hash, bounded by scopes, over at once when they are revoked."""

from typing import Any, NamedTuple

import pytest
from aiohttp import ClientSession, WSMsgType
from aiohttp.test_utils import TestServer

from deskterm.protocol.api_keys import Scope
from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.http.scopes import scope_of
from deskterm.server.http.table import ROUTES
from deskterm.server.services import Services
from tests.server.contract import checking
from tests.server.people import NORA, signed_in

RANDOM = "00000000-0000-7000-8000-00000000dead"
ALL = [each.value for each in Scope]


async def make(admin: ClientSession, **more: Any) -> dict[str, Any]:
    body = {"kind": "secret", "name": "A server", "scopes": ALL} | more
    async with admin.post("api-keys", json=body) as answer:
        assert answer.status == 201, await answer.text()
        made: dict[str, Any] = await answer.json()
        return made


def using(server: TestServer, key: str) -> ClientSession:
    return ClientSession(
        base_url=server.make_url("/api/v1/"),
        headers={"Authorization": f"Bearer {key}"},
        trace_configs=[checking()],
    )


async def status(client: ClientSession, method: str, path: str, body: Any = None) -> int:
    async with client.request(method, path, json=body) as answer:
        return answer.status


async def test_a_key_is_shown_once_and_kept_as_a_hash(
    dana: ClientSession, config: Config, services: Services
) -> None:
    """T2, T44: no file beside the database or in it holds a key."""
    made = [
        await make(dana),
        await make(dana, kind="publishable", scopes=[], allowed_origins=["https://ACME.example:443"]),
        await make(dana, kind="identity", scopes=[]),
    ]
    assert [each["key"][:5] for each in made] == ["dk_s_", "dk_p_", "dk_i_"]
    assert made[1]["allowed_origins"] == ["https://acme.example"]
    async with dana.get("api-keys") as answer:
        items = (await answer.json())["items"]
    assert {each["id"] for each in items} == {each["id"] for each in made}
    again = {each["kind"]: each["key"] for each in items}
    assert again == {"secret": None, "identity": None, "publishable": made[1]["key"]}
    files = [path.read_bytes() for path in sorted(config.data.iterdir()) if path.is_file()]
    for each in made:
        assert not [held for held in files if each["key"].encode() in held]


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"allowed_origins": ["https://acme.example"]},
        {"kind": "publishable", "scopes": [], "allowed_origins": ["https://acme.example/shop"]},
        {"kind": "publishable", "scopes": [], "allowed_origins": ["null"]},
        {"kind": "publishable", "scopes": [], "allowed_origins": ["*"]},
        {"kind": "publishable", "scopes": [], "allowed_origins": ["acme.example"]},
        {"kind": "identity"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"organization_id": RANDOM},
    ],
)
async def test_what_cannot_be_a_key(dana: ClientSession, wrong: dict[str, Any]) -> None:
    """T14 and the shapes of origins: exact scheme, host and port."""
    body = {"kind": "secret", "name": "A server", "scopes": ALL} | wrong
    assert await status(dana, "POST", "api-keys", body) == 422


async def test_a_secret_key_reads_and_answers_in_its_admins_name(
    server: TestServer, dana: ClientSession, john: ClientSession
) -> None:
    async with john.get("portal/conversation") as answer:
        conversation = (await answer.json())["id"]
    async with using(server, (await make(dana))["key"]) as program:
        body = {"id": IdSource().new(), "body": "From the program"}
        assert await status(program, "POST", f"conversations/{conversation}/messages", body) == 201
    async with dana.get(f"conversations/{conversation}/messages") as answer:
        assert (await answer.json())["items"][-1]["author"]["name"] == "Dana Whitfield"


@pytest.mark.parametrize("scope", ALL)
async def test_scope_matrix(server: TestServer, dana: ClientSession, scope: str) -> None:
    """T6: every route but those of the scope is closed to the key."""
    async with using(server, (await make(dana, scopes=[scope]))["key"]) as program:
        for route in ROUTES:
            if route.who.name in ("PUBLIC", "OPTIONAL"):
                continue
            parts = [RANDOM if part.startswith("{") else part for part in route.path.split("/")]
            got = await status(program, route.method, route.base + "/".join(parts))
            assert (got == 403) is (scope_of(route) != scope), (route.method, route.path, got)


async def test_keys_never_reach_what_is_personal() -> None:
    open_to_keys = {(each.method, each.path) for each in ROUTES if scope_of(each) is not None}
    areas = {path.split("/")[1] for _, path in open_to_keys}
    assert not areas & {"api-keys", "auth", "sessions", "blocks", "me", "audit", "portal"}
    assert ("PATCH", "/organization") not in open_to_keys
    assert ("PATCH", "/members/{member_id}") not in open_to_keys
    assert not [path for _, path in open_to_keys if path.endswith("/draft")]
    assert ("GET", "/contacts/{contact_id}/view") not in open_to_keys  # whole threads


async def test_a_revoked_key_is_over_at_once(
    server: TestServer, services: Services, dana: ClientSession
) -> None:
    """T2: requests and the open socket, without a heartbeat in between."""
    made = await make(dana)
    async with using(server, made["key"]) as program, program.ws_connect("live") as socket:
        await socket.send_json({"type": "hello", "protocol": 1})
        assert [(await socket.receive_json())["type"] for _ in range(2)] == ["welcome", "live"]
        assert await status(dana, "DELETE", f"api-keys/{made['id']}") == 204
        assert await status(program, "GET", "conversations") == 401
        while (message := await socket.receive()).type is WSMsgType.TEXT:
            continue
        assert (message.type, message.data) == (WSMsgType.CLOSE, 4401)
    assert await status(dana, "DELETE", f"api-keys/{made['id']}") == 404


async def test_a_program_makes_nobody_present(server: TestServer, dana: ClientSession) -> None:
    made = await make(dana)
    async with using(server, made["key"]) as program, program.ws_connect("live") as socket:
        await socket.send_json({"type": "hello", "protocol": 1})
        await socket.receive_json()
        async with dana.get("me") as answer:
            assert (await answer.json())["member"]["presence"] == "offline"


async def test_expiry_and_last_use(
    server: TestServer, services: Services, dana: ClientSession, clock: ManualClock
) -> None:
    made = await make(dana, expires_at="2026-09-21T15:13:20Z")  # an hour from now
    async with using(server, made["key"]) as program:
        assert await status(program, "GET", "conversations") == 200
        await services.db.write(lambda tx: None)  # what was written before is written now
        async with dana.get("api-keys") as answer:
            assert (await answer.json())["items"][0]["last_used_at"] == "2026-09-21T14:13:20.000Z"
        clock.advance(3599)
        assert await status(program, "GET", "conversations") == 200
        clock.advance(1)
        assert await status(program, "GET", "conversations") == 401


async def test_a_key_is_worth_what_its_admin_is(
    server: TestServer, dana: ClientSession, sarah: ClientSession
) -> None:
    async with sarah.get("me") as answer:
        sarahs = (await answer.json())["member"]["id"]
    assert await status(sarah, "POST", "api-keys", {"kind": "identity", "name": "x"}) == 403
    assert await status(dana, "PATCH", f"members/{sarahs}", {"role": "admin"}) == 200
    async with using(server, (await make(sarah))["key"]) as program:
        assert await status(program, "GET", "conversations") == 200
        assert await status(dana, "PATCH", f"members/{sarahs}", {"disabled": True}) == 200
        assert await status(program, "GET", "conversations") == 401


async def test_another_organizations_key(server: TestServer, dana: ClientSession) -> None:
    """T10: a foreign key is a missing one, and neither opens anything here."""
    made = await make(dana)
    async with signed_in(server, NORA) as nora:
        assert await status(nora, "DELETE", f"api-keys/{made['id']}") == 404
        async with nora.get("api-keys") as answer:
            assert (await answer.json())["items"] == []


async def test_publishable_and_identity_keys_sign_nobody_in(server: TestServer, dana: ClientSession) -> None:
    for kind in ("publishable", "identity"):
        async with using(server, (await make(dana, kind=kind, scopes=[]))["key"]) as program:
            assert await status(program, "GET", "conversations") == 401


class Entry(NamedTuple):
    action: str
    detail: str


async def test_audit(dana: ClientSession, services: Services) -> None:
    """T48: one entry each, and never the key."""
    made = await make(dana)
    await status(dana, "DELETE", f"api-keys/{made['id']}")
    rows = services.db.read(lambda reader: reader.all(Entry, "SELECT action, detail FROM audit_entry"))
    found = [each for each in rows if each.action.startswith("api_key.")]
    assert [each.action for each in found] == ["api_key.created", "api_key.revoked"]
    assert not [each for each in rows if made["key"] in each.detail]
