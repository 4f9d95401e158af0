"""Live sockets of the demo's people; whatever arrives is held against the contract."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect

from tests.contract.desk import Desk, Person, check_secrets
from tests.contract.shapes import Json, check_entities, check_formats
from tests.server.live.watcher import Watcher, at_rest

FRAMES = {
    "welcome": {"type", "mode", "protocol", "cursor", "heartbeat"},
    "event": {"type", "cursor", "previous", "kind", "data"},
    "events": {"type", "cursor", "previous", "items"},
    "live": {"type", "cursor"},
    "position": {"type", "cursor", "previous"},
    "ephemeral": {"type", "kind", "data"},
    "ping": {"type"},
    "resync": {"type", "reason"},
    "bye": {"type", "code", "retry_ms"},
}
DATA: dict[str, list[set[str]]] = {
    "message.created": [{"message", "conversation"}, {"message", "conversation", "ticket"}],
    "message.updated": [{"message"}],
    "message.deleted": [{"message"}],
    "conversation.created": [{"conversation"}],
    "conversation.updated": [{"conversation"}],
    "conversation.granted": [{"conversation", "messages"}],
    "conversation.revoked": [{"conversation_id", "rev", "reason", "by"}],
    "ticket.updated": [{"ticket"}],
    "assignment.created": [{"assignment"}],
    # beside the contract's three keys a cursor of the conversation itself comes with the conversation
    "read.updated": [
        {"conversation_id", "seq", "unread"},
        {"conversation_id", "seq", "unread", "conversation"},
    ],
    "member.updated": [{"member"}],
    "persona.created": [{"persona"}],
    "persona.updated": [{"persona"}],
    "persona.deleted": [{"persona"}],
    "group.updated": [{"group"}],
    "group_member.updated": [{"group_id", "member"}],
    "notification.updated": [{"notification"}],
    "draft.updated": [{"draft", "rev"}],
    "view.created": [{"view"}],
    "view.updated": [{"view"}],
    "view.deleted": [{"view_id", "rev"}],
    "canned_reply.created": [{"canned_reply"}],
    "canned_reply.updated": [{"canned_reply"}],
    "canned_reply.deleted": [{"canned_reply_id", "rev"}],
}
EPHEMERA = {
    "typing": {"conversation_id", "who", "visibility", "until"},
    "viewing": {"conversation_id", "agents"},
    "presence": {"member_id", "presence"},
    "contacts": {"online", "offline"},
    "organization.updated": {"organization"},
    "persona.updated": {"persona"},
}


class Live(Watcher):
    """A socket of one person."""

    person: Person

    async def next(self) -> Json:
        frame = await super().next()
        self._check(frame)
        return frame

    def _check(self, frame: Json) -> None:
        expected = FRAMES[frame["type"]]
        if frame["type"] == "welcome" and frame["mode"] == "need_snapshot":
            expected = {"type", "mode", "cursor"}
            assert set(frame) >= expected, frame
        else:
            assert set(frame) - ({"cursor"} if frame["type"] == "ping" else set()) == expected, frame
        check_secrets(self.raw[-1].encode(), self.person.secrets)
        check_formats(frame.get("data", {}))
        for item in frame.get("items", [frame] if frame["type"] == "event" else []):
            self._check_event(item["kind"], item["data"], replayed=frame["type"] == "events")
        if frame["type"] == "ephemeral":
            data = set(frame["data"])
            hidden = {"visibility"} if self.person.contact else set()
            assert EPHEMERA[frame["kind"]] - hidden <= data <= EPHEMERA[frame["kind"]], frame
            assert frame["kind"] != "presence" or not self.person.contact
            assert frame["kind"] not in ("organization.updated", "persona.updated") or self.person.contact

    def _check_event(self, kind: str, data: Json, *, replayed: bool) -> None:
        whole = DATA[kind]
        if replayed:  # each entity once: what a later item brings is left out of the earlier ones
            assert any(set(data) <= each for each in whole), (kind, data)
        else:
            assert set(data) in whole, (kind, data)
        check_entities(data, contact=self.person.contact)
        if kind == "message.created" and "conversation" in data:
            assert data["message"]["rev"] <= data["conversation"]["rev"], data
        if self.person.contact:
            assert kind not in ("assignment.created", "ticket.updated"), kind
            assert "ticket" not in data

    def of(self, kind: str) -> list[Json]:
        """The data of all events of this kind, in order."""
        return [event["data"] for event in self.events if event["kind"] == kind]


@asynccontextmanager
async def socket_of(desk: Desk, person: Person, **more: Any) -> AsyncIterator[Live]:
    """A socket with this person's token, before any hello."""
    url = str(desk.server.make_url("/api/v1/live").with_scheme("ws"))
    headers = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    headers |= more.pop("headers", {})
    # What waits to be read has no limit: a full queue would keep a goodbye from being heard for ten seconds.
    more |= {"compression": None, "proxy": None, "max_queue": None}
    async with connect(url, additional_headers=headers, **more) as socket:
        live = Live(socket)
        live.person = person
        yield live


async def rest(desk: Desk, *watchers: Live) -> None:
    """Wait until everything that was committed before has arrived at these."""
    await at_rest(desk.services.hub, *watchers)


async def listen(desk: Desk, stack: AsyncExitStack, *people: Person, cursor: str | None = None) -> list[Live]:
    """A live socket of each, caught up."""
    found = []
    for person in people:
        live = await stack.enter_async_context(socket_of(desk, person))
        await live.subscribe(cursor)
        found.append(live)
    await rest(desk, *found)
    for each in found:
        each.frames.clear()
        each.raw.clear()
    return found
