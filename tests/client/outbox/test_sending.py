"""A desk with an outbox: what is written waits on the disk until the server has it or refuses it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from deskterm.client.commanding import SLOW
from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError
from deskterm.client.outbox.sender import LOOK
from deskterm.client.replica.changes import ChangeRefused, OutboxFound, OutboxTrouble, PendingChanged
from deskterm.client.replica.outgoing import Pending, SendState
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Status, Visibility
from tests.client.canned import Asked, Canned, breaking, document, health, problem, vars_of
from tests.client.samples import START, conversation, message, number
from tests.client.stage import HERE, MESSAGES, Nap, Stage, online, soon

CONVERSATION = f"/api/v1/conversations/{HERE}"


class Console:
    """A stage whose desk has an outbox, and whose clock moves when told to."""

    def __init__(self, stage: Stage, server: Canned, folder: Path) -> None:
        self.stage, self.server, self.folder = stage, server, folder
        numbers = iter(range(100, 1000))
        stage.ids = IdSource(lambda: next(numbers), lambda bits: 0)

    async def open(self, *, live: bool = True) -> Desk:
        """A console starts."""
        desk = await self.stage.open(self.server)
        if live:
            await online(self.stage, self.server)
        desk.keep_outbox(self.folder)
        return desk

    async def nap(self) -> Nap:
        """The next pause between two attempts."""
        while True:
            nap = await soon(self.stage.naps.get())
            if nap.seconds not in (LOOK, SLOW):
                return nap


@pytest.fixture
def console(stage: Stage, server: Canned, tmp_path: Path) -> Console:
    server.on("GET", "/healthz", health())
    server.on("POST", MESSAGES, stored)
    return Console(stage, server, tmp_path / "outbox")


def stored(asked: Asked) -> web.Response:
    """The message as the server keeps it."""
    given = {**vars_of(message(seq=8)), "id": asked.body["id"], "body": asked.body["body"]}
    return document(given, 201)(asked)


def posts(server: Canned) -> list[Any]:
    return [each.body for each in server.asked if each.method == "POST"]


async def waits(console: Console, body: str = "hello", **options: Any) -> Desk:
    """A console without an answer to its text."""
    desk = await console.open()
    console.server.on("POST", MESSAGES, breaking)
    assert await desk.send(HERE, body, **options) is SendState.WAITING
    return desk


async def test_without_an_answer_it_waits_and_is_sent_again_under_its_id(console: Console) -> None:
    desk = await waits(console, seen_seq=5)
    [pending] = desk.replica.outgoing.all()
    assert (pending.state, pending.kept) == (SendState.WAITING, True)
    nap = await console.nap()
    assert 0 <= nap.seconds <= 0.5
    console.server.on("POST", MESSAGES, stored)
    nap.over.set()
    while desk.replica.outgoing.all():
        await console.stage.until(PendingChanged)
    first, second = posts(console.server)
    assert first == second == {"id": pending.id, "body": "hello", "seen_seq": 5}


async def test_what_a_run_left_goes_out_at_the_next_start(console: Console, stage: Stage) -> None:
    desk = await waits(console, "from the tunnel", visibility=Visibility.INTERNAL)
    [left] = desk.replica.outgoing.all()
    await desk.close()
    console.server.on("POST", MESSAGES, stored)
    again = await console.open()
    found = (await stage.until(OutboxFound)).item
    assert found == replace(left, state=SendState.WAITING, reason=None)
    while again.replica.outgoing.all():
        await stage.until(PendingChanged)
    await again.close()
    last = await console.open()
    await last.send(HERE, "next")
    assert [each["body"] for each in posts(console.server)] == ["from the tunnel", "from the tunnel", "next"]


async def test_nothing_old_is_sent_without_its_authors_word(console: Console, stage: Stage) -> None:
    desk = await waits(console)
    await desk.close()
    sent = len(posts(console.server))
    console.server.on("POST", MESSAGES, stored)
    now = START + timedelta(days=1, minutes=1)
    again = await Desk.open(
        console.server.server, "dk_s_secret", ids=stage.ids, now=lambda: now, sleep=stage.sleep
    )
    again.subscribe(stage.listen)
    again.keep_outbox(console.folder)
    await stage.until(OutboxFound)
    while (item := again.replica.outgoing.all()[0]).state is not SendState.OLD:
        await stage.until(PendingChanged)
    again.retry_now()
    assert len(posts(console.server)) == sent
    assert await again.resend(item.id, seen_seq=item.seen_seq) is SendState.SENT
    await again.close()


async def test_the_server_says_how_long_to_wait(console: Console) -> None:
    desk = await console.open()
    console.server.on("POST", MESSAGES, problem("rate_limited", 429, retry_after="30"), stored)
    assert await desk.send(HERE, "hello") is SendState.WAITING
    nap = await console.nap()
    assert 30 <= nap.seconds <= 31
    nap.over.set()
    assert (await console.stage.until(PendingChanged)).conversation_id == HERE


async def test_a_refusal_returns_the_text_and_lets_the_next_one_pass(console: Console) -> None:
    desk = await waits(console, "first")
    assert await desk.send(HERE, "second", Visibility.INTERNAL) is SendState.WAITING
    later = desk.replica.outgoing.all()[-1].id
    console.server.on("POST", MESSAGES, problem("stale", 409, newer=[vars_of(message(3, 7))]), stored)
    (await console.nap()).over.set()
    while desk.replica.outgoing.state(later) is not SendState.SENT:
        await console.stage.until(PendingChanged)
    [failed] = desk.replica.outgoing.all()
    assert (failed.body, failed.code, failed.newer) == ("first", "stale", (message(3, 7),))


async def test_resolving_after_a_refused_reply_is_not_tried(console: Console, stage: Stage) -> None:
    desk = await waits(console, "the answer")
    resolved = await soon(desk.patch(HERE, status="resolved"))
    assert resolved is not None
    assert resolved.status is Status.RESOLVED
    console.server.on("POST", MESSAGES, problem("stale", 409))
    (await console.nap()).over.set()
    refused = (await stage.until(ChangeRefused)).error
    assert isinstance(refused, ApiError)
    assert refused.code == "depends"
    assert not [each for each in console.server.asked if each.method == "PATCH"]
    here = desk.replica.conversation(HERE)
    assert here is not None
    assert here.status is Status.OPEN
    stage.now -= timedelta(hours=1)  # somebody sets the clock back: what is said now is later all the same
    console.server.on("PATCH", CONVERSATION, document(vars_of(conversation(rev=9)) | {"status": "resolved"}))
    resolved = await soon(desk.patch(HERE, status="resolved"))
    assert resolved is not None
    assert resolved.rev == 9


async def test_conversations_do_not_wait_for_each_other(console: Console) -> None:
    desk = await waits(console, "stuck")
    elsewhere = f"/api/v1/conversations/{number(2)}/messages"
    console.server.on("POST", elsewhere, stored)
    assert await soon(desk.send(number(2), "through")) is SendState.SENT
    assert [each.body for each in desk.replica.outgoing.all()] == ["stuck"]


async def test_order_is_kept_in_a_conversation(console: Console) -> None:
    desk = await waits(console, "one")
    for body in ("two", "three"):
        assert await desk.send(HERE, body) is SendState.WAITING
    console.server.asked.clear()
    console.server.on("POST", MESSAGES, stored)
    (await console.nap()).over.set()
    while desk.replica.outgoing.all():
        await console.stage.until(PendingChanged)
    assert [each["body"] for each in posts(console.server)] == ["one", "two", "three"]


async def test_a_change_that_waits_counts_as_done_and_is_undone_when_refused(
    console: Console, stage: Stage
) -> None:
    desk = await console.open()
    console.server.on("PATCH", CONVERSATION, breaking)
    changed = await soon(desk.patch(HERE, priority="urgent", add_tags=["fire"]))
    assert changed is not None
    assert (changed.priority, changed.tags) == ("urgent", ("fire",))
    assert desk.replica.conversation(HERE) == changed
    console.server.on("PATCH", CONVERSATION, problem("illegal_transition", 409))
    (await console.nap()).over.set()
    told = await stage.until(ChangeRefused)
    assert told.change.state is SendState.FAILED
    here = desk.replica.conversation(HERE)
    assert here is not None
    assert (here.priority, here.tags) == ("normal", ())
    first, second = ([each for each in console.server.asked if each.method == "PATCH"])[:2]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == told.change.id
    console.server.on("PATCH", CONVERSATION, document(conversation(rev=9, priority="urgent")))
    await soon(desk.try_change_again(told.change.id))
    last = console.server.asked[-1].headers["Idempotency-Key"]
    assert last != told.change.id
    assert desk.replica.outgoing.unsettled() == ()


async def test_a_change_refused_at_once_is_an_error_and_leaves_nothing(console: Console) -> None:
    desk = await console.open()
    console.server.on("PATCH", CONVERSATION, problem("illegal_transition", 409))
    with pytest.raises(ApiError):
        await soon(desk.patch(HERE, status="pending"))
    assert desk.replica.outgoing.unsettled() == ()


async def test_offline_nothing_is_waited_for(console: Console) -> None:
    desk = await console.open(live=False)
    console.server.on("POST", MESSAGES, breaking)
    assert await soon(desk.send(HERE, "hello")) is SendState.WAITING
    changed = await soon(desk.patch(HERE, priority="high"))
    assert changed is not None
    assert changed.priority == "high"


async def test_a_disk_that_refuses_is_told_and_the_text_goes_out(console: Console, stage: Stage) -> None:
    console.folder.write_text("a file where the folder should be")
    desk = await console.open()
    assert (await stage.until(OutboxTrouble)).why == "File exists"
    assert await desk.send(HERE, "hello") is SendState.SENT
    console.server.on("POST", MESSAGES, breaking)
    assert await desk.send(HERE, "and again") is SendState.WAITING
    [pending] = desk.replica.outgoing.all()
    assert not pending.kept


async def test_a_discarded_text_is_never_sent(console: Console) -> None:
    desk = await waits(console, "never mind")
    [pending] = desk.replica.outgoing.all()
    assert desk.discard(pending.id) == "never mind"
    sent = len(posts(console.server))
    console.server.on("POST", MESSAGES, stored)
    assert await desk.send(HERE, "next") is SendState.SENT
    assert [each["body"] for each in posts(console.server)[sent:]] == ["next"]
    await desk.close()
    again = await console.open()
    await again.send(HERE, "last")
    assert again.replica.outgoing.unsettled() == ()


async def test_signing_out_leaves_nothing(console: Console) -> None:
    desk = await waits(console, "a secret")
    await desk.wipe_outbox()
    assert desk.replica.outgoing.unsettled() == ()
    await desk.close()
    assert all(b"a secret" not in each.read_bytes() for each in console.folder.iterdir())


async def test_what_arrived_by_the_live_stream_is_not_sent_again(console: Console) -> None:
    desk = await waits(console)
    [pending] = desk.replica.outgoing.all()
    assert isinstance(pending, Pending)
    arrived = replace(message(seq=8), id=pending.id)
    desk.replica.outgoing.settle(arrived.id)
    desk._tell((PendingChanged(HERE, arrived.id),))
    sent = len(posts(console.server))
    (await console.nap()).over.set()
    await desk.send(number(2), "elsewhere")
    assert len(posts(console.server)) == sent + 1
