"""State plus events equals a fresh snapshot, whatever was cut, delayed or replayed."""

import asyncio
import copy
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.clock import ManualClock
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from tests.server.live.conftest import Rest
from tests.server.live.desk import Json, assigned, call, me, patch, send, write_in
from tests.server.live.watcher import Replica, Watcher, snapshot, watching


def settled(conversation: Json) -> Json:
    """Without what is told by presence, which is not logged."""
    shown = copy.deepcopy(conversation)
    if shown.get("assignee"):
        del shown["assignee"]["presence"]
    return shown


async def assert_equal_to_a_fresh_one(client: ClientSession, replica: Replica) -> None:
    fresh, _ = await snapshot(client)
    assert set(fresh.conversations) <= set(replica.conversations)
    for id_, held in replica.conversations.items():
        now = fresh.conversations.get(id_) or await call(client, "GET", f"conversations/{id_}")
        assert settled(held) == settled(now)
    for id_ in replica.conversations:
        thread = (await call(client, "GET", f"conversations/{id_}/messages?limit=200"))["items"]
        stored = {message["id"]: message for message in thread}
        held_here = {k: m for k, m in replica.messages.items() if m["conversation_id"] == id_}
        assert held_here == {k: stored[k] for k in held_here}


async def story(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, jane: ClientSession
) -> str:
    """A bit of everything that moves a conversation; answers the one that changed hands."""
    first = await assigned(dana, john, sarah)
    await send(sarah, first, "How can I help?")
    note = await send(sarah, first, "CANARY-NOTE", visibility="internal")
    await send(john, first, "It does not start")
    await call(sarah, "PUT", f"conversations/{first}/read", {"seq": note["seq"] + 1})
    await patch(sarah, first, add_tags=["printer"], priority="high")
    await patch(dana, first, assignee_id=await me(mike))
    await call(sarah, "GET", "me")
    await send(mike, first, "Mike here", visibility="internal")
    await patch(mike, first, status="pending")
    other = await assigned(dana, jane, mike)
    await send(mike, other, "Good morning")
    await patch(mike, first, assignee_id=None)
    await patch(dana, first, assignee_id=await me(sarah))
    edited = await send(sarah, first, "Draft of a note", visibility="internal")
    await call(sarah, "PATCH", f"messages/{edited['id']}", {"body": "A better note"})
    gone = await send(sarah, first, "Wrong note", visibility="internal")
    await call(sarah, "DELETE", f"messages/{gone['id']}")
    await patch(mike, other, status="resolved")
    await send(john, first, "Thank you")
    await patch(sarah, first, escalated=True, escalated_reason="Angry")
    return first


class TestSnapshotAndEvents:
    async def test_equal_a_fresh_snapshot_from_every_earlier_cursor(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        jane: ClientSession,
        rest: Rest,
    ) -> None:
        readers = {"dana": dana, "sarah": sarah, "mike": mike, "john": john}
        start = {name: await snapshot(client) for name, client in readers.items()}
        states: dict[str, list[tuple[str, Replica]]] = {}
        async with (
            watching(server, dana, start["dana"][0]) as w1,
            watching(server, sarah, start["sarah"][0]) as w2,
            watching(server, mike, start["mike"][0]) as w3,
            watching(server, john, start["john"][0]) as w4,
        ):
            watchers = {"dana": w1, "sarah": w2, "mike": w3, "john": w4}
            for name, watcher in watchers.items():
                await watcher.subscribe(start[name][1])
            await story(dana, sarah, mike, john, jane)
            for name, watcher in watchers.items():
                states[name] = await _step_by_step(watcher, rest)
                await assert_equal_to_a_fresh_one(readers[name], watcher.replica)
        for name, steps in states.items():
            assert len(steps) > 5
            for cursor, replica in steps:
                async with watching(server, readers[name], replica) as watcher:
                    await watcher.subscribe(cursor)
                    await assert_equal_to_a_fresh_one(readers[name], watcher.replica)

    async def test_a_replay_names_each_entity_once(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        jane: ClientSession,
    ) -> None:
        _, cursor = await snapshot(dana)
        await story(dana, sarah, mike, john, jane)
        async with watching(server, dana) as watcher:
            await watcher.subscribe(cursor)
            messages = [e["data"]["message"]["id"] for e in watcher.events if "message" in e["data"]]
            whole = [e["data"]["conversation"]["id"] for e in watcher.events if "conversation" in e["data"]]
            assert len(messages) == len(set(messages)) > 10
            assert len(whole) == len(set(whole)) == 2
            assert not [frame for frame in watcher.frames if frame["type"] == "event"]


