"""Narrowing the inbox in the filter language, by the keyboard."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from deskterm.client.answers import Update
from deskterm.protocol.records import Kind, Status
from tests.screens.console import Driven, console
from tests.screens.world import CONTACTS, DANA, World, cid, make

Patch = pytest.MonkeyPatch


def numbers(driven: Driven) -> set[int]:
    return {each.number for each in driven.inbox.listing.rows}


def typed(text: str) -> list[str]:
    return ["space" if each == " " else each for each in text]


async def test_a_filter_is_completed_applied_shown_and_taken_away(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        everything = numbers(driven)
        await driven.press("/", *typed("pri"), "tab", *typed("ur"))
        assert "priority:urgent" in driven.text()
        await driven.press("tab", "enter")
        assert driven.inbox.listing.filter.q == "priority:urgent"
        assert len(numbers(driven)) == 1
        assert "Mine · priority:urgent" in driven.text()
        await driven.press("/", *typed("tag:absent"), "enter")
        assert driven.inbox.listing.filter.q == "priority:urgent tag:absent"
        assert "Nothing for priority:urgent tag:absent." in driven.text()
        await driven.press("escape")
        assert numbers(driven) == everything


async def test_a_heading_counts_only_the_statuses_that_the_filter_names(monkeypatch: Patch) -> None:
    world = World(DANA)
    world.page = 50
    for number in range(60):
        make(world, 100 + number, CONTACTS["tom"], "One of many", 4000 + number)
    rows = [each for each in world.conversations.values() if each.kind is Kind.SUPPORT]
    met = sum(each.status in (Status.OPEN, Status.PENDING) for each in rows)
    async with console(monkeypatch, world) as driven:
        await driven.press("/", *typed("-status:closed,resolved,snoozed"), "enter")
        assert f"50 of {met}" in driven.text()


async def test_a_mistake_is_shown_under_its_character_and_nothing_is_applied(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("/", *typed("tag:a status:opne"), "enter")
        assert "^" in driven.text()
        assert "“status” is one of open, pending" in driven.text()
        assert driven.inbox.listing.filter.q is None
        await driven.press("escape")
        assert not driven.inbox.listing.filtered


async def test_a_filter_asks_instead_of_the_view_where_both_name_a_field(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        await driven.press("/", *typed("status:resolved"), "enter")
        assert driven.inbox.listing.filter.status == ()
        await driven.press("/", *typed("assignee:nobody-such"), "enter")
        assert "nobody here is called" in driven.text()
        await driven.press("escape", "escape", "/", *typed("assignee:"), "down", "enter", "enter")
        assert driven.inbox.listing.filter.q == "assignee:me"


async def test_rows_come_and_go_at_once_under_a_filter(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        await driven.press("/", *typed("tag:late"), "enter")
        assert numbers(driven) == set()
        for tags in (("late",), ()):
            changed = driven.world.put(replace(driven.world.conversations[cid(4821)], tags=tags))
            driven.world.arrives(Update("conversation.updated", conversation=changed))
            await driven.settle()
            assert numbers(driven) == ({4821} if tags else set())


async def test_short_pages_are_fetched_on_and_it_is_said_that_it_searches(monkeypatch: Patch) -> None:
    world = World(DANA)
    async with console(monkeypatch, world) as driven:
        world.scan = 1
        await driven.press("/", *typed("priority:urgent"), "enter")
        assert numbers(driven) == {4815}
        assert len([each for each in world.called("conversations") if each.q == "priority:urgent"]) > 5
        assert "searching…" not in driven.text()

        gate, answer = asyncio.Event(), world._answer

        async def the_second_waits(call: str, given: Any) -> None:
            await answer(call, given)
            if call == "conversations" and len(world.called(call)) > before + 1:
                await gate.wait()

        before = len(world.called("conversations"))
        monkeypatch.setattr(world, "_answer", the_second_waits)
        await driven.pilot.press("/", *typed(" tag:none-such"), "enter")
        while "Searching…" not in driven.text():
            await driven.pilot.pause()
        await driven.pilot.press("escape")  # nothing is frozen while it is looked for
        gate.set()
        await driven.settle()
        assert driven.inbox.listing.filter.q is None
        assert "earching…" not in driven.text()
