"""The state table, every cell of it through REST: what is legal, what it does, what the refusal says."""

from itertools import product
from typing import Any

import pytest
from aiohttp import ClientSession

from deskterm.server.clock import ManualClock
from deskterm.server.desk.transitions import do_close_resolved, do_wake_snoozed
from deskterm.server.services import Services
from tests.server.desk.acting import (
    Json,
    assigned,
    call,
    do,
    get,
    new_id,
    note,
    patch,
    portal,
    refusal,
    send,
    thread,
)

STATUSES = ("open", "pending", "snoozed", "resolved", "closed")
#: From the table in words: what an agent may move to, itself left out.
LEGAL = {
    "open": ["pending", "snoozed", "resolved", "closed"],
    "pending": ["open", "snoozed", "resolved", "closed"],
    "snoozed": ["open", "pending", "resolved", "closed"],
    "resolved": ["open", "closed"],
    "closed": ["open"],
}
UNTIL, LATER = "2026-09-22T14:13:20.000Z", "2026-09-23T14:13:20.000Z"
HOUR = 3600.0


def asking(status: str, until: str = UNTIL) -> dict[str, Any]:
    """A patch that asks for a status."""
    return {"status": status, "snoozed_until": until} if status == "snoozed" else {"status": status}


async def standing(dana: ClientSession, john: ClientSession, sarah: ClientSession, status: str) -> str:
    """A conversation of John's, assigned to Sarah, that stands there."""
    conversation = await assigned(dana, john, sarah)
    if status != "open":
        await patch(sarah, conversation, **asking(status))
    return conversation


@pytest.mark.parametrize(("before", "wanted"), product(STATUSES, STATUSES))
async def test_every_move_of_an_agent(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, before: str, wanted: str
) -> None:
    conversation = await standing(dana, john, sarah, before)
    rev = (await get(sarah, conversation))["rev"]
    status, answer = await call(sarah, "PATCH", f"conversations/{conversation}", asking(wanted))
    if before == wanted:
        assert (status, answer["status"], answer["rev"]) == (200, before, rev), "a no-op keeps rev"
    elif wanted in LEGAL[before]:
        assert (status, answer["status"]) == (200, wanted)
        assert answer["rev"] > rev
        assert answer["snoozed_until"] == (UNTIL if wanted == "snoozed" else None)
        assert answer["ticket"]["status"] == wanted
        assert (answer["resolved_at"] is not None) == (
            wanted == "resolved" or (before, wanted) == ("resolved", "closed")
        )
    else:
        assert (status, answer["code"]) == (409, "illegal_transition")
        assert (answer["status"], answer["allowed"]) == (before, LEGAL[before])
        assert (await get(sarah, conversation))["rev"] == rev


@pytest.mark.parametrize("before", STATUSES)
async def test_an_agents_reply_in_every_state(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, before: str
) -> None:
    conversation = await standing(dana, john, sarah, before)
    body = {"id": new_id(), "body": "reply"}
    status, answer = await call(sarah, "POST", f"conversations/{conversation}/messages", body)
    if before in ("resolved", "closed"):
        assert (status, answer["code"], answer["status"]) == (409, "illegal_transition", before)
        assert answer["allowed"] == LEGAL[before]
    else:
        assert status == 201
        assert (await get(sarah, conversation))["status"] == before


@pytest.mark.parametrize("before", STATUSES)
async def test_a_note_is_legal_in_every_state_and_changes_none(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, before: str
) -> None:
    conversation = await standing(dana, john, sarah, before)
    waiting = (await get(sarah, conversation))["waiting_since"]
    await note(sarah, conversation, "for us")
    after = await get(sarah, conversation)
    assert (after["status"], after["waiting_since"], after["first_reply_at"]) == (before, waiting, None)


@pytest.mark.parametrize("before", STATUSES)
async def test_a_customers_message_in_every_state(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, before: str
) -> None:
    conversation = await standing(dana, john, sarah, before)
    message = await send(john, conversation, "again")
    where = await get(dana, message["conversation_id"])
    assert where["status"] == "open"
    assert where["waiting_since"] is not None
    assert (message["conversation_id"] == conversation) == (before != "closed")
    if before == "closed":
        assert where["previous_id"] == conversation
        assert (await get(dana, conversation))["next_id"] == where["id"]
    assert (where["snoozed_until"], where["resolved_at"], where["resolved_by"]) == (None, None, None)