async def _step_by_step(watcher: Watcher, rest: Rest) -> list[tuple[str, Replica]]:
    """What the watcher knew at each position it was told."""
    steps: list[tuple[str, Replica]] = []
    await rest()
    while (frame := await watcher.next())["type"] != "ping":
        if "cursor" in frame:
            steps.append((frame["cursor"], copy.deepcopy(watcher.replica)))
    return steps


class TestCursors:
    async def _refused(self, server: TestServer, client: ClientSession, cursor: str) -> Watcher:
        async with watching(server, client) as watcher:
            welcome = await watcher.hello(cursor)
            assert welcome["mode"] == "need_snapshot"
            return watcher

    async def test_of_another_history_need_a_snapshot(
        self, server: TestServer, dana: ClientSession, john: ClientSession
    ) -> None:
        await write_in(john)
        _, cursor = await snapshot(dana)
        epoch, seq, nonce, sight = cursor.split(".")
        for wrong in (
            f"{epoch}.{seq}.{int(nonce, 16) ^ 1:08x}.{sight}",
            f"another.{seq}.{nonce}.{sight}",
            f"{epoch}.{int(seq) + 1000}.{nonce}.{sight}",
            f"{epoch}.0.{nonce}.{sight}",
            f"{epoch}.{seq}.{nonce}.contact",
            "nonsense",
            "a.b.c.d",
            f"{epoch}.{'9' * 40}.{nonce}.{sight}",
        ):
            await self._refused(server, dana, wrong)

    async def test_below_the_floor_need_a_snapshot(
        self, server: TestServer, dana: ClientSession, john: ClientSession, services: Services
    ) -> None:
        _, cursor = await snapshot(dana)
        await write_in(john)
        _, newer = await snapshot(dana)
        key = await _compact(services)
        await self._refused(server, dana, cursor)
        async with watching(server, dana) as watcher:
            await watcher.subscribe(newer)
        assert key

    async def test_after_need_snapshot_a_second_hello_goes_on(
        self, server: TestServer, dana: ClientSession, john: ClientSession, rest: Rest
    ) -> None:
        async with watching(server, dana) as watcher:
            assert (await watcher.hello("nonsense"))["mode"] == "need_snapshot"
            await write_in(john)
            await rest(watcher)
            assert watcher.kinds == []
            watcher.replica, cursor = await snapshot(dana)
            await watcher.subscribe(cursor)
            await write_in(john, "again")
            await watcher.until_kind("message.created")
            await assert_equal_to_a_fresh_one(dana, watcher.replica)

    async def test_another_rule_of_sight_needs_a_snapshot(
        self, server: TestServer, dana: ClientSession, sarah: ClientSession, john: ClientSession
    ) -> None:
        conversation_id = await write_in(john)
        _, cursor = await snapshot(sarah)
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            await call(dana, "PATCH", "organization", {"settings": {"staff_sees": "all"}})
            assert (await watcher.until("resync"))["reason"] == "sight_changed"
            watcher.replica, newer = await snapshot(sarah)
            assert conversation_id in watcher.replica.conversations
            await watcher.subscribe(newer)
        await self._refused(server, sarah, cursor)


async def _compact(services: Services) -> int:
    """Drop the log but for its head, as retention will."""

    def drop(tx: Any) -> int:
        key = int(tx.value("SELECT organization_id FROM organization WHERE slug = 'designpi'"))
        seq = tx.value("SELECT seq FROM organization_counter WHERE organization_id = :key", key=key)
        tx.run("DELETE FROM event WHERE organization_id = :key AND seq < :seq", key=key, seq=seq)
        tx.run("UPDATE organization_counter SET log_floor = :s WHERE organization_id = :k", s=seq - 1, k=key)
        return key

    return await services.db.write(drop)


