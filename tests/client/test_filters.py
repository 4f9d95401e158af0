"""What belongs into a list, and in which order; the same as the server's lists."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from deskterm.client.replica.filters import Filter, Sort
from deskterm.protocol.records import Conversation, Kind, Persona, Priority, Source, Status
from tests.client.samples import SARAH, at, conversation


@pytest.mark.parametrize(
    ("wanted", "fields", "inside"),
    [
        (Filter(), {}, True),
        (Filter(), {"kind": Kind.DIRECT}, False),
        (Filter(kinds=(Kind.DIRECT, Kind.GROUP)), {"kind": Kind.DIRECT}, True),
        (Filter(), {"archived_at": at(1)}, False),
        (Filter(archived=True), {"archived_at": at(1)}, True),
        (Filter(archived=True), {}, False),
        (Filter(status=(Status.OPEN, Status.PENDING)), {"status": Status.PENDING}, True),
        (Filter(status=(Status.OPEN,)), {"status": Status.CLOSED}, False),
        (Filter(source=(Source.WIDGET,)), {}, False),
        (Filter(source=(Source.CUSTOMER,)), {}, True),
        (Filter(priority=(Priority.HIGH,)), {"priority": Priority.HIGH}, True),
        (Filter(priority=(Priority.HIGH,)), {}, False),
        (Filter(tag=("vip", "late")), {"tags": ("late",)}, True),
        (Filter(tag=("vip",)), {"tags": ("late",)}, False),
        (Filter(assignee=("me",)), {}, True),
        (Filter(assignee=("me",)), {"assignee": None}, False),
        (Filter(assignee=("none",)), {"assignee": None}, True),
        (Filter(assignee=("none", "me")), {}, True),
        (Filter(assignee=(SARAH.id,)), {}, True),
        (Filter(assignee=("member-mike",)), {}, False),
        (Filter(escalated=True), {"escalated": True}, True),
        (Filter(escalated=False), {"escalated": True}, False),
        (Filter(number=1), {}, True),
        (Filter(number=2), {}, False),
        (Filter(contact_id="contact-ana"), {}, True),
        (Filter(contact_id="contact-bob"), {}, False),
        (Filter(persona_id="p"), {"persona": Persona("p", "Mia")}, True),
        (Filter(persona_id="p"), {}, False),
        (Filter(status=(Status.OPEN,), tag=("vip",)), {}, False),
    ],
)
def test_what_belongs_into_a_list(wanted: Filter, fields: dict[str, Any], inside: bool) -> None:
    assert wanted.matches(conversation(**fields), SARAH.id) is inside


def test_nothing_is_mine_for_somebody_who_is_no_member() -> None:
    assert not Filter(assignee=("me",)).matches(conversation(), None)


def timed(index: int, field: str, moment: datetime | None) -> Conversation:
    fields: dict[str, Any] = {field: moment}
    return replace(conversation(index), **fields)


@pytest.mark.parametrize(
    ("sort", "field", "order"),
    [
        ("-last_message_at", "last_message_at", [2, 4, 3, 1]),
        ("-updated_at", "updated_at", [2, 4, 3, 1]),
        ("waiting_since", "waiting_since", [1, 3, 4, 2]),
        ("created_at", "created_at", [1, 3, 4, 2]),
    ],
)
def test_times_in_order_with_ties_by_id(sort: Sort, field: str, order: list[int]) -> None:
    moments = {1: at(1), 2: at(9), 3: at(5), 4: at(5)}
    rows = [timed(index, field, moment) for index, moment in moments.items()]
    assert [each.number for each in sorted(rows, key=Filter(sort=sort).position)] == order


@pytest.mark.parametrize(("sort", "field"), [("-last_message_at", "last_message_at"), ("waiting_since",) * 2])
def test_what_has_no_time_comes_last(sort: Sort, field: str) -> None:
    rows = [timed(1, field, None), timed(2, field, at(5))]
    assert [each.number for each in sorted(rows, key=Filter(sort=sort).position)] == [2, 1]


def test_priorities_first_then_the_last_message_then_the_id() -> None:
    high, low = Priority.HIGH, Priority.LOW
    rows = [
        conversation(1, priority=low, last_message_at=at(9)),
        conversation(2, priority=high, last_message_at=at(1)),
        conversation(3, priority=high, last_message_at=at(5)),
        conversation(4, priority=high, last_message_at=at(5)),
        conversation(5, priority=high, last_message_at=None),
    ]
    ordered = sorted(rows, key=Filter(sort="-priority").position)
    assert [each.number for each in ordered] == [4, 3, 2, 5, 1]
