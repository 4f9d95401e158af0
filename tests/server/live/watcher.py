"""One client of the live socket, and the replica it keeps: the simplest that obeys the contract."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from deskterm.server.live.hub import LiveHub

Json = dict[str, Any]


class Replica:
    """What one reader knows: newer `rev` wins, a revocation voids what is older."""

    def __init__(self) -> None:
        self.conversations: dict[str, Json] = {}
        self.messages: dict[str, Json] = {}
        self.members: dict[str, Json] = {}
        self.gone: dict[str, int] = {}

    def load(self, page: Json) -> None:
        """Take a page of the snapshot."""
        for each in page["members"] or []:
            self.members[each["id"]] = each
        for each in page["conversations"]:
            self._put_conversation(each)

    def apply(self, kind: str, data: Json) -> None:
        """Take one event."""
        if kind == "conversation.revoked":
            self._revoke(data["conversation_id"], data["rev"])
            return
        if data.get("conversation"):
            self._put_conversation(data["conversation"])
        for message in [data["message"]] if "message" in data else data.get("messages", []):
            self._put_message(message)
        if "member" in data:
            self.members[data["member"]["id"]] = data["member"]

    def _put_conversation(self, each: Json) -> None:
        held = self.conversations.get(each["id"])
        if each["rev"] > self.gone.get(each["id"], -1) and (held is None or each["rev"] >= held["rev"]):
            self.conversations[each["id"]] = each

    def _put_message(self, each: Json) -> None:
        held = self.messages.get(each["id"])
        if each["conversation_id"] in self.conversations and (held is None or each["rev"] >= held["rev"]):
            self.messages[each["id"]] = each

    def _revoke(self, conversation_id: str, rev: int) -> None:
        self.gone[conversation_id] = rev
        self.conversations.pop(conversation_id, None)
        for id_ in [id_ for id_, m in self.messages.items() if m["conversation_id"] == conversation_id]:
            del self.messages[id_]


class Watcher:
    """A live connection that checks the chain of positions and keeps everything it was sent."""

    def __init__(self, socket: ClientConnection, replica: Replica | None = None) -> None:
        self.socket = socket
        self.replica = replica or Replica()
        self.frames: list[Json] = []
        self.raw: list[str] = []
        self.cursor: str | None = None

    @property
    def events(self) -> list[Json]:
        """`{kind, data}` of everything that happened, live or replayed, in order."""
        found: list[Json] = []
        for frame in self.frames:
            found += frame["items"] if frame["type"] == "events" else []
            found += [frame] if frame["type"] == "event" else []
        return found

    @property
    def kinds(self) -> list[str]:
        """The kinds of everything that happened."""
        return [event["kind"] for event in self.events]

    def ephemera(self, kind: str) -> list[Json]:
        """`data` of everything ephemeral of this kind."""
        return [f["data"] for f in self.frames if f["type"] == "ephemeral" and f["kind"] == kind]

    async def say(self, type_: str, **fields: Any) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps({"type": type_, **fields}))

    async def hello(self, cursor: str | None = None, **fields: Any) -> Json:
        """Say hello; answers the welcome."""
        if cursor is not None:
            fields["cursor"] = cursor
        await self.say("hello", **({"protocol": 1} | fields))
        return await self.until("welcome")

    async def subscribe(self, cursor: str | None = None) -> "Watcher":
        """Say hello and read until everything before now has arrived."""
        welcome = await self.hello(cursor)
        assert welcome["mode"] == "resume", welcome
        await self.until("live")
        return self

    async def next(self) -> Json:
        """Read one frame."""
        text = await asyncio.wait_for(self.socket.recv(), 20)
        assert isinstance(text, str)
        frame: Json = json.loads(text)
        self.raw.append(text)
        self.frames.append(frame)
        self._follow(frame)
        return frame

    async def until(self, type_: str) -> Json:
        """Read up to and with a frame of this type."""
        while (frame := await self.next())["type"] != type_:
            pass
        return frame

    async def until_kind(self, kind: str) -> Json:
        """Read up to and with an event of this kind; answers its data."""
        return await self.until_event(lambda event: bool(event["kind"] == kind))

    async def until_event(self, wanted: Callable[[Json], bool]) -> Json:
        """Read up to and with an event that is wanted; answers its data."""
        while True:
            frame = await self.next()
            for event in frame.get("items", [frame]):
                if "kind" in event and wanted(event):
                    data: Json = event["data"]
                    return data

    async def closed(self) -> tuple[int | None, str | None]:
        """Read until the server closes; answers code and reason."""
        try:
            while True:
                await self.next()
        except ConnectionClosed:
            return self.socket.close_code, self.socket.close_reason

    def _follow(self, frame: Json) -> None:
        match frame["type"]:
            case "welcome":
                self.cursor = frame["cursor"]
            case "event" | "events" | "position":
                assert frame["previous"] == self.cursor, "the chain of positions is broken"
                self.cursor = frame["cursor"]
                for item in frame.get("items", [frame] if "kind" in frame else []):
                    self.replica.apply(item["kind"], item["data"])
            case "live":
                assert frame["cursor"] == self.cursor


@asynccontextmanager
async def watching(
    server: TestServer, client: ClientSession | None = None, replica: Replica | None = None, **more: Any
) -> AsyncIterator[Watcher]:
    """A socket opened with the client's token, before any hello."""
    headers = {} if client is None else {"Authorization": client.headers["Authorization"]}
    url = str(server.make_url("/api/v1/live").with_scheme("ws"))
    headers |= more.pop("headers", {})
    async with connect(url, additional_headers=headers, compression=None, proxy=None, **more) as socket:
        yield Watcher(socket, replica)


async def snapshot(client: ClientSession) -> tuple[Replica, str]:
    """Everything in all pages, and the cursor to go on from."""
    replica, cursor, page = Replica(), "", None
    while True:
        async with client.get("sync/snapshot", params={"page": page} if page else {}) as answer:
            assert answer.status == 200, await answer.text()
            found = await answer.json()
        replica.load(found)
        cursor = found["cursor"]
        page = found["next_page"]
        if page is None:
            return replica, cursor


async def at_rest(hub: LiveHub, *watchers: Watcher) -> None:
    """Wait until everything that was committed before has arrived at these.

    A commit is told after its answer, on PostgreSQL a turn later. What is not told yet, the first look at the
    log takes up, and the second ping comes after that.
    """
    for _ in range(2):
        await hub.settle()
        hub.tick()
    for each in watchers:
        for _ in range(2):
            await each.until("ping")
