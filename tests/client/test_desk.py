"""A whole desk against a server over real HTTP and a real socket, both driven by the test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from deskterm.client import subscription
from deskterm.client.answers import Counts
from deskterm.client.backoff import Backoff
from deskterm.client.changes import (
    Change,
    Changes,
    ConversationChanged,
    ConversationGone,
    CountsChanged,
    MessageArrived,
    PendingChanged,
    Resynced,
    ThreadLoaded,
)
from deskterm.client.connection import Link, State
from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError, NotDeskterm
from deskterm.client.filters import Filter
from deskterm.client.outgoing import SendState
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Visibility
from tests.client.canned import Canned, breaking, document, health, html, problem, vars_of
from tests.client.samples import START, conversation, message, number
from tests.client.test_api import ME, ORGANIZATION

T = TypeVar("T")
HERE = number(1)
MESSAGES = f"/api/v1/conversations/{HERE}/messages"


async def soon(waited: Awaitable[T]) -> T:
    """Fail instead of hanging."""
    return await asyncio.wait_for(waited, 10)


@dataclass
class Nap:
    """A sleep that ends when the test says so."""

    seconds: float
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Stage:
    """A desk with all that it told, and its sleeps."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Change] = asyncio.Queue()
        self.links: asyncio.Queue[Link] = asyncio.Queue()
        self.naps: asyncio.Queue[Nap] = asyncio.Queue()
        self.ids = IdSource(lambda: 0, lambda bits: 5)
        self.desk: Desk

    async def sleep(self, seconds: float) -> None:
        nap = Nap(seconds)
        await self.naps.put(nap)
        await nap.over.wait()

    async def open(self, server: Canned) -> Desk:
        """Open a desk at `server`."""
        self.desk = await Desk.open(
            server.server,
            "dk_s_secret",
            ids=self.ids,
            now=lambda: START,
            sleep=self.sleep,
            backoff=Backoff(lambda low, high: high),
        )
        self.desk.subscribe(self._listen)
        self.desk.connection.watch(self.links.put_nowait)
        return self.desk

    def _listen(self, changes: Changes) -> None:
        for each in changes:
            self.told.put_nowait(each)

    async def until(self, wanted: type[T]) -> T:
        """The next change of a kind."""
        while True:
            change = await soon(self.told.get())
            if isinstance(change, wanted):
                return change

    async def until_state(self, state: State) -> Link:
        """The next time the connection is so."""
        while True:
            link = await soon(self.links.get())
            if link.state is state:
                return link


def snapshot(cursor: str = "c1", **fields: Any) -> dict[str, Any]:
    usual = {
        "cursor": cursor,
        "next_page": None,
        "organization": ORGANIZATION,
        "me": ME,
        "members": [],
        "personas": [],
        "conversations": [conversation(rev=5)],
    }
    return usual | fields


@pytest.fixture
async def stage(server: Canned) -> AsyncIterator[Stage]:
    """Everything the server needs to open a desk, and the desk's end."""
    server.on("GET", "/healthz", health())
    server.on("GET", "/api/v1/sync/snapshot", document(snapshot()))
    server.on("GET", MESSAGES, document({"items": [message(seq=5)], "next_cursor": None}))
    made = Stage()
    yield made
    if hasattr(made, "desk"):
        await made.desk.close()


@pytest.fixture
async def desk(stage: Stage, server: Canned) -> Desk:
    """An opened desk."""
    return await stage.open(server)


async def online(stage: Stage, server: Canned, cursor: str = "c1") -> Any:
    """The server's end of a socket that is caught up."""
    socket = await soon(server.sockets.get())
    await socket.welcomes(cursor)
    await stage.until_state(State.ONLINE)
    assert (await socket.hears())["type"] == "viewing"
    return socket


def event(previous: str, cursor: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"previous": previous, "cursor": cursor, "kind": kind, "data": data}


