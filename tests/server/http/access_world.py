"""The world of the access matrix: who is there, and what belongs to whom. Made once on each engine."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource, to_bytes, to_text
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, HashCost, Rates
from deskterm.server.services import Services
from deskterm.server.sessions import new_token, token_hash
from deskterm.server.storage import contacts, organizations, sessions, webhook_deliveries
from deskterm.server.storage.database import Tx
from tests.server.conftest import START
from tests.server.contract import checking
from tests.server.people import DANA, JANE, JOHN, MIKE, NILS, NINA, NORA, SARAH, settle, sign_in

JOHNS, NOTED, NORTHERN = "word-of-john", "word-of-the-note", "word-of-the-north"
WHO = {
    "owner": JOHN,
    "other": JANE,
    "assigned": SARAH,
    "former": MIKE,
    "admin": DANA,
    "foreign": NORA,
    "nina": NINA,
    "nils": NILS,
}

Ids = dict[str, str]
IDS = IdSource()


class Made(NamedTuple):
    """A server's folder, its database where that is PostgreSQL, tokens, and what belongs to whom."""

    data: Path
    postgres: str | None
    tokens: dict[str, str | None]
    johns: Ids
    northern: Ids


@dataclass
class World:
    """Everybody signed in, and what belongs to John and to the other organization."""

    server: TestServer
    services: Services
    clients: dict[str, ClientSession]
    johns: Ids
    northern: Ids


def config_of(data: Path, postgres: str | None) -> Config:
    """Without limits: here everybody asks a lot."""
    rates = Rates(requests_per_address=None, failed_sign_ins_per_address=None)
    cost = HashCost(memory=8, passes=1)
    return Config(data=data, postgres=postgres, hash_cost=cost, timers=False, rates=rates)


async def make_world(data: Path, postgres: str | None) -> Made:
    """Everything that somebody could ask for, in both organizations."""
    clock = ManualClock(START)
    ids = IdSource(clock.now, random.Random(1).getrandbits)
    server = TestServer(make_app(config_of(data, postgres), clock=clock, ids=ids), host="127.0.0.1")
    async with server:
        services = server.app[SERVICES]
        await settle(services)
        tokens: dict[str, str | None] = {"nobody": None, "visitor": await _visitor(services)}
        async with ClientSession(base_url=server.make_url("/")) as http:
            tokens |= {name: (await sign_in(http, who))["token"] for name, who in WHO.items()}
        clients = {name: client(server, token) for name, token in tokens.items()}
        johns = await _of_john(clients, services)
        northern = await _of_the_north(clients, services)
        for each in clients.values():
            await each.close()
    return Made(data, postgres, tokens, johns, northern)


async def _of_john(clients: dict[str, ClientSession], services: Services) -> Ids:
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
    return johns


async def _of_the_north(clients: dict[str, ClientSession], services: Services) -> Ids:
    nina, nils = clients["nina"], clients["nils"]
    northern = await _conversation(nina, clients["foreign"], nils, NORTHERN)
    northern["note_id"] = await _send(nils, northern["conversation_id"], NORTHERN, visibility="internal")
    northern["canned_reply_id"] = await _keep(nils, NORTHERN)
    northern["view_id"] = await _view(nils, NORTHERN)
    northern |= await _notification(clients["foreign"], northern["contact_id"])
    northern |= await _api_key(clients["foreign"])
    northern |= await _webhook(clients["foreign"], services)
    northern |= await _invitation(clients["foreign"])
    northern |= await _contact_note(nils, northern["contact_id"])
    northern |= await _community(clients["foreign"], nina, nils)
    return northern


def client(server: TestServer, token: str | None) -> ClientSession:
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
    conversation = (await answered(customer, "GET", "portal/conversation"))["id"]
    async with customer.post("attachments?filename=log.txt", data=text.encode()) as answer:
        attachment = (await answer.json())["id"]
    message = await _send(customer, conversation, text, attachment_ids=[attachment])
    await _assign(admin, conversation, agent)
    seen = await answered(admin, "GET", f"conversations/{conversation}")
    own = await answered(customer, "GET", "sessions")
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
    body = {"id": IDS.new(), "body": text} | more
    return str((await answered(who, "POST", f"conversations/{conversation}/messages", body))["id"])


async def _keep(agent: ClientSession, text: str) -> str:
    """The id of an agent's own canned reply."""
    body = {"shortcut": "own", "title": "Own", "body": text}
    return str((await answered(agent, "POST", "canned-replies", body))["id"])


async def _view(agent: ClientSession, text: str) -> str:
    """The id of an agent's own saved view."""
    return str((await answered(agent, "POST", "views", {"name": "Own", "q": f"tag:{text}"}))["id"])


async def _community(admin: ClientSession, *members: ClientSession) -> Ids:
    """The ids of a persona that is open for direct messages and of a room with these members."""
    persona = await answered(admin, "POST", "personas", {"name": "Mia", "open": True})
    ids = [(await answered(each, "GET", "me"))["member"]["id"] for each in members]
    body = {"name": "Some", "everyone": False, "member_ids": ids}
    room = await answered(admin, "POST", "groups", body)
    return {"persona_id": persona["id"], "group_id": room["id"]}


async def _notification(admin: ClientSession, contact: str) -> Ids:
    """The id of a notification to a contact."""
    sent = await answered(admin, "POST", "notifications", {"contact_id": contact, "body": "Hello"})
    return {"notification_id": sent["id"]}


async def _webhook(admin: ClientSession, services: Services) -> Ids:
    """The ids of a webhook, and of a delivery that it waits for."""
    body = {"url": "https://hooks.example.com/x", "events": ["message.created"]}
    made = str((await answered(admin, "POST", "webhooks", body))["id"])
    slug = (await answered(admin, "GET", "me"))["organization"]["slug"]
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
    made = await answered(admin, "POST", "api-keys", {"kind": "publishable", "name": "Website"})
    block = await answered(admin, "POST", "blocks", {"network": "198.51.100.7"})
    return {"api_key_id": made["id"], "block_id": block["id"]}


async def _invitation(admin: ClientSession) -> Ids:
    """The id of an invitation that nobody has accepted."""
    invited = await answered(admin, "POST", "invitations", {"email": "a@b.example", "role": "staff"})
    return {"invitation_id": invited["id"]}


async def _contact_note(agent: ClientSession, contact: str) -> Ids:
    """The id of an agent's note about a contact."""
    note = await answered(agent, "POST", f"contacts/{contact}/notes", {"body": NOTED})
    return {"contact_note_id": note["id"]}


async def _assign(admin: ClientSession, conversation: str, agent: ClientSession) -> None:
    member = (await answered(agent, "GET", "me"))["member"]["id"]
    await answered(admin, "PATCH", f"conversations/{conversation}", {"assignee_id": member})


async def answered(who: ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with who.request(method, path, json=body) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json()
