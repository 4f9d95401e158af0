"""Undo: several levels, and never over what somebody else has changed since."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deskterm.client.answers import ConversationPatch, Update
from deskterm.client.errors import ApiError
from deskterm.protocol.records import Assignee, Priority, Status
from deskterm.screens.inbox.undo import overtaken
from tests.screens.console import Driven, console
from tests.screens.world import DANA, MIKE, NOW, SARAH, World, cid

Patch = pytest.MonkeyPatch
FIRST = cid(4821)
NAMES = {"m-mike": "Mike Chen"}


def becomes(driven: Driven, **fields: Any) -> None:
    """Somebody else changes the first conversation."""
    changed = driven.world.put(replace(driven.world.conversations[FIRST], **fields))
    driven.world.arrives(Update("conversation.updated", conversation=changed))


async def test_three_changes_are_taken_back_one_by_one(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        before = driven.world.conversations[FIRST]
        await driven.press("p", "enter", "!", *"vip", "enter", "s", *"pend", "enter")
        await driven.press("u", "u", "u")
        after = driven.world.conversations[FIRST]
        assert (after.status, after.priority, after.escalated) == (before.status, before.priority, False)
        await driven.press("u")
        assert "Nothing to undo." in driven.text()


async def test_two_hits_at_once_take_two_back_in_order(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("p", "enter", "p", *"low", "enter")
        driven.world.hold()
        await driven.pilot.press("u", "u")
        driven.world.release()
        await driven.settle()
        backs = [patch["priority"] for _, patch in driven.world.called("patch")[2:]]
        assert backs == ["urgent", "high"]


async def test_what_a_colleague_set_since_is_left_alone_and_told(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("p", "enter")
        becomes(driven, priority=Priority.LOW)
        await driven.press("u")
        assert driven.world.conversations[FIRST].priority is Priority.LOW
        assert "low priority by now" in driven.text()
        assert "u takes it back" not in driven.text()


async def test_another_change_does_not_stand_in_the_way(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("p", "enter")
        driven.world.writes(FIRST, "still there?")
        becomes(driven, tags=("vip",))
        await driven.press("u")
        assert driven.world.conversations[FIRST].priority is Priority.HIGH


async def test_a_change_on_its_way_here_is_seen_by_the_server(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("p", "enter")
        low = replace(driven.world.conversations[FIRST], priority=Priority.LOW)
        driven.world.put(low)  # no news of it yet
        driven.world.refuse("patch", ApiError("stale", 409, "It has changed since."))
        await driven.press("u")
        assert len(driven.world.called("patch")) == 2
        assert "low priority by now" in driven.text()
        assert "u takes it back" not in driven.text()


async def test_without_a_connection_it_waits(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("p", "enter")
        driven.world.offline()
        await driven.press("u")
        assert len(driven.world.called("patch")) == 1
        driven.world.back(0)
        await driven.press("u")
        assert driven.world.conversations[FIRST].priority is Priority.HIGH


async def test_giving_back_what_is_then_out_of_sight_asks_before(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("A")
        assert "Give #4821 back?" in driven.text()
        await driven.press("escape")
        assert not driven.world.called("patch")


async def test_an_admin_gives_back_and_takes_that_back(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        await driven.press("a", *"mike", "enter", "u")
        assert driven.world.conversations[FIRST].assignee == Assignee(SARAH.id, SARAH.name, SARAH.presence)


@pytest.mark.parametrize(
    ("now", "did", "since"),
    [
        ({}, {"priority": "high"}, None),
        ({"priority": Priority.LOW}, {"priority": "high"}, "it has low priority by now"),
        ({"status": Status.PENDING}, {"status": "resolved"}, "it is pending by now"),
        ({"status": Status.RESOLVED}, {"status": "resolved"}, None),
        ({"status": Status.OPEN}, {"status": "snoozed", "snoozed_until": NOW}, "it is open by now"),
        (
            {"status": Status.SNOOZED, "snoozed_until": NOW + timedelta(hours=1)},
            {"status": "snoozed", "snoozed_until": NOW},
            "it is snoozed until 13:07 by now",
        ),
        ({"status": Status.SNOOZED, "snoozed_until": NOW}, {"snoozed_until": NOW}, None),
        ({"assignee": None}, {"assignee_id": "m-mike"}, "nobody has it by now"),
        (
            {"assignee": Assignee(MIKE.id, "Mike Chen", MIKE.presence)},
            {"assignee_id": None},
            "Mike Chen has it by now",
        ),
        ({"assignee": None}, {"assignee_id": None}, None),
        ({"tags": ("a",)}, {"add_tags": ["a", "b"]}, "somebody removed the tag b"),
        ({"tags": ("a", "z")}, {"add_tags": ["a"]}, None),
        ({"tags": ("a",)}, {"remove_tags": ["a"]}, "somebody added the tag a again"),
        ({"escalated": False}, {"escalated": True}, "it is no longer escalated"),
        ({"escalated": True}, {"escalated": False}, "it is escalated by now"),
    ],
)
def test_what_counts_as_changed_since(now: dict[str, Any], did: ConversationPatch, since: str | None) -> None:
    conversation = replace(World(SARAH).conversations[FIRST], **now)
    assert overtaken(conversation, did, NAMES, NOW) == since


@pytest.mark.parametrize(
    "keys",
    [
        ("p", "enter"),
        ("t", *"vip,", "enter"),
        ("s", *"pend", "enter"),
        ("e",),
        ("z", "enter"),
        ("!", *"vip", "enter"),
        ("a", *"mike", "enter"),
        ("A",),
        ("n", *"hm", "ctrl+s", "escape"),
    ],
    ids=lambda keys: keys[0],
)
async def test_every_verb_says_that_it_can_be_taken_back_and_can(
    keys: tuple[str, ...], monkeypatch: Patch
) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        before = driven.world.conversations[FIRST]
        await driven.press(*keys)
        assert "u takes it back" in driven.text()
        await driven.press("u")
        assert "Taken back:" in driven.text()
        after = driven.world.conversations[FIRST]
        kept = ("status", "priority", "assignee", "tags", "escalated")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
