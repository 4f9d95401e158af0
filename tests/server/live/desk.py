"""What the tests of the live stream do at the desk, through the front door."""

import random
from typing import Any

from aiohttp import ClientSession

from deskterm.protocol.ids import IdSource

Json = dict[str, Any]
_ids = IdSource(lambda: 1_790_000_000_000, random.Random(2).getrandbits)


async def call(client: ClientSession, method: str, path: str, body: Json | None = None) -> Json:
    """An answer that must be a success."""
    async with client.request(method, path, json=body) as answer:
        assert answer.status < 300, await answer.text()
        return {} if answer.status == 204 else await answer.json()


async def me(client: ClientSession) -> str:
    """The member id of an agent."""
    member_id: str = (await call(client, "GET", "me"))["member"]["id"]
    return member_id


async def send(client: ClientSession, conversation_id: str, body: str, **more: Any) -> Json:
    """Write a message."""
    message = {"id": _ids.new(), "body": body, **more}
    return await call(client, "POST", f"conversations/{conversation_id}/messages", message)


async def patch(client: ClientSession, conversation_id: str, **fields: Any) -> Json:
    """Change a conversation."""
    return await call(client, "PATCH", f"conversations/{conversation_id}", fields)


async def write_in(customer: ClientSession, body: str = "Hello") -> str:
    """A customer's first message; answers the conversation's id."""
    conversation_id: str = (await call(customer, "GET", "portal/conversation"))["id"]
    await send(customer, conversation_id, body)
    return conversation_id


async def assigned(admin: ClientSession, customer: ClientSession, agent: ClientSession | None) -> str:
    """A conversation of the customer that the agent works."""
    conversation_id = await write_in(customer)
    if agent is not None:
        await patch(admin, conversation_id, assignee_id=await me(agent))
    return conversation_id
