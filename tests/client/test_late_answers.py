"""Answers that were asked for under one right to see and arrive under another: they bring nothing back."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from deskterm.client.answers import Revocation, Update
from deskterm.client.desk import Desk
from deskterm.client.replica.changes import Resynced
from deskterm.client.replica.filters import Filter
from tests.client.canned import Canned, document
from tests.client.samples import conversation, message
from tests.client.stage import HERE, MESSAGES, Stage, online, snapshot, soon

CONVERSATION = f"/api/v1/conversations/{HERE}"


async def loses_everything(stage: Stage, server: Canned, socket: Any) -> Resynced:
    """The role was taken: the fresh snapshot has nothing that was seen before."""
    server.on("GET", "/api/v1/sync/snapshot", document(snapshot("c9", conversations=[], epoch="e.contact-9")))
    await socket.says("resync", reason="sight_changed")
    return await stage.until(Resynced)


@pytest.mark.parametrize("what", ["conversation", "list", "change"])
async def test_what_was_asked_for_before_everything_was_loaded_anew_brings_nothing_back(
    desk: Desk, stage: Stage, server: Canned, what: str
) -> None:
    socket = await online(stage, server)
    seen = conversation(rev=6)
    asks: dict[str, tuple[str, str, object, Callable[[], Coroutine[Any, Any, object]]]] = {
        "conversation": ("GET", CONVERSATION, seen, lambda: desk.open_conversation(HERE)),
        "list": (
            "GET",
            "/api/v1/conversations",
            {"items": [seen], "next_cursor": None, "counts": None},
            lambda: desk.load_inbox(Filter()),
        ),
        "change": ("PATCH", CONVERSATION, seen, lambda: desk.patch(HERE, priority="high")),
    }
    method, path, answer, ask = asks[what]
    server.on(method, path, document(answer))
    if what == "conversation":
        desk.replica.drop(HERE)
    async with server.answering_late(method, path):
        asking = asyncio.ensure_future(ask())
        await soon(server.waiting.get())
        assert (await loses_everything(stage, server, socket)).void
    await soon(asking)
    assert desk.replica.conversations() == ()
    assert desk.inbox.listing(Filter()) is None


async def test_a_page_from_before_a_loss_is_void_when_the_conversation_has_come_back(
    desk: Desk, server: Canned
) -> None:
    deleted = message(5, 5, rev=8, body="", deleted=True)
    before = {"items": [message(5, 5)], "next_cursor": None}
    server.on("GET", MESSAGES, document(before), document({"items": [deleted], "next_cursor": None}))
    async with server.answering_late("GET", MESSAGES):
        late = asyncio.ensure_future(desk.open_conversation(HERE))
        await soon(server.waiting.get())
        desk.replica.apply(Update("conversation.revoked", revocation=Revocation(HERE, 6, "reassigned", None)))
        desk.replica.apply(Update("conversation.granted", conversation=conversation(rev=7)))
        desk.replica.open_thread(HERE)
    await soon(late)
    thread = desk.replica.thread(HERE)
    assert thread is not None
    assert not thread.loaded
    await desk.open_conversation(HERE)
    assert [each.body for each in thread.messages] == [""]


async def test_the_same_right_to_see_leaves_what_is_kept(desk: Desk, stage: Stage, server: Canned) -> None:
    socket = await online(stage, server)
    server.on("GET", "/api/v1/sync/snapshot", document(snapshot("c9")))
    await socket.says("resync", reason="log_damaged")
    assert not (await stage.until(Resynced)).void
