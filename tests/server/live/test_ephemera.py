"""Typing, looking and being there: told to those who may see the conversation, kept by nobody."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import to_text
from deskterm.server.clock import ManualClock
from deskterm.server.live.socket import Socket
from deskterm.server.services import Services
from deskterm.server.views.times import rfc3339
from tests.server.live.conftest import MIA_TEXT, Rest
from tests.server.live.desk import assigned, call, me, patch
from tests.server.live.watcher import Json, Watcher, watching


@pytest.fixture
async def four(
    server: TestServer,
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    support_persona: None,
) -> AsyncIterator[dict[str, Watcher]]:
    """The admin, the assignee, another agent and the customer, all watching."""
    async with (
        watching(server, dana) as admin,
        watching(server, sarah) as assignee,
        watching(server, mike) as other,
        watching(server, john) as customer,
    ):
        watchers = {"admin": admin, "assignee": assignee, "other": other, "customer": customer}
        for watcher in watchers.values():
            await watcher.subscribe()
        yield watchers


class Heard:
    """Brings everybody to rest after a frame was taken."""

    def __init__(self, services: Services, rest: Rest, four: dict[str, Watcher]) -> None:
        self._services = services
        self._rest = rest
        self._four = four

    async def by(self, sender: str, type_: str, **fields: object) -> dict[str, list[Json]]:
        """Say it; answers what each of the four has been told of this kind by then."""
        await self._four[sender].say(type_, **fields)
        await (await self._four[sender].socket.ping())  # answered when what was sent before has been read
        await self._rest(*self._four.values())
        return {name: watcher.ephemera(type_) for name, watcher in self._four.items()}


@pytest.fixture
def heard(services: Services, rest: Rest, four: dict[str, Watcher]) -> Heard:
    return Heard(services, rest, four)


class TestTyping:
    async def test_an_agent_is_the_support_voice_to_the_customer(
        self,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
        heard: Heard,
        clock: ManualClock,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("assignee", "typing", conversation_id=conversation_id)
        until = rfc3339(clock.now() + 6000)
        support = {"kind": "persona", "id": "00000000-0000-0000-0000-000000000001", "name": "Support"}
        assert told["customer"] == [{"conversation_id": conversation_id, "who": support, "until": until}]
        agent = {"kind": "agent", "id": await me(sarah), "name": "Sarah Johnson"}
        assert told["admin"] == [
            {"conversation_id": conversation_id, "who": agent, "visibility": "public", "until": until}
        ]
        assert (told["other"], told["assignee"]) == ([], [])

    async def test_where_agents_speak_by_name_the_customer_reads_it(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        await call(dana, "PATCH", "organization", {"settings": {"voice": "agent"}})
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("assignee", "typing", conversation_id=conversation_id)
        assert told["customer"][0]["who"]["name"] == "Sarah Johnson"

    async def test_a_persona_is_all_that_staff_read_and_admins_know_who(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("admin", "typing", conversation_id=conversation_id, persona_id=MIA_TEXT)
        mia = {"kind": "persona", "id": MIA_TEXT, "name": "Mia"}
        assert [told[name][0]["who"] for name in ("assignee", "customer")] == [mia, mia]

    async def test_nobody_types_as_a_persona_of_others(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("assignee", "typing", conversation_id=conversation_id, persona_id=MIA_TEXT)
        assert not any(told.values())

    async def test_a_note_is_never_shown_to_the_customer(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("assignee", "typing", conversation_id=conversation_id, visibility="internal")
        assert told["customer"] == []
        assert told["admin"][0]["visibility"] == "internal"

    async def test_the_customer_shows_to_those_who_see_the_conversation(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("customer", "typing", conversation_id=conversation_id)
        assert [told[name][0]["who"]["name"] for name in ("admin", "assignee")] == ["John Doe"] * 2
        assert told["other"] == []
        assert not any(
            (await heard.by("customer", "typing", conversation_id=conversation_id, visibility="internal"))[
                "other"
            ]
        )

    async def test_who_does_not_see_the_conversation_cannot_type_there(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        told = await heard.by("other", "typing", conversation_id=conversation_id)
        assert not any(told.values())
        await patch(dana, conversation_id, assignee_id=None)
        told = await heard.by("assignee", "typing", conversation_id=conversation_id)
        assert not any(told.values())

    async def test_at_most_once_a_second(
        self,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
        heard: Heard,
        clock: ManualClock,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        await heard.by("assignee", "typing", conversation_id=conversation_id)
        assert len((await heard.by("assignee", "typing", conversation_id=conversation_id))["admin"]) == 1
        clock.advance(1)
        assert len((await heard.by("assignee", "typing", conversation_id=conversation_id))["admin"]) == 2


class TestViewing:
    async def test_agents_learn_who_looks_with_them(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        sarah_there = {"id": await me(sarah), "name": "Sarah Johnson"}
        dana_there = {"id": await me(dana), "name": "Dana Whitfield"}
        told = await heard.by("assignee", "viewing", conversation_id=conversation_id)
        assert told["admin"][-1] == {"conversation_id": conversation_id, "agents": [sarah_there]}
        told = await heard.by("admin", "viewing", conversation_id=conversation_id)
        both = sorted([sarah_there, dana_there], key=lambda each: each["id"])
        assert told["assignee"][-1]["agents"] == both
        told = await heard.by("assignee", "viewing", conversation_id=None)
        assert told["admin"][-1]["agents"] == [dana_there]
        assert (told["other"], told["customer"]) == ([], [])

    async def test_who_comes_is_told_who_looks_already(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        heard: Heard,
        rest: Rest,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        await heard.by("assignee", "viewing", conversation_id=conversation_id)
        async with (
            watching(server, dana) as admin,
            watching(server, mike) as other,
            watching(server, john) as customer,
        ):
            for each in (admin, other, customer):
                await each.subscribe()
            await rest(admin, other, customer)
            there = [{"id": await me(sarah), "name": "Sarah Johnson"}]
            assert admin.ephemera("viewing") == [{"conversation_id": conversation_id, "agents": there}]
            assert (other.ephemera("viewing"), customer.ephemera("viewing")) == ([], [])

    async def test_a_customer_and_a_stranger_do_not_count(
        self, dana: ClientSession, sarah: ClientSession, john: ClientSession, heard: Heard
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        await heard.by("customer", "viewing", conversation_id=conversation_id)
        told = await heard.by("other", "viewing", conversation_id=conversation_id)
        assert all(each["agents"] == [] for each in told["admin"])
        assert told["other"] == []

    async def test_leaving_the_stream_leaves_the_conversation(
        self,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
        heard: Heard,
        four: dict[str, Watcher],
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        await heard.by("assignee", "viewing", conversation_id=conversation_id)
        await four["assignee"].socket.close()
        while four["admin"].ephemera("viewing")[-1]["agents"]:
            await four["admin"].next()


class TestPresence:
    async def test_comes_with_the_first_socket_and_goes_when_the_lease_ends(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
        clock: ManualClock,
        rest: Rest,
    ) -> None:
        sarah_id, dana_id = await me(sarah), await me(dana)
        async with watching(server, dana) as admin, watching(server, john) as customer:
            await admin.subscribe()
            await customer.subscribe()
            async with watching(server, sarah) as first, watching(server, sarah) as second:
                await first.subscribe()
                await second.subscribe()
                await rest(admin, first, second)
                told = admin.ephemera("presence")
                assert told == [
                    {"member_id": dana_id, "presence": "online"},
                    {"member_id": sarah_id, "presence": "online"},
                ]
                for each in (first, second):  # who reads the roster before being there is told what it missed
                    assert {"member_id": sarah_id, "presence": "online"} in each.ephemera("presence")
                    assert {"member_id": dana_id, "presence": "online"} in each.ephemera("presence")
                assert await _presence_of(dana, sarah_id) == "online"
                await call(sarah, "PATCH", "me", {"presence": "away"})
                await rest(admin)
                assert admin.ephemera("presence")[-1] == {"member_id": sarah_id, "presence": "away"}
                await call(sarah, "PATCH", "me", {"presence": "auto"})
                await first.socket.close()
            await _gone(services, sarah_id)
            clock.advance(44)
            await rest(admin)
            assert await _presence_of(dana, sarah_id) == "online"
            clock.advance(1)
            await rest(admin, customer)
            assert admin.ephemera("presence")[-1] == {"member_id": sarah_id, "presence": "offline"}
            assert await _presence_of(dana, sarah_id) == "offline"
            assert customer.ephemera("presence") == []

    async def test_those_who_come_at_one_moment_are_told_in_one_write(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        rest: Rest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Each is told to everybody: fifty of five hundred held the event loop for a tenth of a second."""
        written: list[bytes] = []
        offer = Socket.offer

        def offered(self: Socket, frames: bytes) -> bool:
            written.append(frames)
            return offer(self, frames)

        monkeypatch.setattr(Socket, "offer", offered)
        async with watching(server, dana) as admin:
            await admin.subscribe()
            await rest(admin)
            before = len(admin.ephemera("presence"))
            written.clear()
            tokens = [each.headers["Authorization"].removeprefix("Bearer ") for each in (sarah, mike)]
            for each in tokens:
                services.hub.coming.arrived(services.sessions.by_token(each))
            await rest(admin)
            told = {each["member_id"] for each in admin.ephemera("presence")[before:]}
            assert told == {await me(sarah), await me(mike)}
            assert len([each for each in written if b"presence" in each]) == 1


async def _presence_of(client: ClientSession, member_id: str) -> str:
    items = (await call(client, "GET", "members"))["items"]
    return next(str(each["presence"]) for each in items if each["id"] == member_id)


async def _gone(services: Services, member_id: str) -> None:
    """Wait until the server has noticed that the member's sockets are closed."""

    def attached() -> bool:
        channels = [services.hub.channel_of(1)]
        people = [each.principal.member_id for channel in channels for each in channel.attached]
        return any(each is not None and to_text(each) == member_id for each in people)

    for _ in range(1000):
        if not attached():
            return
        await asyncio.sleep(0)
    raise AssertionError("still attached")
