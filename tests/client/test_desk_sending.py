"""Own messages on their way, over real HTTP."""

import asyncio
from typing import Any

import pytest

from deskterm.client.desk import Desk
from deskterm.client.replica.changes import (
    PendingChanged,
)
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Message, Visibility
from tests.client.canned import Canned, breaking, document, problem, vars_of
from tests.client.samples import START, message, number
from tests.client.stage import HERE, MESSAGES, Stage, soon


class TestSending:
    """A reply is seen at once, arrives once, and is never lost."""

    async def test_it_is_pending_at_once_and_sent_when_answered(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        await desk.open_conversation(HERE)
        own = IdSource(lambda: 0, lambda bits: 5).new()
        stored = {**vars_of(message(seq=8)), "id": own, "replayed": False}
        server.on("POST", MESSAGES, document(stored, 201))
        sending = asyncio.create_task(desk.send(HERE, "hello", Visibility.INTERNAL, seen_seq=5))
        assert (await stage.until(PendingChanged)).id == own
        [pending] = desk.replica.outgoing.of(HERE)
        assert (pending.body, pending.state, pending.created_at) == ("hello", SendState.SENDING, START)
        assert await soon(sending) is SendState.SENT
        assert server.asked[-1].body == {
            "id": own,
            "body": "hello",
            "visibility": "internal",
            "seen_seq": 5,
        }
        assert desk.replica.outgoing.of(HERE) == ()
        thread = desk.replica.thread(HERE)
        assert thread is not None
        assert [each.seq for each in thread.messages] == [5, 8]

    async def test_a_colleague_who_was_faster_stops_it_and_the_text_stays(
        self, desk: Desk, server: Canned
    ) -> None:
        await desk.open_conversation(HERE)
        server.on("POST", MESSAGES, problem("stale", 409, newer=[vars_of(message(3, 7))]))
        assert await desk.send(HERE, "hello", seen_seq=5) is SendState.FAILED
        [failed] = desk.replica.outgoing.of(HERE)
        assert (failed.body, failed.code, failed.newer) == ("hello", "stale", (message(3, 7),))
        assert failed.reason
        assert "colleague" in failed.reason
        thread = desk.replica.thread(HERE)
        assert thread is not None
        assert thread.messages[-1] == message(3, 7)

    async def test_it_is_tried_again_under_its_own_id(self, desk: Desk, server: Canned) -> None:
        server.on("POST", MESSAGES, breaking, document({**vars_of(message(seq=8)), "id": number(5)}))
        assert await desk.send(HERE, "hello", seen_seq=5) is SendState.FAILED
        [failed] = desk.replica.outgoing.all()
        assert failed.code is None
        await desk.resend(failed.id, seen_seq=7)
        first, second = (each.body for each in server.asked if each.method == "POST")
        assert first == {"id": failed.id, "body": "hello", "seen_seq": 5}
        assert second == {"id": failed.id, "body": "hello", "seen_seq": 7}

    async def test_a_screen_that_closes_cuts_no_reply_off(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        stored = {**vars_of(message(seq=8)), "id": IdSource(lambda: 0, lambda bits: 5).new()}
        server.on("POST", MESSAGES, document(stored, 201))
        sending = asyncio.create_task(desk.send(HERE, "hello"))
        await stage.until(PendingChanged)
        sending.cancel()
        await stage.until(PendingChanged)
        assert desk.replica.outgoing.all() == ()

    async def test_replies_to_one_conversation_go_one_after_the_other(
        self, stage: Stage, server: Canned, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        numbers = iter(range(100))
        stage.ids = IdSource(lambda: next(numbers), lambda bits: 0)
        desk = await stage.open(server)
        started: asyncio.Queue[str] = asyncio.Queue()
        answers: asyncio.Queue[Message] = asyncio.Queue()

        async def send_message(conversation_id: str, **fields: Any) -> Message:
            await started.put(fields["body"])
            return await answers.get()

        monkeypatch.setattr(desk.api, "send_message", send_message)
        sent = [
            asyncio.create_task(desk.send(where, body))
            for where, body in ((HERE, "first"), (HERE, "second"), (number(2), "elsewhere"))
        ]
        assert [await soon(started.get()), await soon(started.get())] == ["first", "elsewhere"]
        await answers.put(message(1))
        assert await soon(started.get()) == "second"
        await answers.put(message(2))
        await answers.put(message(3))
        await soon(asyncio.gather(*sent))

    async def test_losing_the_conversation_keeps_the_text_until_it_is_discarded(
        self, desk: Desk, server: Canned
    ) -> None:
        server.on("POST", MESSAGES, problem("not_found", 404))
        await desk.send(HERE, "hello")
        [failed] = desk.replica.outgoing.all()
        assert failed.reason == "This conversation is no longer yours. Your text is kept here."
        assert desk.discard(failed.id) == "hello"
        assert desk.replica.outgoing.all() == ()
        assert desk.discard(failed.id) is None
