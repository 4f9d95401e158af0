"""What went wrong while reading, and must not again."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events

from deskterm.client.answers import Update
from deskterm.client.errors import Offline
from deskterm.protocol.records import Author, AuthorKind, MessageKind, Status
from deskterm.protocol.status_lines import REOPENED, RESOLVED
from deskterm.screens import patience
from deskterm.screens.inbox import drawing, prefetching
from deskterm.screens.questions import Choose
from tests.screens.console import Driven, console
from tests.screens.world import CONTACTS, DANA, MIKE, SARAH, World, cid, make

ANA, KENJI = cid(4821), cid(4820)
Patch = pytest.MonkeyPatch


def post(driven: Driven, *names: str) -> None:
    """All keys at once, before any of them is handled."""
    signs = {"slash": "/"}
    for name in names:
        driven.app.post_message(events.Key(name, signs.get(name, name if len(name) == 1 else None)))


async def test_a_verb_waits_for_a_list_of_which_nothing_is_here(monkeypatch: Patch) -> None:
    monkeypatch.setattr(patience, "HELD", 30)
    async with console(monkeypatch, World(DANA)) as driven:
        driven.world.hold()
        post(driven, "5", "a")
        asyncio.get_running_loop().call_soon(driven.world.release)
        await driven.settle()
        assert "Assign #4700" in driven.text()


async def test_a_verb_is_never_about_a_row_of_the_list_before(monkeypatch: Patch) -> None:
    monkeypatch.setattr(patience, "HELD", 0.0)
    async with console(monkeypatch, World(DANA)) as driven:
        driven.world.hold()
        await driven.press("5", "a", "enter")
        assert not isinstance(driven.top, Choose)
        assert not driven.inbox.reading_mode
        driven.world.release()


async def test_below_100_columns_the_preview_goes_on_after_a_conversation_was_left(
    monkeypatch: Patch,
) -> None:
    monkeypatch.setattr(drawing, "PREVIEW_DELAY", 0.0)
    async with console(monkeypatch, size=(80, 24)) as driven:
        await driven.press("enter", "h")
        driven.world.revokes(ANA, "reassigned", MIKE)
        await driven.settle()
        await driven.press("escape")
        await driven.settle()
        await driven.pilot.pause(0.05)
        await driven.settle()
        assert "No conversation is open." not in driven.text()
        assert "#4820" in driven.text()


async def test_a_lost_conversation_says_everything_and_offers_no_sending(monkeypatch: Patch) -> None:
    async with console(monkeypatch, size=(80, 24)) as driven:
        await driven.press("r", "H", "i")
        driven.world.revokes(ANA, "reassigned", MIKE)
        await driven.settle()
        shown = driven.text()
        assert "Your text is kept below; Esc leaves it as a draft." in shown
        assert "^S" not in shown.splitlines()[-1]
        driven.inbox.composer.show_trouble(
            "This conversation is no longer yours. Your text is kept here. " * 2
        )
        await driven.settle()
        assert driven.text().count("kept here.") == 2


async def test_rows_that_arrive_above_push_whole_rows_and_are_counted(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(DANA), size=(120, 21)) as driven:
        await driven.press("G")
        world, at = driven.world, driven.inbox.list.cursor_id
        for number in (4901, 4902, 4903):
            came = make(world, number, CONTACTS["ana"], "One more", 0, assignee=SARAH)
            world.arrives(Update("conversation.created", conversation=came))
            await driven.settle()
        shown = driven.inbox.list
        assert shown.cursor_id == at
        assert shown.scroll_offset.y % shown.row_height == 0
        assert shown.new_above > 0
        assert f"↑ {shown.new_above} new" in driven.text()


async def test_wide_signs_of_several_characters_are_drawn_in_their_plainest_form(monkeypatch: Patch) -> None:
    world = World()
    ana = world.conversations[ANA].contact
    assert ana is not None
    who = Author(AuthorKind.CONTACT, ana.id, ana.label)
    world.add_message(ANA, "ok 👍🏽 ❤️ 👨‍👩‍👧 1️⃣", world.messages[ANA][-1].created_at, who)
    async with console(monkeypatch, world) as driven:
        await driven.press("enter")
        shown = driven.text()
        assert not set("\u200d\ufe0f\U0001f3fd") & set(shown)
        assert "👨👩👧" in shown
        await driven.press("y", "m")
        assert driven.app.clipboard == "ok 👍🏽 ❤️ 👨‍👩‍👧 1️⃣"


async def test_a_status_that_was_taken_back_at_once_is_not_told(monkeypatch: Patch) -> None:
    world = World()
    system = Author(AuthorKind.SYSTEM)
    last = world.messages[ANA][-1].created_at
    for minutes, words in ((1, RESOLVED), (2, REOPENED)):
        at = last + timedelta(minutes=minutes)
        world.add_message(ANA, words, at, system, kind=MessageKind.ACTIVITY)
    async with console(monkeypatch, world) as driven:
        await driven.press("enter")
        assert RESOLVED not in driven.text()
        assert REOPENED not in driven.text()
        at = last + timedelta(minutes=3)
        again = world.add_message(ANA, RESOLVED, at, system, kind=MessageKind.ACTIVITY)
        ended = world.put(replace(world.conversations[ANA], status=Status.RESOLVED))
        world.arrives(Update("message.created", conversation=ended, messages=(again,)))
        await driven.settle()
        assert driven.text().count(RESOLVED) == 1


async def rest(driven: Driven) -> None:
    await driven.pilot.pause(0.02)
    await driven.settle()


async def test_what_the_cursor_rests_on_is_loaded_once_and_opens_at_once(monkeypatch: Patch) -> None:
    monkeypatch.setattr(prefetching, "REST", 0.0)
    async with console(monkeypatch) as driven:
        await rest(driven)
        driven.world.calls.clear()
        await driven.press("j")
        await rest(driven)
        assert driven.world.called("messages") == [KENJI]
        assert driven.world.called("read") == []
        driven.world.hold()
        driven.world.calls.clear()
        await driven.pilot.press("enter")
        assert driven.inbox.reading.shown
        assert driven.world.called("messages") == []
        driven.world.release()


@pytest.mark.parametrize("why", ["offline", "slow", "moving"])
async def test_nothing_is_loaded_ahead_where_that_would_be_in_the_way(monkeypatch: Patch, why: str) -> None:
    monkeypatch.setattr(prefetching, "REST", 30.0 if why == "moving" else 0.0)
    async with console(monkeypatch) as driven:
        await rest(driven)
        driven.world.calls.clear()
        if why == "offline":
            driven.world.offline()
            await driven.settle()
        driven.inbox.desk.threads.quick = why != "slow"
        await driven.press("j", "j")
        await rest(driven)
        assert driven.world.called("messages") == []


async def test_moving_on_gives_up_what_was_being_loaded(monkeypatch: Patch) -> None:
    monkeypatch.setattr(prefetching, "REST", 0.0)
    async with console(monkeypatch) as driven:
        driven.world.hold()
        for _ in range(3):
            await driven.pilot.press("j")
            await driven.pilot.pause(0.02)
        running = [each for each in driven.app.workers if each.group == "prefetch" and each.is_running]
        assert len(running) == 1
        driven.world.release()


async def test_an_error_in_a_pane_says_what_helps(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.refuse("messages", Offline(driven.world.server))
        await driven.press("j", "enter")
        await driven.settle()
        assert "✗" in driven.text()
        assert "F5 try again" in driven.text()