class TestPositions:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        return LiveSettings()

    async def test_idle_readers_are_told_every_30_seconds_where_the_log_stands(
        self,
        server: TestServer,
        services: Services,
        clock: ManualClock,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            await write_in(john)
            await services.hub.settle()
            clock.advance(30)
            services.hub.tick()
            position = await watcher.until("position")
            await write_in(john, "again")
            clock.advance(30)
            services.hub.tick()
            assert (await watcher.until("position"))["previous"] == position["cursor"]
        async with watching(server, sarah) as watcher:
            await watcher.subscribe(position["cursor"])

    async def test_a_replay_of_nothing_moves_the_position_too(
        self, server: TestServer, sarah: ClientSession, john: ClientSession
    ) -> None:
        _, cursor = await snapshot(sarah)
        await write_in(john)
        _, head = await snapshot(sarah)
        async with watching(server, sarah) as watcher:
            await watcher.subscribe(cursor)
            assert [frame["type"] for frame in watcher.frames] == ["welcome", "position", "live"]
            assert watcher.cursor == head


class TestInTheMiddleOfABatch:
    @pytest.fixture
    def live_settings(self) -> LiveSettings:
        """Every tick tells the position."""
        return LiveSettings(position=0)

    async def test_whoever_is_not_told_yet_is_not_told_that_there_is_nothing(
        self,
        server: TestServer,
        services: Services,
        dana: ClientSession,
        john: ClientSession,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The heart beats between the sockets of one batch: those at the end of the row still get it."""
        monkeypatch.setattr("deskterm.server.live.channel.LIMIT", 1)
        async with watching(server, dana) as first, watching(server, john) as second:
            await first.subscribe()
            await second.subscribe()

            def beat_on(_events: object, left: int = 10) -> None:
                services.hub.tick()
                if left:
                    asyncio.get_running_loop().call_soon(beat_on, None, left - 1)

            services.db.on_commit(beat_on)
            await write_in(john)
            for watcher in (first, second):
                await watcher.until_kind("message.created")


class TestByHttp:
    async def test_the_live_frames_by_http_are_those_of_the_socket(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        jane: ClientSession,
        rest: Rest,
    ) -> None:
        cursor = (await call(sarah, "GET", "events"))["next_cursor"]
        await story(dana, sarah, mike, john, jane)
        replica, previous, frames = Replica(), cursor, []
        while True:
            page = await call(sarah, "GET", f"events?limit=3&cursor={previous}")
            for frame in page["items"]:
                assert frame["previous"] == previous
                previous = frame["cursor"]
                replica.apply(frame["kind"], frame["data"])
            frames += page["items"]
            if not page["items"]:
                break
            assert page["next_cursor"] == previous or len(page["items"]) < 3
            previous = page["next_cursor"]
        assert len(frames) > 5
        await assert_equal_to_a_fresh_one(sarah, replica)

    async def test_what_is_no_cursor_is_invalid_and_what_is_too_old_is_gone(
        self, dana: ClientSession
    ) -> None:
        epoch, seq, nonce, sight = (await call(dana, "GET", "events"))["next_cursor"].split(".")
        async with dana.get("events?cursor=nonsense") as answer:
            assert (answer.status, (await answer.json())["code"]) == (422, "invalid")
        async with dana.get(f"events?cursor=old.{seq}.{nonce}.{sight}") as answer:
            assert (answer.status, (await answer.json())["code"]) == (410, "gone")
        assert epoch


class TestPages:
    async def test_later_pages_keep_the_cursor_of_the_first(
        self, dana: ClientSession, john: ClientSession, jane: ClientSession
    ) -> None:
        await write_in(john)
        first = await call(dana, "GET", "sync/snapshot")
        assert {member["name"] for member in first["members"]} == {
            "Dana Whitfield",
            "Sarah Johnson",
            "Mike Chen",
        }
        assert (first["me"]["member"]["role"], first["organization"]["slug"]) == ("admin", "designpi")
        assert len(first["conversations"]) == 1
        assert first["next_page"] is None

    @pytest.mark.parametrize("page", ["nonsense", "W10", "WyJ4Iiw5LG51bGxd", "é"])
    async def test_a_page_that_never_was_is_invalid(self, dana: ClientSession, page: str) -> None:
        async with dana.get("sync/snapshot", params={"page": page}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (422, "invalid")
