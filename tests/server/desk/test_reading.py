"""Unread marks, the waiting clock, and what contacts can and cannot read."""

import json

import pytest
from aiohttp import ClientSession

from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from deskterm.server.storage.database import Audience, Event
from tests.server.desk.acting import (
    assigned,
    do,
    get,
    member_id,
    new_id,
    note,
    patch,
    portal,
    read,
    refusal,
    send,
    settings,
    thread,
)
from tests.server.desk.rows import add_conversation, add_persona

SECRETS = ("canary-note", "canary-tag", "canary-reason", "canary-meta", "Sarah", "Whitfield", "@designpi")
CONTACTS_KEYS = {
    "id",
    "number",
    "kind",
    "status",
    "subject",
    "persona",
    "participants",
    "unread",
    "preview",
    "previous_id",
    "next_id",
    "agent_read_seq",
    "created_at",
    "updated_at",
    "last_message_at",
    "rev",
}


async def test_23_staff_reading_marks_read_and_an_admin_looking_does_not(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    last = await send(john, conversation, "and more")
    await thread(sarah, conversation)
    assert (await get(sarah, conversation))["unread"] == 2, "fetching marks nothing"
    rev = (await get(dana, conversation))["rev"]
    looked = await read(dana, conversation, last["seq"])
    assert looked == {"conversation_id": conversation, "seq": 0, "unread": 2}
    assert (await get(dana, conversation))["rev"] == rev
    first = (await thread(sarah, conversation))[0]["seq"]
    assert (await read(sarah, conversation, first))["unread"] == 1
    marked = await read(sarah, conversation, last["seq"])
    assert marked == {"conversation_id": conversation, "seq": last["seq"], "unread": 0}
    assert await read(sarah, conversation, first) == marked, "a cursor never moves back"
    for who in (dana, sarah):
        assert (await get(who, conversation))["unread"] == 0, "the desk has one cursor"
        assert (await get(who, conversation))["agent_read_seq"] == last["seq"]


async def test_23_an_admin_who_is_the_assignee_marks_read(dana: ClientSession, john: ClientSession) -> None:
    conversation = await assigned(dana, john, dana)
    seq = (await thread(dana, conversation))[0]["seq"]
    assert (await read(dana, conversation, seq))["unread"] == 0


async def test_a_public_reply_marks_read_and_a_note_does_not(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    await note(sarah, conversation, "thinking")
    assert (await get(sarah, conversation))["unread"] == 1
    await send(sarah, conversation, "hi")
    assert (await get(sarah, conversation))["unread"] == 0


async def test_a_contacts_own_cursor(dana: ClientSession, sarah: ClientSession, john: ClientSession) -> None:
    conversation = await assigned(dana, john, sarah)
    first = await send(sarah, conversation, "one")
    await send(john, conversation, "mine do not count")
    last = await send(sarah, conversation, "two")
    await note(sarah, conversation, "nor do notes")
    await patch(sarah, conversation, status="resolved")
    assert (await get(john, conversation))["unread"] == 2
    assert (await read(john, conversation, first["seq"]))["unread"] == 1
    assert (await read(john, conversation, 2**53))["unread"] == 0
    await patch(sarah, conversation, status="open")
    await send(sarah, conversation, "three")
    assert (await get(john, conversation))["unread"] == 1, "nobody reads ahead"
    assert (await get(sarah, conversation))["contact_read_seq"] > last["seq"]


async def test_everybody_reads_a_room_for_themselves(
    dana: ClientSession, john: ClientSession, jane: ClientSession, services: Services
) -> None:
    people = [("contact", (await do(who, "GET", "me"))["contact"]["id"]) for who in (john, jane)]
    room = await add_conversation(services, "group", *people)
    sent = await send(john, room, "hello all")
    await send(jane, room, "hello")
    for who, wanted in ((john, 1), (jane, 1), (dana, 2)):
        assert (await get(who, room))["unread"] == wanted
    assert (await read(dana, room, sent["seq"]))["unread"] == 1
    assert (await read(jane, room, sent["seq"]))["unread"] == 0
    assert (await get(john, room))["unread"] == 1, "others' cursors are not mine"
    assert {each["name"] for each in (await get(john, room))["participants"]} == {"John Doe", "Jane Smith"}


async def test_19_what_moves_the_waiting_clock(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock
) -> None:
    conversation = await assigned(dana, john, sarah)
    since = (await get(sarah, conversation))["waiting_since"]
    assert since is not None
    clock.advance(60)
    await send(john, conversation, "still there?")
    await note(sarah, conversation, "looking")
    await patch(sarah, conversation, status="pending", priority="high")
    assert (await get(sarah, conversation))["waiting_since"] == since
    await send(sarah, conversation, "here")
    assert (await get(sarah, conversation))["waiting_since"] is None
    await send(john, conversation, "thanks")
    assert (await get(sarah, conversation))["waiting_since"] == "2026-09-21T14:14:20.000Z"
    await patch(sarah, conversation, status="resolved")
    assert (await get(sarah, conversation))["waiting_since"] is None


async def test_contacts_get_exactly_their_keys(dana: ClientSession, john: ClientSession) -> None:
    conversation = await portal(john)
    await send(dana, conversation, "hi")
    assert set(await get(john, conversation)) == CONTACTS_KEYS
    assert set((await do(john, "GET", "conversations"))["items"][0]) == CONTACTS_KEYS


async def test_nothing_that_agents_do_among_themselves_moves_what_contacts_see(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await assigned(dana, john, sarah)
    before = await get(john, conversation)
    events: list[Event] = []
    services.db.on_commit(events.extend)
    clock.advance(60)
    await note(sarah, conversation, "canary-note")
    fields = {"priority": "high", "add_tags": ["canary-tag"]}
    await patch(sarah, conversation, **fields, escalated=True, escalated_reason="canary-reason")
    await patch(sarah, conversation, snoozed_until="2026-10-01T00:00:00Z")
    await patch(sarah, conversation, assignee_id=None)
    assert await get(john, conversation) == before
    assert {Audience(each.audience) for each in events} == {Audience.AGENTS_OF_CONVERSATION, Audience.MEMBER}
    await patch(dana, conversation, status="pending")
    assert Audience(events[-1].audience) is Audience.CONVERSATION
    assert (await get(john, conversation))["rev"] > before["rev"]


async def test_6_a_customers_bytes_hold_no_secret(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    await add_persona(services, "Support", support=True)
    mia = await add_persona(services, "Mia", await member_id(sarah))
    conversation = await assigned(dana, john, sarah)
    hidden = await note(sarah, conversation, "canary-note")
    await send(sarah, conversation, "reply")
    await send(sarah, conversation, "as Mia", persona_id=mia)
    await patch(
        sarah, conversation, add_tags=["canary-tag"], escalated=True, escalated_reason="canary-reason"
    )
    await patch(sarah, conversation, status="resolved")
    contact = (await do(john, "GET", "me"))["contact"]["id"]
    body = {"contact_id": contact, "metadata": {"x": "canary-meta"}, "body": "new"}
    second = await do(dana, "POST", "conversations", body)
    answers = [
        await do(john, "GET", path)
        for path in (
            f"conversations/{conversation}",
            f"conversations/{second['id']}",
            f"conversations/{conversation}/messages",
            f"conversations/{second['id']}/messages",
            "conversations",
            "portal/conversation",
        )
    ]
    answers.append(await refusal(john, "GET", f"messages/{hidden['id']}"))
    answers.append(await refusal(john, "GET", f"conversations/{conversation}/messages?after={hidden['id']}"))
    answers.append(await refusal(john, "PATCH", f"conversations/{conversation}", {"priority": "low"}))
    reused = {"id": hidden["id"], "body": "guess"}
    answers.append(await refusal(john, "POST", f"conversations/{conversation}/messages", reused))
    text = json.dumps(answers)
    for secret in (*SECRETS, await member_id(sarah), await member_id(dana)):
        assert secret not in text
    assert "as Mia" in text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "conversations/{id}", None),
        ("PATCH", "conversations/{id}", {"priority": "high"}),
        ("GET", "conversations/{id}/messages", None),
        ("POST", "conversations/{id}/messages", {"body": "hi"}),
        ("PUT", "conversations/{id}/read", {"seq": 1}),
        ("GET", "messages/{message}", None),
        ("PATCH", "messages/{message}", {"body": "changed"}),
        ("DELETE", "messages/{message}", None),
        ("GET", "tickets/{ticket}", None),
        ("PATCH", "tickets/{ticket}", {"subject": "changed"}),
    ],
)
async def test_2_foreign_invisible_and_missing_are_one_answer(
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    nora: ClientSession,
    method: str,
    path: str,
    body: dict[str, object] | None,
) -> None:
    conversation = await assigned(dana, john, sarah)
    ids = {
        "id": conversation,
        "message": (await thread(sarah, conversation))[0]["id"],
        "ticket": (await get(sarah, conversation))["ticket"]["id"],
    }
    before = await get(dana, conversation), await thread(dana, conversation)
    given = None if body is None else {**body, **({"id": new_id()} if method == "POST" else {})}
    for who in (mike, nora):
        invisible = await refusal(who, method, path.format(**ids), given)
        missing = await refusal(who, method, path.format(**dict.fromkeys(ids, new_id())), given)
        malformed = await refusal(who, method, path.format(**dict.fromkeys(ids, "42")), given)
        assert invisible == missing == malformed
        assert (invisible["http"], invisible["code"]) == (404, "not_found")
    assert (await get(dana, conversation), await thread(dana, conversation)) == before


@pytest.mark.parametrize("sees", ["assigned", "unassigned", "all"])
async def test_3_list_counts_and_single_fetch_agree(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, jane: ClientSession, sees: str
) -> None:
    await settings(dana, staff_sees=sees)
    mine, free = await assigned(dana, john, sarah), await portal(jane)
    await send(jane, free, "hello")
    danas = (await do(dana, "POST", "conversations", {"assignee_id": await member_id(dana)}))["id"]
    visible = {"assigned": {mine}, "unassigned": {mine, free}, "all": {mine, free, danas}}[sees]
    listed = await do(sarah, "GET", "conversations")
    assert {each["id"] for each in listed["items"]} == visible
    assert listed["counts"]["open"] == len(visible)
    tickets = (await do(sarah, "GET", "tickets"))["items"]
    assert {each["conversation_id"] for each in tickets} == visible - {danas}
    for each in (mine, free, danas):
        if each in visible:
            assert (await get(sarah, each))["id"] == each
        else:
            assert (await refusal(sarah, "GET", f"conversations/{each}"))["http"] == 404
