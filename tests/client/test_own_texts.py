"""Own texts against the real server: held replies, taken back and let out, and drafts on two devices."""

import pytest
from aiohttp.test_utils import TestServer

from deskterm.client.errors import ApiError
from deskterm.client.replica.changes import Changes, DraftsChanged
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import Message, Visibility
from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.client.test_real_server import Opener, asked, bodies, opened, until
from tests.server.conftest import clock, config, ids, people, server, services
from tests.server.desk.acting import settings
from tests.server.people import DANA, JOHN, SARAH, signed_in

__all__ = ["clock", "config", "ids", "opened", "people", "server", "services"]


@pytest.fixture
async def holding(server: TestServer, people: None) -> None:
    """The organization holds replies for five seconds."""
    async with signed_in(server, DANA) as dana:
        await settings(dana, send_hold_seconds=5)


async def test_a_held_reply_moves_to_its_place_when_it_goes_out(
    holding: None, opened: Opener, services: Services, clock: ManualClock
) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    held = await asked(john, dana, sarah)
    await sarah.open_conversation(held.id)
    assert await sarah.send(held.id, "Use water") is SendState.SENT
    assert await john.send(held.id, "It is electric!") is SendState.SENT
    await until(sarah, lambda: bodies(sarah, held.id)[-1] == "It is electric!")

    def sent() -> Message:
        thread = sarah.replica.thread(held.id)
        assert thread is not None
        return next(each for each in thread.messages if each.body == "Use water")

    assert sent().held_until is not None
    assert bodies(john, held.id)[-2:] == ["My printer is on fire", "It is electric!"]
    clock.advance(5)
    await services.jobs.tick()
    await until(john, lambda: bodies(john, held.id)[-1] == "Use water")
    await until(sarah, lambda: bodies(sarah, held.id)[-1] == "Use water")
    assert bodies(sarah, held.id).count("Use water") == 1
    assert sent().held_until is None
    with pytest.raises(ApiError) as late:
        await sarah.api.delete_message(sent().id)
    assert late.value.code == "conflict"


async def test_a_note_is_changed_and_deleted_on_every_desk(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    held = await asked(john, dana, sarah)
    for desk in (dana, sarah):
        await desk.open_conversation(held.id)
    await sarah.send(held.id, "Call hm", Visibility.INTERNAL)
    await until(dana, lambda: bodies(dana, held.id)[-1] == "Call hm")
    thread = sarah.replica.thread(held.id)
    assert thread is not None
    note = thread.messages[-1]
    edited = await sarah.api.edit_message(note.id, "Call him")
    assert edited.edited_at is not None
    await until(dana, lambda: bodies(dana, held.id)[-1] == "Call him")
    await sarah.api.delete_message(note.id)
    await until(dana, lambda: bodies(dana, held.id)[-1] == "")


async def test_a_draft_reaches_ones_other_device(opened: Opener) -> None:
    john, dana, here = await opened(JOHN), await opened(DANA), await opened(SARAH)
    there = await opened(SARAH)
    held = await asked(john, dana, here)
    await until(there, lambda: there.replica.conversation(held.id) is not None)
    told: list[str] = []

    def listen(changes: Changes) -> None:
        told.extend(
            each.drafts.reply.body for each in changes if isinstance(each, DraftsChanged) if each.drafts.reply
        )

    there.subscribe(listen)
    kept = await here.api.put_draft(held.id, Visibility.PUBLIC, "Dear {name}", {"{name}": 0}, 0)
    await until(there, lambda: told == ["Dear {name}"])
    assert await there.api.drafts(held.id) == kept
    assert kept.reply is not None
    assert kept.reply.blanks == {"{name}": 0}
    with pytest.raises(ApiError) as stale:
        await there.api.put_draft(held.id, Visibility.PUBLIC, "Hello", {}, 0)
    assert (stale.value.code, stale.value.extra) == ("stale", {"rev": kept.reply.rev})
    assert (await john.api.drafts(held.id)).reply is None