async def test_reopening_clears_the_resolution_but_the_thread_remembers(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await standing(dana, john, sarah, "resolved")
    resolved = await get(sarah, conversation)
    assert resolved["resolved_by"]["name"] == "Sarah Johnson"
    assert resolved["waiting_since"] is None
    await send(john, conversation, "not yet")
    reopened = await get(sarah, conversation)
    assert (reopened["status"], reopened["resolved_at"], reopened["resolved_by"]) == ("open", None, None)
    lines = [each["body"] for each in await thread(sarah, conversation) if each["kind"] == "activity"]
    assert "Sarah Johnson resolved this conversation." in lines
    seen = [each["body"] for each in await thread(john, conversation) if each["kind"] == "activity"]
    assert seen == ["This conversation was marked as resolved.", "This conversation was opened again."]


async def test_outside_the_reopen_window_a_new_linked_conversation_starts(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock
) -> None:
    conversation = await standing(dana, john, sarah, "resolved")
    clock.advance(168 * HOUR)
    assert (await send(john, conversation, "in time"))["conversation_id"] == conversation
    await patch(dana, conversation, status="resolved")
    clock.advance(168 * HOUR + 1)
    message = await send(john, conversation, "too late")
    assert message["conversation_id"] != conversation
    assert (await get(dana, conversation))["status"] == "resolved"
    assert (await get(dana, conversation))["next_id"] == message["conversation_id"]
    assert await portal(john) == message["conversation_id"]


async def test_reopening_beside_an_active_one_names_it(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await standing(dana, john, sarah, "closed")
    newer = (await send(john, conversation, "again"))["conversation_id"]
    answer = await refusal(dana, "PATCH", f"conversations/{conversation}", {"status": "open"})
    assert (answer["http"], answer["code"], answer["conversation_id"]) == (409, "conflict", newer)


async def test_a_message_to_an_old_conversation_goes_to_the_active_one(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await standing(dana, john, sarah, "closed")
    newer = (await send(john, conversation, "again"))["conversation_id"]
    assert (await send(john, conversation, "and again"))["conversation_id"] == newer


async def test_a_close_is_taken_back_for_ten_minutes_by_who_closed_it(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock
) -> None:
    conversation = await standing(dana, john, sarah, "closed")
    clock.advance(599)
    assert (await patch(sarah, conversation, status="open"))["status"] == "open"
    await patch(sarah, conversation, status="closed")
    clock.advance(600)
    answer = await refusal(sarah, "PATCH", f"conversations/{conversation}", {"status": "open"})
    assert (answer["http"], answer["code"], answer["allowed"]) == (409, "illegal_transition", [])
    assert (await patch(dana, conversation, status="open"))["status"] == "open"


async def test_a_close_by_another_is_not_taken_back_by_staff(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await standing(dana, john, sarah, "open")
    await patch(dana, conversation, status="closed")
    answer = await refusal(sarah, "PATCH", f"conversations/{conversation}", {"status": "open"})
    assert (answer["code"], answer["allowed"]) == ("illegal_transition", [])


async def test_a_snooze_ends_on_time_with_an_event(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await standing(dana, john, sarah, "snoozed")
    kinds: list[str] = []
    services.db.on_commit(lambda events: kinds.extend(each.kind for each in events))
    clock.advance(24 * HOUR - 1)
    assert await services.db.write(do_wake_snoozed) == 0
    clock.advance(1)
    assert await services.db.write(do_wake_snoozed) == 1
    woken = await get(sarah, conversation)
    assert (woken["status"], woken["snoozed_until"], woken["unread"]) == ("open", None, 1)
    assert kinds == ["message.created", "conversation.updated"]
    assert await services.db.write(do_wake_snoozed) == 0


async def test_what_is_resolved_is_closed_after_seven_days(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await standing(dana, john, sarah, "resolved")
    clock.advance(7 * 24 * HOUR - 1)
    assert await services.db.write(do_close_resolved) == 0
    clock.advance(1)
    assert await services.db.write(do_close_resolved) == 1
    closed = await get(dana, conversation)
    assert closed["status"] == "closed"
    assert closed["resolved_by"]["name"] == "Sarah Johnson"
    refused = await refusal(sarah, "PATCH", f"conversations/{conversation}", {"status": "open"})
    assert refused["allowed"] == [], "nobody closed it, so only admins take it back"


async def test_a_time_to_snooze_until_snoozes_and_none_wakes(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    assert (await patch(sarah, conversation, snoozed_until=UNTIL))["status"] == "snoozed"
    later = await patch(sarah, conversation, snoozed_until=LATER)
    assert (later["status"], later["snoozed_until"]) == ("snoozed", LATER)
    assert (await get(john, conversation))["status"] == "open", "contacts never read snoozed"
    assert (await patch(sarah, conversation, snoozed_until=None))["status"] == "open"
    rev = (await get(sarah, conversation))["rev"]
    assert (await patch(sarah, conversation, snoozed_until=None))["rev"] == rev


@pytest.mark.parametrize(
    "body",
    [
        {"status": "snoozed"},
        {"status": "snoozed", "snoozed_until": None},
        {"status": "snoozed", "snoozed_until": "2026-09-21T14:13:20.000Z"},
        {"snoozed_until": "2020-01-01T00:00:00Z"},
        {"status": "open", "snoozed_until": UNTIL},
        {"status": None},
        {"priority": None},
        {"escalated": True},
        {"escalated_reason": "because"},
        {"escalated": False, "escalated_reason": "because"},
        {"status": "archived"},
        {"assignee": "me"},
    ],
)
async def test_what_is_wrong_by_itself_is_invalid_even_for_a_missing_conversation(
    sarah: ClientSession, body: Json
) -> None:
    answer = await refusal(sarah, "PATCH", f"conversations/{new_id()}", body)
    assert (answer["http"], answer["code"]) == (422, "invalid")


async def test_a_ticket_moves_with_its_conversation(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    ticket = (await get(sarah, conversation))["ticket"]["id"]
    moved = await do(sarah, "PATCH", f"tickets/{ticket}", {"status": "pending"})
    assert moved["status"] == "pending"
    assert (await get(sarah, conversation))["status"] == "pending"
