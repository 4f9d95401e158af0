"""The access matrix, made from the route table: every route, every caller, own, foreign and random things.

A route without an expectation fails. A refusal changes nothing. Whatever is foreign answers exactly what is
missing answers, and no answer holds a word that its reader must not read.
"""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource, to_bytes, to_text
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Rates
from deskterm.server.http.route import Route, Who
from deskterm.server.http.table import ROUTES
from deskterm.server.services import Services
from deskterm.server.sessions import new_token, token_hash
from deskterm.server.storage import contacts, organizations, sessions, webhook_deliveries
from deskterm.server.storage.database import Tx
from tests.server.contract import checking
from tests.server.http.expectations import CALLERS, expectations
from tests.server.people import DANA, JANE, JOHN, MIKE, NILS, NINA, NORA, SARAH, signed_in

RANDOM = "00000000-0000-7000-8000-00000000dead"
JOHNS, NOTED, NORTHERN = "word-of-john", "word-of-the-note", "word-of-the-north"
#: What each caller must not read, whatever they ask.
HIDDEN = {
    "nobody": (JOHNS, NOTED, NORTHERN),
    "visitor": (JOHNS, NOTED, NORTHERN),
    "owner": (NOTED, NORTHERN, "sarah@designpi.com", "Sarah Johnson"),
    "other": (JOHNS, NOTED, NORTHERN),
    "assigned": (NORTHERN,),
    "former": (JOHNS, NOTED, NORTHERN),
    "admin": (NORTHERN,),
    "foreign": (JOHNS, NOTED),
}
EXPECTED = expectations()
WHO = {"owner": JOHN, "other": JANE, "assigned": SARAH, "former": MIKE, "admin": DANA, "foreign": NORA}

Ids = dict[str, str]


@dataclass
class World:
    """Everybody signed in, and what belongs to John and to the other organization."""

    server: TestServer
    services: Services
    clients: dict[str, ClientSession]
    johns: Ids
    northern: Ids


@pytest.fixture
def config(config: Config) -> Config:
    """Without limits: here everybody asks a lot."""
    return replace(config, rates=Rates(requests_per_address=None, failed_sign_ins_per_address=None))


@pytest.fixture
async def world(server: TestServer, services: Services, people: None) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(signed_in(server, who)) for name, who in WHO.items()}
        clients["nobody"] = await stack.enter_async_context(_client(server, None))
        clients["visitor"] = await stack.enter_async_context(_client(server, await _visitor(services)))
        johns = await _conversation(clients["owner"], clients["admin"], clients["former"], JOHNS)
        await _assign(clients["admin"], johns["conversation_id"], clients["assigned"])
        johns["note_id"] = await _send(
            clients["assigned"], johns["conversation_id"], NOTED, visibility="internal"
        )
        johns["canned_reply_id"] = await _keep(clients["assigned"], NOTED)
        johns["view_id"] = await _view(clients["assigned"], NOTED)
        johns |= await _community(clients["admin"], clients["owner"], clients["assigned"], clients["former"])
        johns |= await _notification(clients["admin"], johns["contact_id"])
        johns |= await _api_key(clients["admin"])
        johns |= await _webhook(clients["admin"], services)
        johns |= await _invitation(clients["admin"])
        johns |= await _contact_note(clients["assigned"], johns["contact_id"])
        async with signed_in(server, NINA) as nina, signed_in(server, NILS) as nils:
            northern = await _conversation(nina, clients["foreign"], nils, NORTHERN)
            northern["note_id"] = await _send(
                nils, northern["conversation_id"], NORTHERN, visibility="internal"
            )
            northern["canned_reply_id"] = await _keep(nils, NORTHERN)
            northern["view_id"] = await _view(nils, NORTHERN)
            northern |= await _notification(clients["foreign"], northern["contact_id"])
            northern |= await _api_key(clients["foreign"])
            northern |= await _webhook(clients["foreign"], services)
            northern |= await _invitation(clients["foreign"])
            northern |= await _contact_note(nils, northern["contact_id"])
            northern |= await _community(clients["foreign"], nina, nils)
        yield World(server, services, clients, johns, northern)


