"""Searching a conversation by keyboard: what is here, what is older, and what a customer finds."""

from typing import Any

import pytest

from deskterm.client.answers import Page
from deskterm.client.errors import Offline
from deskterm.commands.model import Context
from deskterm.protocol.records import Author, AuthorKind, Message, Visibility
from deskterm.screens.conversation import thread_search
from tests.screens.console import Driven, console
from tests.screens.world import MIKE, FakeApi, World, ago, cid

ANA = cid(4821)
CUSTOMER = Author(AuthorKind.CONTACT, "c-ana", "Ana Souza")
Patch = pytest.MonkeyPatch


def long_talk(count: int = 400) -> World:
    """Ana has written that much before what is there; the tenth message and the last ones name a teapot."""
    world = World()
    here = world.messages.pop(ANA)
    for number in range(count):
        words = "my teapot is broken" if number == 10 else f"message {number}"
        world.add_message(ANA, words, ago(3000 - number), CUSTOMER)
    for each in here:
        note = each.visibility
        world.add_message(ANA, each.body, each.created_at, each.author, note)
    return world


async def paged(api: FakeApi, conversation_id: str, **asked: Any) -> Page[Message]:
    """Pages as the server gives them."""
    await api.world._answer("messages", asked)
    every = api.world.messages[conversation_id]
    ids = [each.id for each in every]
    limit = asked["limit"]
    if around := asked.get("around"):
        first = max(ids.index(around) - limit // 2, 0)
        found = every[first : first + limit]
    elif after := asked.get("after"):
        first = ids.index(after) + 1
        found = every[first : first + limit]
    else:
        end = ids.index(asked["before"]) if asked.get("before") else len(ids)
        first = max(end - limit, 0)
        found = every[first:end]
    return Page(tuple(found), found[0].id if first and found else None)


@pytest.fixture(autouse=True)
def pages(monkeypatch: Patch) -> None:
    monkeypatch.setattr(FakeApi, "messages", paged)
    monkeypatch.setattr(thread_search, "REST", 0.0)


async def look_for(driven: Driven, words: str) -> None:
    if not driven.inbox.reading_mode:
        await driven.press("enter")
    await driven.press("slash", *("space" if each == " " else each for each in words))


def pointed(driven: Driven) -> str:
    message = driven.inbox.thread.pointed
    return message.body if message else ""


async def test_matches_are_counted_from_the_newest_and_gone_to_one_after_the_other(
    monkeypatch: Patch,
) -> None:
    async with console(monkeypatch) as driven:
        await look_for(driven, "the")
        assert "1 of 2" in driven.text()
        assert pointed(driven).startswith("looks like the SSO")  # a note is found, too
        await driven.press("up")
        assert "2 of 2" in driven.text()
        assert pointed(driven).startswith("Since this morning")
        await driven.press("enter")
        assert pointed(driven).startswith("looks like")  # round it goes
        await driven.press("down")
        assert pointed(driven).startswith("Since this morning")


async def test_what_is_not_loaded_is_read_and_gone_to(monkeypatch: Patch) -> None:
    async with console(monkeypatch, long_talk()) as driven:
        await look_for(driven, "TEAPOT")
        await driven.settle()
        assert "1 of 1" in driven.text()
        assert pointed(driven) == "my teapot is broken"
        assert "▌my teapot is broken" in driven.text()
        assert len(driven.inbox.thread.messages) <= 200
        await driven.press("escape")
        assert driven.inbox.context is Context.THREAD
        assert "▌my teapot is broken" in driven.text()  # the place stays
        await driven.press("G")
        await driven.settle()
        assert "any news?" in driven.text()
        assert driven.inbox.thread.at_end


async def test_leaving_ends_the_reading_of_older_messages(monkeypatch: Patch) -> None:
    async with console(monkeypatch, long_talk()) as driven:
        await driven.press("enter")
        await driven.settle()
        driven.world.hold()
        await look_for(driven, "teapot")
        await driven.press("escape")
        asked = len(driven.world.called("messages"))
        driven.world.release()
        await driven.settle()
        assert len(driven.world.called("messages")) == asked
        assert pointed(driven) == ""


async def test_without_a_connection_it_says_how_far_it_looked(monkeypatch: Patch) -> None:
    async with console(monkeypatch, long_talk()) as driven:
        await driven.press("enter")
        driven.world.refuse("messages", Offline(driven.world.server))
        await look_for(driven, "teapot")
        await driven.settle()
        assert "nothing found · no connection" in driven.text()


async def test_a_message_that_comes_meanwhile_is_counted(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await look_for(driven, "the")
        driven.world.writes(ANA, "the end")
        await driven.settle()
        assert "of 3" in driven.text()


async def test_scrolling_through_a_long_conversation_keeps_the_place(monkeypatch: Patch) -> None:
    async with console(monkeypatch, long_talk(600)) as driven:
        await driven.press("enter")
        for _ in range(8):
            await driven.press("home")
            await driven.settle()
        first = driven.inbox.thread.messages[0]
        assert len(driven.inbox.thread.messages) == 200
        for _ in range(3):
            driven.inbox.thread.stream.scroll_end(animate=False)
            await driven.settle()
        shown = driven.inbox.thread.messages
        assert shown[0].seq > first.seq
        assert [each.seq for each in shown] == list(
            range(shown[0].seq, shown[-1].seq + 1)
        )  # no hole, no jump


async def test_the_cursor_reaches_what_is_before_the_messages_here(monkeypatch: Patch) -> None:
    async with console(monkeypatch, long_talk()) as driven:
        await driven.press("enter")
        for _ in range(60):
            await driven.pilot.press("{")
        await driven.settle()
        assert pointed(driven).startswith("message 3")


async def test_a_note_that_is_pointed_at_is_copied_but_never_quoted(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter", "{", "{", "y", "m")
        note = "looks like the SSO rollout — checking with #infra"
        assert driven.app.clipboard == note
        await driven.press("R")
        assert note not in driven.inbox.composer.text()
        assert "not quoted" in driven.said()
        await driven.press("{", "R")
        assert driven.inbox.composer.text().startswith("> Since this morning's update")


async def test_the_menu_of_a_message_shows_its_exact_time(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter", "{", "enter", *"det", "enter")
        assert "2026-11-20 12:04:00" in driven.text()
        assert "not yet by the desk" in driven.text() or "by the desk" in driven.text()
        await driven.press("escape")
        assert driven.inbox.context is Context.THREAD


async def test_what_is_written_elsewhere_while_far_up_is_counted_and_own_words_are_gone_to(
    monkeypatch: Patch,
) -> None:
    async with console(monkeypatch, long_talk()) as driven:
        await look_for(driven, "teapot")
        await driven.settle()
        await driven.press("escape")
        driven.world.writes(ANA, "still there?", Author(AuthorKind.AGENT, MIKE.id, MIKE.name))
        await driven.settle()
        assert "↓ 1 new (G)" in driven.text()
        await driven.press("r", "y", "e", "s", "ctrl+s")
        await driven.settle()
        assert driven.inbox.thread.messages[-1].visibility is Visibility.PUBLIC
        assert driven.inbox.thread.at_end
