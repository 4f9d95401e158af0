"""What takes a change back, for every change."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import pytest

from deskterm.client.answers import ConversationPatch
from deskterm.protocol.records import Conversation, Priority, Status
from deskterm.protocol.states import allowed
from deskterm.screens.inbox.changes import inverse, said
from tests.screens.world import MIKE, NOW, World, cid

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def conversation() -> Conversation:
    return World().conversations[cid(4821)]


MOVES = [(before, after) for before, after in product(Status, Status) if after in allowed(before)]


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_every_legal_move_has_a_legal_way_back(
    conversation: Conversation, before: Status, after: Status
) -> None:
    until = TOMORROW if before is Status.SNOOZED else None
    stood = replace(conversation, status=before, snoozed_until=until)
    patch: ConversationPatch = {"status": after.value}
    back = inverse(stood, patch)
    reached = [Status(each["status"]) for each in back]
    for here, there in pairwise([after, *reached]):
        assert there in allowed(here)
    assert reached[-1] is before
    if before is Status.SNOOZED:
        assert back[-1]["snoozed_until"] == TOMORROW


def test_a_longer_snooze_goes_back_to_the_shorter_one(conversation: Conversation) -> None:
    stood = replace(conversation, status=Status.SNOOZED, snoozed_until=NOW + timedelta(hours=1))
    back = inverse(stood, {"status": "snoozed", "snoozed_until": TOMORROW})
    assert back == ({"status": "snoozed", "snoozed_until": NOW + timedelta(hours=1)},)


@pytest.mark.parametrize("priority", Priority)
def test_priority(conversation: Conversation, priority: Priority) -> None:
    stood = replace(conversation, priority=priority)
    assert inverse(stood, {"priority": "low"}) == ({"priority": priority},)


def test_assignee(conversation: Conversation) -> None:
    assert inverse(conversation, {"assignee_id": MIKE.id}) == ({"assignee_id": "m-sarah"},)
    assert inverse(replace(conversation, assignee=None), {"assignee_id": MIKE.id}) == ({"assignee_id": None},)


def test_only_tags_that_differ_come_back(conversation: Conversation) -> None:
    patch: ConversationPatch = {"add_tags": ["vip", "login"], "remove_tags": ["sso", "gone"]}
    assert inverse(conversation, patch) == ({"remove_tags": ["vip"], "add_tags": ["sso"]},)


def test_escalation_comes_back_with_its_reason(conversation: Conversation) -> None:
    assert inverse(conversation, {"escalated": True, "escalated_reason": "vip"}) == ({"escalated": False},)
    stood = replace(conversation, escalated=True, escalated_reason="legal")
    assert inverse(stood, {"escalated": False}) == ({"escalated": True, "escalated_reason": "legal"},)


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ({"status": "resolved"}, "#4821 resolved"),
        ({"status": "open"}, "#4821 is open again"),
        ({"status": "snoozed", "snoozed_until": TOMORROW}, "#4821 snoozed until Sat 12:07"),
        ({"priority": "urgent"}, "#4821 has urgent priority"),
        ({"assignee_id": "m-mike"}, "#4821 assigned to Mike Chen"),
        ({"assignee_id": None}, "#4821 given back"),
        ({"escalated": True, "escalated_reason": "vip"}, "#4821 escalated"),
        ({"escalated": False}, "#4821 no longer escalated"),
        ({"add_tags": ["vip"], "remove_tags": ["sso"]}, "#4821 tags +vip −sso"),
    ],
)
def test_what_was_done_is_said_in_a_few_words(
    conversation: Conversation, patch: ConversationPatch, words: str
) -> None:
    assert said(conversation, patch, {MIKE.id: MIKE.name}, NOW) == words