def test_every_route_has_an_expectation() -> None:
    assert set(EXPECTED) == {(each.method, each.path) for each in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_access(world: World, route: Route) -> None:
    """Own, foreign and random things, for everybody; refusals first, so that they meet an untouched world."""
    wanted = EXPECTED[route.method, route.path]
    for caller in sorted(CALLERS, key=lambda each: wanted[each] < 400):
        heads = _heads(world.services)
        got = await _ask(world, route, caller, world.johns)
        assert got.status == wanted[caller], (caller, got)
        assert not [word for word in HIDDEN[caller] if word in got.body], (caller, got)
        if got.status >= 400:
            assert _heads(world.services) == heads, f"{caller} was refused and changed something"


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if "{" in each.path], ids=lambda route: f"{route.method} {route.path}"
)
async def test_foreign_is_missing(world: World, route: Route) -> None:
    """Things of the other organization and things that never were: the same status, the same bytes."""
    wanted = EXPECTED[route.method, route.path]
    heads = _heads(world.services)
    for caller in CALLERS:
        target = world.johns if caller == "foreign" else world.northern
        foreign = await _ask(world, route, caller, target)
        missing = await _ask(world, route, caller, dict.fromkeys(target, RANDOM))
        assert foreign == missing, caller
        by_role = 404 if caller in ("admin", "foreign") else wanted[caller]
        assert foreign.status == (by_role if by_role in (401, 403) else 404), (caller, foreign)
    assert _heads(world.services) == heads


async def test_bulk_denies_what_is_not_seen(world: World) -> None:
    """Missing, invisible and foreign ids are denied alike, and nothing happens to them."""
    ids = [world.johns["conversation_id"], world.northern["conversation_id"], RANDOM]
    body = {"ids": ids, "patch": {"priority": "urgent"}}
    for caller, denied in {"former": ids, "foreign": [ids[0], RANDOM], "assigned": ids[1:]}.items():
        async with world.clients[caller].post("conversations/bulk", json=body) as answer:
            assert (await answer.json())["denied"] == denied


async def test_tokens_that_ended_open_nothing(world: World, clock: ManualClock) -> None:
    """A disabled member, an expired session: 401 wherever one has to be signed in."""
    members = await _json(world.clients["admin"], "GET", "members")
    mike = next(each["id"] for each in members["items"] if each["name"] == "Mike Chen")
    await _json(world.clients["admin"], "PATCH", f"members/{mike}", {"disabled": True})
    for route in ROUTES:
        if route.who is not Who.PUBLIC:
            assert (await _ask(world, route, "former", world.johns)).status == 401, route.path
    clock.advance(15 * 24 * 3600)
    for route in ROUTES:
        if route.who is not Who.PUBLIC:
            assert (await _ask(world, route, "admin", world.johns)).status == 401, route.path


class Got(NamedTuple):
    status: int
    body: str


async def _ask(world: World, route: Route, caller: str, target: Ids) -> Got:
    path = route.path.format(**target)
    if route.method in ("PATCH", "DELETE"):
        path = path.replace(target["message_id"], target["note_id"])
    address = f"{route.base}{path}{'?filename=log.txt' if route.takes_file else ''}"
    body = _body(route, target) if route.body else None
    async with world.clients[caller].request(route.method, address, json=body) as answer:
        return Got(answer.status, await answer.text())


