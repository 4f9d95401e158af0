"""Short words for what people do, all through the front door, each answer held against the contract."""

from typing import Any

from aiohttp import ClientSession

from deskterm.protocol.ids import IdSource

_ids = IdSource()

Json = dict[str, Any]


class Refused(AssertionError):
    """An answer that a test did not expect; `status` and `body` are the refusal."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def new_id() -> str:
    """An id as a client makes it."""
    return _ids.new()


async def call(who: ClientSession, method: str, path: str, body: Json | None = None) -> tuple[int, Any]:
    """Status and JSON of an answer, whatever it is."""
    async with who.request(method, path, json=body) as answer:
        return answer.status, await answer.json(content_type=None) if answer.status != 204 else None


async def do(who: ClientSession, method: str, path: str, body: Json | None = None) -> Json:
    """The JSON of an answer that must be a success."""
    status, answer = await call(who, method, path, body)
    if status >= 400:
        raise Refused(status, answer)
    return answer if answer is not None else {}


async def refusal(who: ClientSession, method: str, path: str, body: Json | None = None) -> Json:
    """The problem of an answer that must be a refusal."""
    status, answer = await call(who, method, path, body)
    assert status >= 400, answer
    problem: Json = {**answer, "http": status}
    return problem


async def member_id(who: ClientSession) -> str:
    """The caller's own member id."""
    return str((await do(who, "GET", "me"))["member"]["id"])


async def portal(who: ClientSession) -> str:
    """The id of a contact's own conversation."""
    return str((await do(who, "GET", "portal/conversation"))["id"])


async def send(who: ClientSession, conversation: str, text: str, **more: Any) -> Json:
    """A sent message."""
    body = {"id": more.pop("id", None) or new_id(), "body": text, **more}
    return await do(who, "POST", f"conversations/{conversation}/messages", body)


async def note(who: ClientSession, conversation: str, text: str) -> Json:
    """An internal note."""
    return await send(who, conversation, text, visibility="internal")


async def get(who: ClientSession, conversation: str) -> Json:
    """A conversation as the caller sees it."""
    return await do(who, "GET", f"conversations/{conversation}")


async def patch(who: ClientSession, conversation: str, **fields: Any) -> Json:
    """A changed conversation; {} if it left the caller's sight."""
    return await do(who, "PATCH", f"conversations/{conversation}", fields)


async def thread(who: ClientSession, conversation: str, **query: Any) -> list[Json]:
    """The newest page of a thread, or the one the query asks for."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    found: list[Json] = (await do(who, "GET", f"conversations/{conversation}/messages?{text}"))["items"]
    return found


async def read(who: ClientSession, conversation: str, seq: int) -> Json:
    """The answer of moving the read cursor."""
    return await do(who, "PUT", f"conversations/{conversation}/read", {"seq": seq})


async def assigned(admin: ClientSession, customer: ClientSession, agent: ClientSession) -> str:
    """A conversation with one message by the customer, assigned to the agent."""
    conversation = await portal(customer)
    await send(customer, conversation, "hello")
    await patch(admin, conversation, assignee_id=await member_id(agent))
    return conversation


async def settings(admin: ClientSession, **changed: Any) -> None:
    """Change the organization's settings."""
    await do(admin, "PATCH", "organization", {"settings": changed})