async def test_it_opens_with_a_snapshot_and_goes_on_live_from_its_cursor(
    desk: Desk, stage: Stage, server: Canned
) -> None:
    assert desk.connection.link.state is State.CONNECTING
    assert desk.replica.conversation(HERE) == conversation(rev=5)
    assert desk.replica.me
    socket = await soon(server.sockets.get())
    assert socket.authorization == "Bearer dk_s_secret"
    assert await socket.welcomes("c1") == {"type": "hello", "protocol": 1, "cursor": "c1"}
    await stage.until_state(State.ONLINE)
    written = message(2, 6)
    data = event("c1", "c2", "message.created", message=written, conversation=conversation(rev=6))
    await socket.says("event", **data)
    assert (await stage.until(MessageArrived)).message == written


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/sync/snapshot"])
async def test_what_is_no_desk_is_not_opened(stage: Stage, server: Canned, path: str) -> None:
    server.on("GET", path, html)
    with pytest.raises(NotDeskterm):
        await stage.open(server)


async def test_a_token_of_no_use_is_said_at_the_start(stage: Stage, server: Canned) -> None:
    server.on("GET", "/api/v1/sync/snapshot", problem("unauthenticated", 401))
    with pytest.raises(ApiError) as caught:
        await stage.open(server)
    assert caught.value.status == 401


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
        anew = conversation(rev=3, subject="from the backup")
        server.on("GET", "/api/v1/sync/snapshot", document(snapshot("n1", conversations=[anew])))
        socket = await soon(server.sockets.get())
        await socket.hears()
        await socket.says("welcome", mode="need_snapshot", protocol=1, cursor="n0", heartbeat=25)
        assert (await socket.welcomes("n1"))["cursor"] == "n1"
        await stage.until(Resynced)
        assert desk.replica.conversation(HERE) == anew
        assert not desk.replica.conversation(number(2))
        await stage.until(ThreadLoaded)
        await stage.until(CountsChanged)
        assert desk.replica.conversation(number(2))
        assert [each.body for each in desk.replica.outgoing.of(HERE)] == ["not sent"]
        assert desk.replica.open_threads() == (HERE,)


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
        self, stage: Stage, server: Canned
    ) -> None:
        numbers = iter(range(100))
        stage.ids = IdSource(lambda: next(numbers), lambda bits: 0)
        desk = await stage.open(server)
        server.on("POST", MESSAGES, problem("overloaded", 503))
        await soon(asyncio.gather(*(desk.send(HERE, str(index)) for index in range(4))))
        assert [each.body["body"] for each in server.asked if each.method == "POST"] == ["0", "1", "2", "3"]

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


