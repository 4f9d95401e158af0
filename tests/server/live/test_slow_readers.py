"""A reader that stops reading holds nobody up, and misses nothing."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.wire.frames import SERVER_FRAME_LIMIT
from deskterm.server.live.channel import Attached
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from tests.server.live.desk import assigned, call, me, patch, send
from tests.server.live.watcher import Json, Watcher, watching

MESSAGES = 250
BODY = "x" * 9_990


def narrow_socket(server: TestServer) -> socket.socket:
    """A client's socket that takes little at once."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect((server.host, server.port))
    made.setblocking(False)
    return made


def texts(watcher: Watcher) -> list[Json]:
    """The messages that arrived, without activity lines."""
    found = [each["data"]["message"] for each in watcher.events if "message" in each["data"]]
    return [each for each in found if each["kind"] == "text"]


@asynccontextmanager
async def slow_and_quick(
    server: TestServer, first: ClientSession, second: ClientSession
) -> AsyncIterator[tuple[Watcher, Watcher]]:
    """A socket that takes little at a time, and one that takes all; both are live."""
    async with (
        watching(server, first, sock=narrow_socket(server), max_queue=1) as slow,
        watching(server, second) as quick,
    ):
        await slow.subscribe()
        await quick.subscribe()
        yield slow, quick


class TestCatchingUp:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(heartbeat=0, buffer=16 * 1024, stalled=60)

    async def test_from_the_log_while_others_go_on(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        async with slow_and_quick(server, dana, sarah) as (slow, quick):
            fallen_behind = False
            for number in range(MESSAGES):
                await send(sarah, conversation_id, f"{number:04} {BODY}"[:9_990])
                await quick.until_kind("message.created")
                fallen_behind = fallen_behind or not all(each.live for each in attached(services))
            assert fallen_behind
            await send(sarah, conversation_id, "the end")
            await slow.until_event(
                lambda e: e["kind"] == "message.created" and e["data"]["message"]["body"] == "the end"
            )
            bodies = [each["body"] for each in texts(slow)]
            assert [body[:4] for body in bodies[:-1]] == [f"{number:04}" for number in range(MESSAGES)]
            assert "events" in {frame["type"] for frame in slow.frames}
            assert max(len(text) for text in slow.raw) <= SERVER_FRAME_LIMIT
            await send(sarah, conversation_id, "live again")
            await slow.until_kind("message.created")
            assert [m["body"] for m in slow.replica.messages.values()][-1] == "live again"

    async def test_is_told_who_looks_by_now(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        async with slow_and_quick(server, dana, sarah) as (slow, quick):
            await quick.say("viewing", conversation_id=conversation_id)
            while not slow.ephemera("viewing"):
                await slow.next()
            async with services.hub.turns.turn():  # until then nobody catches up
                while all(each.live for each in attached(services)):
                    await send(sarah, conversation_id, BODY)
                    await quick.until_kind("message.created")
                await quick.say("viewing", conversation_id=None)
                while quick.ephemera("viewing")[-1:] != [{"conversation_id": conversation_id, "agents": []}]:
                    await quick.next()
            while slow.ephemera("viewing")[-1]["agents"]:
                await slow.next()


class TestRooms:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(heartbeat=0, buffer=16 * 1024, stalled=60)

    async def test_a_slow_reader_is_told_the_latest_of_a_room_and_everything_of_support(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        support = await assigned(dana, john, sarah)
        room = (await call(dana, "POST", "groups", {"name": "Loud"}))["id"]
        async with watching(server, sarah, sock=narrow_socket(server), max_queue=1) as slow:
            await slow.subscribe()
            written, asked = 0, 0
            while all(each.live for each in attached(services)):
                await send(dana, room, f"{written:04} {BODY}"[:9_990])
                written += 1
            for number in range(40):
                await send(dana, room, f"{written + number:04} {BODY}"[:9_990])
                if number % 10 == 5:
                    await send(john, support, f"please {asked}")
                    asked += 1
            await send(john, support, "the end")
            await slow.until_event(
                lambda e: e["kind"] == "message.created" and e["data"]["message"]["body"] == "the end"
            )
            told = [e["data"] for e in slow.events if e["kind"] == "message.created"]
            of_support = [d["message"]["body"] for d in told if d["message"]["conversation_id"] == support]
            assert of_support == [*(f"please {number}" for number in range(asked)), "the end"]
            of_room = [d for d in told if d["message"]["conversation_id"] == room]
            bodies = [int(d["message"]["body"][:4]) for d in of_room]
            assert len(bodies) < written + 40
            assert bodies == sorted(bodies)
            assert len(bodies) + sum(d.get("skipped", 0) for d in of_room) == written + 40
            assert bodies[-1] == written + 39
            assert all("conversation" in d for d in of_room if d.get("skipped"))
            seqs = [d["message"]["seq"] for d in told]
            assert seqs == sorted(seqs)


class TestGivingUp:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(heartbeat=0, buffer=16 * 1024, stalled=0.05, closing=0.05)

    async def test_a_socket_that_accepts_nothing_is_closed(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        narrow = narrow_socket(server)
        async with watching(server, dana, sock=narrow, max_queue=1, close_timeout=0.01) as stuck:
            await stuck.subscribe()
            sent = 0
            while attached(services):
                await send(sarah, conversation_id, BODY)
                sent += 1
                assert sent < 10_000
            assert sent > 1


class TestFrames:
    async def test_what_is_granted_fits_into_a_frame(
        self, server: TestServer, dana: ClientSession, sarah: ClientSession, john: ClientSession
    ) -> None:
        conversation_id = await assigned(dana, john, None)
        for number in range(30):
            await send(dana, conversation_id, f"{number:04}" + "€" * 9_990)
        async with watching(server, sarah, max_size=None) as watcher:
            await watcher.subscribe()
            await patch(dana, conversation_id, assignee_id=await me(sarah))
            granted = await watcher.until_kind("conversation.granted")
            assert len(watcher.raw[-1].encode()) <= SERVER_FRAME_LIMIT
            numbers = [int(each["body"][:4]) for each in granted["messages"] if each["kind"] == "text"]
            assert numbers == list(range(numbers[0], 30))
            assert len(numbers) > 10

    async def test_a_long_replay_comes_in_frames_of_bearable_size(
        self, server: TestServer, dana: ClientSession, sarah: ClientSession, john: ClientSession
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        async with watching(server, sarah) as first:
            cursor = (await first.hello())["cursor"]
        for number in range(60):
            await send(sarah, conversation_id, f"{number:04}" + "€" * 9_990)
        async with watching(server, sarah, max_size=None) as watcher:
            await watcher.subscribe(cursor)
            assert all(len(text.encode()) <= SERVER_FRAME_LIMIT for text in watcher.raw)
            bodies = [each["body"][:4] for each in texts(watcher)]
            assert bodies == [f"{number:04}" for number in range(60)]


def attached(services: Services) -> list[Attached]:
    """The connections that the server holds."""
    return list(services.hub.channel_of(1).attached)
