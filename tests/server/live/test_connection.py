"""Opening a live socket, staying on it, and every way it ends."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import chain

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from websockets.exceptions import InvalidStatus

from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from tests.server.live.conftest import Rest
from tests.server.live.desk import assigned
from tests.server.live.watcher import watching
from tests.server.people import DANA, sign_in


def token_of(client: ClientSession) -> str:
    return client.headers["Authorization"].partition(" ")[2]


class TestAuthentication:
    async def test_a_header_opens_the_stream_at_the_head(
        self, server: TestServer, sarah: ClientSession
    ) -> None:
        async with watching(server, sarah) as watcher:
            welcome = await watcher.hello()
            assert welcome | {"cursor": ""} == {
                "type": "welcome",
                "mode": "resume",
                "protocol": 1,
                "cursor": "",
                "heartbeat": 0,
            }
            assert (await watcher.until("live"))["cursor"] == welcome["cursor"]

    async def test_a_bad_header_is_refused_at_the_upgrade(self, server: TestServer, people: None) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with watching(server, headers={"Authorization": "Bearer dk_s_wrong"}):
                pass
        assert refused.value.response.status_code == 401

    async def test_a_browser_signs_in_with_the_first_frame(
        self, server: TestServer, john: ClientSession
    ) -> None:
        async with watching(server) as watcher:
            assert (await watcher.hello(token=token_of(john)))["mode"] == "resume"

    @pytest.mark.parametrize("fields", [{}, {"token": "dk_s_wrong"}])
    async def test_a_hello_without_a_good_token_is_unauthenticated(
        self, server: TestServer, people: None, fields: dict[str, str]
    ) -> None:
        async with watching(server) as watcher:
            await watcher.say("hello", protocol=1, **fields)
            assert await watcher.closed() == (4401, "unauthenticated")

    async def test_a_token_in_the_address_is_refused(self, server: TestServer, sarah: ClientSession) -> None:
        async with sarah.get("live", params={"token": token_of(sarah)}) as answer:
            assert answer.status == 400
            assert (await answer.json())["code"] == "malformed"

    async def test_something_else_than_hello_first_is_refused(
        self, server: TestServer, sarah: ClientSession
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.say("pong")
            assert (await watcher.closed())[0] == 4401


class TestSilence:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(hello=0.01)

    async def test_no_hello_in_time(self, server: TestServer, sarah: ClientSession) -> None:
        async with watching(server, sarah) as watcher:
            assert await watcher.closed() == (4408, "no_hello")


class TestOrigin:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings(origins=("https://desk.example",))

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            "https://desk.example.evil",
            "http://desk.example",
            "https://desk.example:8443",
            "file://",
            "https://[",
        ],
    )
    async def test_foreign_pages_are_turned_away(
        self, server: TestServer, sarah: ClientSession, origin: str
    ) -> None:
        async with watching(server, sarah, origin=origin) as watcher:
            assert await watcher.closed() == (4403, "origin")

    async def test_an_allowed_page_and_our_own_are_welcome(
        self, server: TestServer, sarah: ClientSession
    ) -> None:
        own = f"http://{server.host}:{server.port}"
        for origin in ("https://desk.example", own):
            async with watching(server, sarah, origin=origin) as watcher:
                await watcher.subscribe()


class TestMalformed:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{", "malformed"),
            ("[]", "malformed"),
            ('{"type":1}', "malformed"),
            ("[" * 50_000, "malformed"),
            ('{"type":"typing","conversation_id":"x"}', "invalid"),
            ('{"type":"viewing","conversation_id":7}', "invalid"),
            ('{"type":"hello","protocol":1}', "unexpected_hello"),
        ],
    )
    async def test_a_broken_frame_ends_the_connection_with_a_code(
        self, server: TestServer, sarah: ClientSession, text: str, reason: str
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            await watcher.socket.send(text)
            assert await watcher.closed() == (1008, reason)

    async def test_binary_is_refused(self, server: TestServer, sarah: ClientSession) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            await watcher.socket.send(b"{}")
            assert await watcher.closed() == (1008, "text_expected")

    async def test_an_unknown_protocol_is_refused(self, server: TestServer, sarah: ClientSession) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.say("hello", protocol=2)
            assert await watcher.closed() == (1008, "unsupported_protocol")

    async def test_unknown_frames_are_ignored(
        self, server: TestServer, sarah: ClientSession, rest: Rest
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            await watcher.say("from_the_future", anything=[1])
            await watcher.say("viewing", conversation_id=None, more=True)
            await rest(watcher)
            assert watcher.socket.close_code is None
            assert watcher.events == []

    async def test_64_kib_are_taken_and_one_byte_more_is_not(
        self, server: TestServer, sarah: ClientSession, rest: Rest
    ) -> None:
        frame = '{"type":"pong","x":""}'
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            await watcher.socket.send(frame.replace('""', f'"{"x" * (64 * 1024 - len(frame))}"'))
            await rest(watcher)
            await watcher.socket.send(frame.replace('""', f'"{"x" * (64 * 1024 - len(frame) + 1)}"'))
            assert (await watcher.closed())[0] == 1009

    async def test_a_flood_of_frames_is_stopped(self, server: TestServer, sarah: ClientSession) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            for _ in range(101):
                await watcher.say("pong")
            assert await watcher.closed() == (4429, "rate_limited")


class TestHeartbeat:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings()

    async def test_pings_every_25_seconds_and_gives_up_after_75(
        self, server: TestServer, sarah: ClientSession, services: Services, clock: ManualClock
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            for _ in range(2):
                clock.advance(25)
                services.hub.tick()
                await watcher.until("ping")
            types = [frame["type"] for frame in watcher.frames if frame["type"] != "ephemeral"]
            assert types == ["welcome", "live", "ping", "ping"]
            clock.advance(25)
            services.hub.tick()
            assert (await watcher.closed())[0] == 1006

    async def test_those_who_come_at_one_moment_are_pinged_one_after_the_other(
        self,
        server: TestServer,
        sarah: ClientSession,
        john: ClientSession,
        dana: ClientSession,
        services: Services,
        clock: ManualClock,
    ) -> None:
        here = await assigned(dana, john, sarah)
        async with AsyncExitStack() as stack:
            watchers = [await stack.enter_async_context(watching(server, sarah)) for _ in range(10)]
            for each in watchers:
                await each.subscribe()

            async def pinged(seconds: int) -> list[int]:
                """Who is pinged by the tick after so many seconds."""
                clock.advance(seconds)
                services.hub.tick()
                told = len(watchers[0].ephemera("viewing"))
                await watchers[0].say("viewing", conversation_id=None if told % 2 else here)
                found = []
                for index, each in enumerate(watchers):
                    while len(each.ephemera("viewing")) == told:  # it is written after the pings
                        found += [index] * ((await each.next())["type"] == "ping")
                return found

            assert len(await pinged(30)) == 10  # the machine slept: all are due
            turns = [await pinged(1) for _ in range(25)]
            assert sorted(chain.from_iterable(turns)) == list(range(10))
            assert max(map(len, turns)) == 1

    async def test_an_expired_session_ends_with_the_next_heartbeat(
        self, server: TestServer, sarah: ClientSession, services: Services, clock: ManualClock
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            clock.jump(91 * 24 * 3600)
            clock.advance(25)
            services.hub.tick()
            assert await watcher.closed() == (4401, "unauthenticated")


class TestEnd:
    async def test_signing_out_closes_the_socket(self, server: TestServer, sarah: ClientSession) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            async with sarah.post("auth/logout") as answer:
                assert answer.status == 204
            assert await watcher.closed() == (4401, "unauthenticated")
            assert watcher.frames[-1] == {"type": "bye", "code": "unauthenticated", "retry_ms": 0}

    async def test_only_the_ended_session_is_closed(
        self, server: TestServer, sarah: ClientSession, mike: ClientSession, rest: Rest
    ) -> None:
        async with watching(server, sarah) as first, watching(server, mike) as second:
            await first.subscribe()
            await second.subscribe()
            await (await sarah.post("auth/logout")).release()
            assert await first.closed() == (4401, "unauthenticated")
            await rest(second)

    @pytest.mark.parametrize(
        ("patch", "reason"), [({"disabled": True}, "unauthenticated"), ({"role": "admin"}, "session_changed")]
    )
    async def test_losing_access_or_changing_role_closes_the_socket(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        patch: dict[str, object],
        reason: str,
    ) -> None:
        async with sarah.get("me") as answer:
            member_id = (await answer.json())["member"]["id"]
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            async with dana.patch(f"members/{member_id}", json=patch) as answer:
                assert answer.status == 200
            assert await watcher.closed() == (4401, reason)

    async def test_a_hello_is_worth_what_its_token_is_by_then(
        self, server: TestServer, dana: ClientSession, sarah: ClientSession
    ) -> None:
        """Opened while she still had access, and kept waiting until she had none."""
        async with sarah.get("me") as answer:
            member_id = (await answer.json())["member"]["id"]
        async with watching(server, sarah) as watcher:
            async with dana.patch(f"members/{member_id}", json={"disabled": True}) as answer:
                assert answer.status == 200
            await watcher.say("hello", protocol=1)
            assert await watcher.closed() == (4401, "unauthenticated")

    async def test_a_shutdown_says_bye_with_a_time_to_come_back(
        self, server: TestServer, services: Services, sarah: ClientSession
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            closing = asyncio.ensure_future(services.hub.close())
            assert await watcher.closed() == (4503, "draining")
            await closing
            bye = watcher.frames[-1]
            assert (bye["type"], bye["code"]) == ("bye", "draining")
            assert 0 <= bye["retry_ms"] < 10_000

    async def test_who_comes_while_draining_is_sent_away(
        self, server: TestServer, services: Services, sarah: ClientSession
    ) -> None:
        await services.hub.close()
        async with watching(server, sarah) as watcher:
            await watcher.say("hello", protocol=1)
            assert (await watcher.closed())[0] == 4503


class TestCap:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, live=LiveSettings(per_address=2))

    async def test_one_address_holds_so_many_connections(
        self, server: TestServer, sarah: ClientSession
    ) -> None:
        async with watching(server, sarah) as first:
            await first.subscribe()
            async with watching(server, sarah) as second:
                await second.subscribe()
                async with watching(server, sarah) as third:
                    assert await third.closed() == (4429, "rate_limited")

    async def test_who_has_left_counts_no_more(self, server: TestServer, sarah: ClientSession) -> None:
        for _ in range(5):
            async with watching(server, sarah) as watcher:
                await watcher.subscribe()
                await watcher.socket.close()
                await watcher.socket.wait_closed()


async def test_every_token_works_with_the_socket(
    server: TestServer, people: None, http: ClientSession
) -> None:
    token = (await sign_in(http, DANA))["token"]
    async with watching(server, headers={"Authorization": f"Bearer {token}"}) as watcher:
        await watcher.subscribe()