def _body(route: Route, target: Ids) -> dict[str, Any]:
    """A body that is right in itself; only who sends it decides."""
    bodies: dict[str, dict[str, Any]] = {
        "/auth/login": {"email": JOHN, "password": "customer123"},
        "/auth/switch": {"organization": "designpi"},
        "/auth/password": {"current": "not this one", "new": "a better one"},
        "/me": {"name": "Renamed"},
        "/members/{member_id}": {"max_concurrent": 7},
        "/members/{member_id}/password-reset": {"valid_minutes": 5},
        "/password-resets": {"email": JOHN},
        "/password-resets/accept": {"token": "dk_l_made-up", "password": "a better one"},
        "/ways-back": {"token": "dk_b_made-up"},
        "/invitations": {"email": "someone@new.example", "role": "staff"},
        "/invitations/accept": {"token": "dk_l_made-up", "name": "Someone", "password": "a better one"},
        "/contacts": {"name": "Someone", "email": f"{_ids.new()}@new.example"},
        "/contacts/import": {"rows": [{"email": "row@new.example"}]},
        "/contacts/{contact_id}": {"company": "Changed"},
        "/contacts/{contact_id}/merge": {"into_id": target["contact_id"]},
        "/contacts/{contact_id}/erase": {"dry_run": True},
        "/contacts/{contact_id}/notes": {"body": "A note"},
        "/organization": {"name": "Renamed"},
        "/conversations": {"subject": "another"},
        "/conversations/bulk": {"ids": [RANDOM], "patch": {"priority": "high"}},
        "/conversations/balance": {"ids": [RANDOM]},
        "/conversations/{conversation_id}": {"priority": "high"},
        "/conversations/{conversation_id}/read": {"seq": 1},
        "/conversations/{conversation_id}/messages": {"id": _ids.new(), "body": "hello"},
        "/conversations/{conversation_id}/merge": {"into_id": target["conversation_id"]},
        "/conversations/{conversation_id}/draft": {"body": "hel"},
        "/retention/run": {},
        "/backup": {},
        "/messages/{message_id}": {"body": "changed"},
        "/personas": {"name": "Billing"},
        "/personas/{persona_id}": {"title": "Changed"},
        "/direct-messages": {"persona_id": target["persona_id"]},
        "/notifications": {"contact_id": target["contact_id"], "body": "Hello"},
        "/groups": {"name": "Another"},
        "/groups/{group_id}": {"name": "Renamed"},
        "/api-keys": {"kind": "identity", "name": "Another"},
        "/blocks": {"network": f"203.0.113.{next(_hosts)}"},
        "/visitors/session": {},
        "/canned-replies": {"shortcut": "hello", "title": "Hello", "body": "Hello there"},
        "/canned-replies/{canned_reply_id}": {"title": "Changed"},
        "/views": {"name": "Late", "q": "waiting>30m"},
        "/views/{view_id}": {"name": "Changed"},
        "/tickets/{ticket_id}": {"subject": "changed"},
        "/webhooks": {"url": "https://hooks.example.com/x", "events": ["message.created"]},
        "/webhooks/{webhook_id}": {"paused": True},
    }
    return bodies[route.path]


_ids = IdSource()
_hosts = itertools.count(1)


def _client(server: TestServer, token: str | None) -> ClientSession:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return ClientSession(base_url=server.make_url("/api/v1/"), headers=headers, trace_configs=[checking()])


async def _visitor(services: Services) -> str:
    """The token of a visitor of the first organization."""
    token = new_token()
    organization = services.db.read(lambda reader: organizations.by_slug(reader, "designpi"))
    assert organization

    def make(tx: Tx) -> None:
        contact_id = tx.ids.new_bytes()
        contacts.insert(tx, organization.key, contact_id=contact_id, kind="visitor")
        sessions.insert(
            tx,
            organization.key,
            session_id=tx.ids.new_bytes(),
            token_hash=token_hash(token),
            user_id=None,
            member_id=None,
            contact_id=contact_id,
            ip="127.0.0.1",
            user_agent=None,
            expires_at=tx.now + 24 * 3600 * 1000,
        )

    await services.db.write(make)
    return token


async def _conversation(
    customer: ClientSession, admin: ClientSession, agent: ClientSession, text: str
) -> Ids:
    """The ids of a customer's conversation with one message, assigned to an agent, and of all around it."""
    conversation = (await _json(customer, "GET", "portal/conversation"))["id"]
    async with customer.post("attachments?filename=log.txt", data=text.encode()) as answer:
        attachment = (await answer.json())["id"]
    message = await _send(customer, conversation, text, attachment_ids=[attachment])
    await _assign(admin, conversation, agent)
    seen = await _json(admin, "GET", f"conversations/{conversation}")
    own = await _json(customer, "GET", "sessions")
    return {
        "conversation_id": conversation,
        "message_id": message,
        "attachment_id": attachment,
        "ticket_id": seen["ticket"]["id"],
        "contact_id": seen["contact"]["id"],
        "member_id": seen["assignee"]["id"],
        "session_id": own["items"][0]["id"],
    }