class TestLists:
    """Pages, where they end, and figures."""

    async def test_what_lies_beyond_the_loaded_pages_is_not_shown_until_they_reach_it(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        wanted = Filter()
        counts = vars_of(Counts(open=4))
        first = {"items": [conversation(4, 9), conversation(3, 8)], "next_cursor": "n", "counts": counts}
        rest = {"items": [conversation(2, 7), conversation(1, 5)], "next_cursor": None}
        server.on("GET", "/api/v1/conversations", document(first), document(rest))
        page = await desk.load_inbox(wanted)
        assert [each.number for each in desk.inbox_rows(wanted)] == [4, 3]
        assert (await stage.until(CountsChanged)).counts == Counts(open=4)
        socket = await online(stage, server)
        written, moved = message(9, 12, 1), conversation(1, 12)
        await socket.says(
            "event", **event("c1", "c2", "message.created", message=written, conversation=moved)
        )
        await stage.until(MessageArrived)
        assert [each.number for each in desk.inbox_rows(wanted)] == [1, 4, 3]
        await desk.load_inbox(wanted, page.next_cursor)
        assert [each.number for each in desk.inbox_rows(wanted)] == [1, 4, 3, 2]

    async def test_figures_are_asked_for_once_after_many_changes(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        first: dict[str, Any] = {"items": [], "next_cursor": None, "counts": vars_of(Counts(open=1))}
        later: dict[str, Any] = {"items": [], "next_cursor": None, "counts": vars_of(Counts(open=3))}
        server.on("GET", "/api/v1/conversations", document(first), document(later))
        await desk.load_inbox(Filter())
        await stage.until(CountsChanged)
        socket = await online(stage, server)
        for rev in (6, 7, 8):
            data = event(
                f"c{rev - 5}", f"c{rev - 4}", "conversation.updated", conversation=conversation(2, rev)
            )
            await socket.says("event", **data)
            await stage.until(ConversationChanged)
        nap = await soon(stage.naps.get())
        assert nap.seconds == 1.0
        nap.over.set()
        assert (await stage.until(CountsChanged)).counts == Counts(open=3)
        assert sum(each.path == "/api/v1/conversations" for each in server.asked) == 2

    async def test_a_search_shows_what_the_server_found(self, desk: Desk, server: Canned) -> None:
        found = {"items": [conversation(7, 3), conversation(1, 5)], "next_cursor": None}
        server.on("GET", "/api/v1/conversations", document(found))
        await desk.load_inbox(Filter(q="refund"))
        assert [each.number for each in desk.inbox_rows(Filter(q="refund"))] == [7, 1]


class TestCommands:
    """What else screens do."""

    async def test_a_thread_is_paged_to_its_start(self, desk: Desk, server: Canned) -> None:
        newest = {"items": [message(5, 5)], "next_cursor": message(5).id}
        before = {"items": [message(3, 3), message(4, 4)], "next_cursor": None}
        server.on("GET", MESSAGES, document(newest), document(before))
        await desk.open_conversation(HERE)
        await desk.open_conversation(HERE)  # it is here already
        await desk.load_older(HERE)
        await desk.load_older(HERE)  # there is nothing before it
        thread = desk.replica.thread(HERE)
        assert thread is not None
        assert [each.seq for each in thread.messages] == [3, 4, 5]
        assert [each.query.get("before") for each in server.asked if each.path == MESSAGES] == [
            None,
            message(5).id,
        ]

    async def test_a_thread_opened_in_the_middle_is_paged_to_its_end(
        self, desk: Desk, server: Canned
    ) -> None:
        middle = {"items": [message(3, 3)], "next_cursor": message(3).id}
        after = {"items": [message(4, 4), message(5, 5)], "next_cursor": message(4).id}
        server.on("GET", MESSAGES, document(middle), document(after))
        await desk.load_around(HERE, message(3).id)
        desk.replica.put_message(message(9, 9))
        thread = desk.replica.thread(HERE)
        assert thread is not None
        assert [each.seq for each in thread.messages] == [3]
        await desk.load_newer(HERE)
        assert [each.seq for each in thread.messages] == [3, 4, 5, 9]
        assert thread.at_end

    async def test_reading_is_said_once_and_shown(self, desk: Desk, server: Canned) -> None:
        await desk.mark_read(HERE)
        desk.replica.put_conversation(conversation(rev=6, unread=2))
        await desk.open_conversation(HERE)
        path = f"/api/v1/conversations/{HERE}/read"
        server.on("PUT", path, document({"conversation_id": HERE, "seq": 5, "unread": 0}))
        await desk.mark_read(HERE)
        await desk.mark_read(HERE)
        assert [each.body for each in server.asked if each.method == "PUT"] == [{"seq": 5}]
        assert desk.replica.unread == 0

    async def test_giving_a_conversation_away_removes_it_at_once(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        server.on("PATCH", f"/api/v1/conversations/{HERE}", document(None, 204))
        assert await desk.patch(HERE, assignee_id=None) is None
        assert await stage.until(ConversationGone) == ConversationGone(HERE)
        assert desk.replica.conversation(HERE) is None

    async def test_typing_is_throttled_and_viewing_is_said_again_on_the_next_socket(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        first = await online(stage, server)
        await desk.viewing(HERE)
        for _ in range(3):
            await desk.typing(HERE)
        await desk.typing(HERE, Visibility.INTERNAL)
        assert await first.hears() == {"type": "viewing", "conversation_id": HERE}
        assert await first.hears() == {"type": "typing", "conversation_id": HERE, "visibility": "public"}
        assert (await first.hears())["visibility"] == "internal"
        await first.response.close(code=1013)
        (await soon(stage.naps.get())).over.set()
        second = await soon(server.sockets.get())
        await second.welcomes("c1")
        assert await second.hears() == {"type": "viewing", "conversation_id": HERE}

    async def test_while_there_is_no_socket_nothing_of_that_is_said(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        socket = await online(stage, server)
        await socket.response.close(code=1011)
        await stage.until_state(State.OFFLINE)
        await desk.typing(HERE)

    async def test_a_customers_own_conversation_comes_with_its_messages(
        self, desk: Desk, server: Canned
    ) -> None:
        server.on("GET", "/api/v1/portal/conversation", document(conversation(rev=9), 201))
        own = await desk.portal_conversation()
        thread = desk.replica.thread(own.id)
        assert thread is not None
        assert thread.messages == (message(seq=5),)
