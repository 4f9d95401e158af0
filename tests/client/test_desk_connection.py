"""Online, offline, back, ended: how a desk stands to its server."""

import asyncio

import pytest

from deskterm.client.answers import Counts
from deskterm.client.desk import Desk
from deskterm.client.live import subscription
from deskterm.client.live.connection import State
from deskterm.client.replica.changes import (
    Changes,
    ConversationChanged,
    CountsChanged,
    Resynced,
    ThreadBegun,
)
from deskterm.client.replica.filters import Filter
from deskterm.protocol.ids import IdSource
from tests.client.canned import Canned, document, problem, vars_of
from tests.client.samples import START, conversation, message, number
from tests.client.stage import HERE, MESSAGES, Stage, event, online, snapshot, soon


class TestConnection:
    """Online, offline, back: from one place."""

    async def test_it_comes_back_from_its_cursor_and_says_what_came_in(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        first = await online(stage, server)
        await first.says(
            "event", **event("c1", "c2", "conversation.updated", conversation=conversation(rev=6))
        )
        await stage.until(ConversationChanged)
        await first.response.close(code=1011)
        link = await stage.until_state(State.OFFLINE)
        assert (link.why, link.since) == ("the connection was lost", START)
        assert not desk.connection.online
        nap = await soon(stage.naps.get())
        assert nap.seconds == 0.5
        nap.over.set()
        second = await soon(server.sockets.get())
        assert (await second.hears())["cursor"] == "c2"
        await second.says("welcome", mode="resume", protocol=1, cursor="c2", heartbeat=25)
        items = [
            {"kind": "conversation.updated", "data": {"conversation": vars_of(conversation(rev=rev))}}
            for rev in (7, 8)
        ]
        await second.says("events", previous="c2", cursor="c4", items=items)
        await second.says("live", cursor="c4")
        assert (await stage.until_state(State.BACK)).updates == 2
        shown = await soon(stage.naps.get())
        assert shown.seconds == 3.0
        shown.over.set()
        await stage.until_state(State.ONLINE)

    async def test_it_waits_longer_each_time_and_f5_wakes_it(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        server.live_status = 503
        waits = []
        for _ in range(7):
            nap = await soon(stage.naps.get())
            waits.append(nap.seconds)
            nap.over.set()
        assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]
        await soon(stage.naps.get())
        server.live_status = 101
        await desk.refresh()
        await soon(server.sockets.get())

    async def test_a_command_that_got_through_wakes_it_too(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        server.live_status = 503
        await soon(stage.naps.get())
        server.live_status = 101
        stored = {**vars_of(message(seq=8)), "id": IdSource(lambda: 0, lambda bits: 5).new()}
        server.on("POST", MESSAGES, document({**stored, "replayed": False}, 201))
        sending = asyncio.create_task(desk.send(HERE, "hello"))
        await soon(server.sockets.get())
        await soon(sending)

    async def test_silence_is_taken_for_the_end(
        self, stage: Stage, server: Canned, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subscription, "SILENCE", 0.01)
        await stage.open(server)
        assert (await stage.until_state(State.OFFLINE)).why == "the server went silent"

    async def test_a_mistake_of_a_screen_does_not_end_the_stream(
        self, desk: Desk, stage: Stage, server: Canned, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fall_over(changes: Changes) -> None:
            raise ZeroDivisionError

        stop = desk.subscribe(fall_over)
        socket = await online(stage, server)
        await socket.says(
            "event", **event("c1", "c2", "conversation.updated", conversation=conversation(rev=6))
        )
        await stage.until_state(State.OFFLINE)
        assert "ZeroDivisionError" in caplog.text
        stop()
        (await soon(stage.naps.get())).over.set()
        assert (await (await soon(server.sockets.get())).welcomes("c1"))["cursor"] == "c1"
        await stage.until_state(State.BACK)

    async def test_bye_says_when(self, desk: Desk, stage: Stage, server: Canned) -> None:
        socket = await online(stage, server)
        await socket.says("bye", code="draining", retry_ms=7250)
        assert (await stage.until_state(State.OFFLINE)).why == "the server is restarting"
        assert (await soon(stage.naps.get())).seconds == 7.25

    async def test_a_session_that_ended_is_not_tried_again(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        socket = await online(stage, server)
        await socket.response.close(code=4401)
        link = await stage.until_state(State.ENDED)
        assert link.why == "Your session has ended. Please sign in again."

    async def test_a_token_refused_at_the_door_ends_it_too(self, stage: Stage, server: Canned) -> None:
        server.live_status = 401
        await stage.open(server)
        await stage.until_state(State.ENDED)

    async def test_need_snapshot_loads_all_anew_in_one_step_and_keeps_what_was_not_sent(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        server.on("POST", MESSAGES, problem("overloaded", 503))
        await desk.open_conversation(HERE)
        await desk.send(HERE, "not sent")
        listed = {"items": [conversation(2, 2)], "next_cursor": None, "counts": vars_of(Counts(open=7))}
        server.on("GET", "/api/v1/conversations", document(listed))
        await desk.load_inbox(Filter())
        await stage.until(CountsChanged)
        page = document({"items": [message(2, 6)], "next_cursor": None})
        answers = iter((problem("forbidden", 403), page))
        server.on("GET", MESSAGES, lambda asked: next(answers)(asked))
        anew = conversation(rev=3, subject="from the backup")
        server.on("GET", "/api/v1/sync/snapshot", document(snapshot("n1", conversations=[anew])))
        socket = await soon(server.sockets.get())
        await socket.hears()
        await socket.says("welcome", mode="need_snapshot", protocol=1, cursor="n0", heartbeat=25)
        assert (await socket.welcomes("n1"))["cursor"] == "n1"
        await stage.until(Resynced)
        assert desk.replica.conversation(HERE) == anew
        assert not desk.replica.conversation(number(2))
        await stage.until(CountsChanged)  # the thread was asked for before the list, in vain
        assert desk.replica.conversation(number(2))
        await desk.refresh()
        await stage.until(ThreadBegun)
        thread = desk.replica.thread(HERE)
        assert thread is not None
        assert thread.messages == (message(2, 6),)
        assert [each.body for each in desk.replica.outgoing.of(HERE)] == ["not sent"]
        assert desk.replica.open_threads() == (HERE,)