async def _send(who: ClientSession, conversation: str, text: str, **more: Any) -> str:
    body = {"id": _ids.new(), "body": text} | more
    return str((await _json(who, "POST", f"conversations/{conversation}/messages", body))["id"])


async def _keep(agent: ClientSession, text: str) -> str:
    """The id of an agent's own canned reply."""
    body = {"shortcut": "own", "title": "Own", "body": text}
    return str((await _json(agent, "POST", "canned-replies", body))["id"])


async def _view(agent: ClientSession, text: str) -> str:
    """The id of an agent's own saved view."""
    return str((await _json(agent, "POST", "views", {"name": "Own", "q": f"tag:{text}"}))["id"])


async def _community(admin: ClientSession, *members: ClientSession) -> Ids:
    """The ids of a persona that is open for direct messages and of a room with these members."""
    persona = await _json(admin, "POST", "personas", {"name": "Mia", "open": True})
    ids = [(await _json(each, "GET", "me"))["member"]["id"] for each in members]
    body = {"name": "Some", "everyone": False, "member_ids": ids}
    room = await _json(admin, "POST", "groups", body)
    return {"persona_id": persona["id"], "group_id": room["id"]}


async def _notification(admin: ClientSession, contact: str) -> Ids:
    """The id of a notification to a contact."""
    sent = await _json(admin, "POST", "notifications", {"contact_id": contact, "body": "Hello"})
    return {"notification_id": sent["id"]}


async def _webhook(admin: ClientSession, services: Services) -> Ids:
    """The ids of a webhook, and of a delivery that it waits for."""
    body = {"url": "https://hooks.example.com/x", "events": ["message.created"]}
    made = str((await _json(admin, "POST", "webhooks", body))["id"])
    slug = (await _json(admin, "GET", "me"))["organization"]["slug"]
    organization = services.db.read(lambda reader: organizations.by_slug(reader, slug))
    assert organization
    key = organization.key

    def queue(tx: Tx) -> bytes:
        return webhook_deliveries.insert(
            tx, key, to_bytes(made), event_id=bytes(16), kind="message.created", body="{}"
        )

    delivery = await services.db.write(queue)
    return {"webhook_id": made, "delivery_id": to_text(delivery)}


async def _api_key(admin: ClientSession) -> Ids:
    """The ids of a key and of a block."""
    made = await _json(admin, "POST", "api-keys", {"kind": "publishable", "name": "Website"})
    block = await _json(admin, "POST", "blocks", {"network": "198.51.100.7"})
    return {"api_key_id": made["id"], "block_id": block["id"]}


async def _invitation(admin: ClientSession) -> Ids:
    """The id of an invitation that nobody has accepted."""
    invited = await _json(admin, "POST", "invitations", {"email": "a@b.example", "role": "staff"})
    return {"invitation_id": invited["id"]}


async def _contact_note(agent: ClientSession, contact: str) -> Ids:
    """The id of an agent's note about a contact."""
    note = await _json(agent, "POST", f"contacts/{contact}/notes", {"body": NOTED})
    return {"contact_note_id": note["id"]}


async def _assign(admin: ClientSession, conversation: str, agent: ClientSession) -> None:
    member = (await _json(agent, "GET", "me"))["member"]["id"]
    await _json(admin, "PATCH", f"conversations/{conversation}", {"assignee_id": member})


async def _json(who: ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with who.request(method, path, json=body) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json()


_HEADS = "SELECT organization_id, seq FROM organization_counter ORDER BY organization_id"


class _Head(NamedTuple):
    organization_id: int
    seq: int


def _heads(services: Services) -> list[_Head]:
    """The ends of both organizations' logs: they move when anything changes."""
    return services.db.read(lambda reader: reader.all(_Head, _HEADS))
