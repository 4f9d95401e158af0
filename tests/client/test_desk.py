"""A whole desk against a server over real HTTP and a real socket, both driven by the test."""

from datetime import timedelta

import pytest
from aiohttp import web

from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError, NotDeskterm
from deskterm.client.live.connection import State
from deskterm.client.replica.changes import (
    ConversationGone,
    MessageArrived,
    TypingChanged,
    ViewingChanged,
)
from deskterm.protocol.records import Visibility
from tests.client.canned import Asked, Canned, document, html, problem
from tests.client.samples import START, conversation, message
from tests.client.stage import HERE, MESSAGES, Stage, event, online, soon


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

    async def test_an_answer_older_than_a_message_does_not_hide_that_message(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        desk.replica.put_conversation(conversation(rev=6, unread=2))
        await desk.open_conversation(HERE)

        def overtaken(asked: Asked) -> web.Response:
            desk.replica.put_conversation(conversation(rev=8, unread=1))
            return document({"conversation_id": HERE, "seq": 5, "unread": 0})(asked)

        server.on("PUT", f"/api/v1/conversations/{HERE}/read", overtaken)
        await desk.mark_read(HERE)
        assert desk.replica.unread == 1

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

    @pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(days=-1)])
    async def test_others_type_for_six_seconds_however_the_servers_clock_is_set(
        self, desk: Desk, stage: Stage, server: Canned, off: timedelta
    ) -> None:
        socket = await online(stage, server)
        ana = {"kind": "contact", "id": "c", "name": "Ana"}
        said = {"conversation_id": HERE, "who": ana, "visibility": "public", "until": START + off}
        await socket.says("ephemeral", kind="typing", data=said)
        await stage.until(TypingChanged)
        attention, over = desk.replica.attention, START + timedelta(seconds=6)
        assert attention.typing(HERE, over - timedelta.resolution)
        assert not attention.typing(HERE, over)

    async def test_without_a_socket_nobody_is_said_to_type_or_look(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        socket = await online(stage, server)
        ana = {"kind": "contact", "id": "c", "name": "Ana"}
        said = {
            "conversation_id": HERE,
            "who": ana,
            "visibility": "public",
            "until": START + timedelta(seconds=6),
        }
        await socket.says("ephemeral", kind="typing", data=said)
        looks = {"conversation_id": HERE, "agents": [{"id": "m2", "name": "Mike"}]}
        await socket.says("ephemeral", kind="viewing", data=looks)
        await stage.until(ViewingChanged)
        attention = desk.replica.attention
        assert attention.viewing(HERE)
        await socket.response.close(code=1011)
        await stage.until_state(State.OFFLINE)
        assert await stage.until(ViewingChanged) == ViewingChanged(HERE)
        assert not attention.viewing(HERE)
        assert not attention.typing(HERE, START)

    async def test_while_there_is_no_socket_nothing_of_that_is_said(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        socket = await online(stage, server)
        await socket.response.close(code=1011)
        await stage.until_state(State.OFFLINE)
        await desk.typing(HERE)
        (await soon(stage.naps.get())).over.set()
        second = await soon(server.sockets.get())
        await second.welcomes("c1")
        await desk.viewing(HERE)
        assert (await second.hears())["type"] == "viewing"

    async def test_a_customers_own_conversation_comes_with_its_messages(
        self, desk: Desk, server: Canned
    ) -> None:
        server.on("GET", "/api/v1/portal/conversation", document(conversation(rev=9), 201))
        own = await desk.portal_conversation()
        thread = desk.replica.thread(own.id)
        assert thread is not None
        assert thread.messages == (message(seq=5),)
