"""Changing a conversation: each field, no-ops, `if_rev`, assignment and what then is out of sight."""

import asyncio

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.shapes import UNSEEN, Json


async def patch(who: Person, each: Json, **fields: object):  # type: ignore[no-untyped-def]
    return await who.patch(f"conversations/{each['id']}", fields)


async def head(desk: Desk) -> str:
    """Where the log stands."""
    cursor: str = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    return cursor


async def test_each_field_and_only_it_changes(desk: Desk) -> None:
    before = await desk.numbered(1)
    for fields, seen in (
        ({"subject": "  New\nsubject "}, {"subject": "New subject"}),
        ({"priority": "urgent"}, {"priority": "urgent", "ticket": before["ticket"] | {"priority": "urgent"}}),
        ({"add_tags": ["VIP", "vip", "Äpfel"]}, {"tags": ["billing", "export", "vip", "äpfel"]}),
        ({"remove_tags": ["VIP", "äpfel", "unknown"]}, {"tags": ["billing", "export"]}),
    ):
        after = await desk.change(desk.sarah, before["id"], **fields)
        changed = {name for name in after if after[name] != before[name]}
        assert changed <= set(seen) | {"rev", "updated_at"}, changed
        for name, value in seen.items():
            assert after[name] == value, name
        assert after["rev"] > before["rev"]
        before = after


@pytest.mark.parametrize(
    "fields",
    [
        {"priority": "high"}, {"subject": "Invoice export stops halfway"}, {"add_tags": ["Billing"]},
        {"remove_tags": ["none"]}, {"add_tags": []}, {"status": "open"}, {"escalated": False}, {},
        {"snoozed_until": None}, {"priority": "high", "status": "open", "add_tags": ["export", "billing"]},
    ],
)  # fmt: skip
async def test_what_is_there_already_is_a_no_op(desk: Desk, fields: Json) -> None:
    one, log = await desk.numbered(1), await head(desk)
    desk.clock.advance(60)
    reply = await patch(desk.sarah, one, **fields)
    assert reply.status == 200
    assert reply.ok == one
    assert await head(desk) == log


async def test_the_present_assignee_is_a_no_op(desk: Desk) -> None:
    one, log = await desk.numbered(1), await head(desk)
    assert await desk.change(desk.dana, one["id"], assignee_id=desk.sarah.id) == one
    assert await desk.change(desk.sarah, one["id"], assignee_id=desk.sarah.id) == one
    assert await head(desk) == log
    assert len((await desk.dana.get(f"conversations/{one['id']}/assignments")).ok["items"]) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "done"}, {"status": None}, {"priority": "p1"}, {"priority": 3}, {"priority": None},
        {"assignee_id": "me"}, {"assignee_id": 5}, {"subject": ""}, {"subject": "   "},
        {"subject": "x" * 5000},
        {"add_tags": "billing"}, {"add_tags": [""]}, {"add_tags": ["x" * 41]}, {"add_tags": [1]},
        {"add_tags": ["a"] * 501}, {"snoozed_until": "tomorrow"}, {"snoozed_until": "2026-09-21T00:00:00Z"},
        {"status": "snoozed"}, {"status": "snoozed", "snoozed_until": "2020-01-01T00:00:00Z"},
        {"escalated": True}, {"escalated": True, "escalated_reason": " "}, {"escalated": "perhaps"},
        {"if_rev": "x"}, {"number": 9}, {"tags": ["x"]}, {"unread": 0}, {"contact_id": UNSEEN},
        {"snoozed_until": "2026-12-01T00:00:00"}, {"snoozed_until": "9999-12-31T23:59:59-23:59"},
        {"snoozed_until": 1e300}, {"snoozed_until": "2026-12-01"}, {"if_rev": 1.5},
        {"snoozed_until": 1_900_000_000},
    ],
)  # fmt: skip
async def test_values_that_are_none_are_422_whether_or_not_it_exists(desk: Desk, fields: Json) -> None:
    one, log = await desk.numbered(1), await head(desk)
    (await patch(desk.sarah, one, **fields)).problem(422, "invalid")
    (await patch(desk.sarah, {"id": UNSEEN}, **fields)).problem(422, "invalid")
    assert await head(desk) == log


async def test_at_most_40_tags(desk: Desk) -> None:
    one = await desk.numbered(2)
    tags = [f"tag-{n:02}" for n in range(39)]
    full = await desk.change(desk.mike, one["id"], add_tags=tags)
    assert len(full["tags"]) == 40
    reply = await patch(desk.mike, one, add_tags=["one-more"])
    assert reply.status in (409, 422)
    assert await desk.see(desk.mike, one["id"]) == full
    swapped = await desk.change(desk.mike, one["id"], add_tags=["one-more"], remove_tags=["billing"])
    assert len(swapped["tags"]) == 40


async def test_if_rev_guards_a_change(desk: Desk) -> None:
    one = await desk.numbered(1)
    changed = await desk.change(desk.sarah, one["id"], priority="low", if_rev=one["rev"])
    (await patch(desk.sarah, one, priority="high", if_rev=one["rev"])).problem(409, "stale")
    (await patch(desk.mike, one, priority="high", if_rev=one["rev"])).problem(404, "not_found")
    assert await desk.see(desk.sarah, one["id"]) == changed


async def test_twenty_with_the_same_rev_change_it_once(desk: Desk) -> None:
    one = await desk.numbered(1)
    replies = await asyncio.gather(
        *(patch(desk.dana, one, subject=f"Subject {n}", if_rev=one["rev"]) for n in range(20))
    )
    assert sorted(each.status for each in replies) == [200] + [409] * 19


async def test_snoozing_by_the_time_alone_and_waking(desk: Desk) -> None:
    one = await desk.numbered(1)
    snoozed = await desk.change(desk.sarah, one["id"], snoozed_until="2026-10-01T12:00:00+02:00")
    assert (snoozed["status"], snoozed["snoozed_until"]) == ("snoozed", "2026-10-01T10:00:00.000Z")
    assert snoozed["ticket"]["status"] == "snoozed"
    later = await desk.change(
        desk.sarah, one["id"], status="snoozed", snoozed_until="2026-11-01T00:00:00.123Z"
    )
    assert later["snoozed_until"] == "2026-11-01T00:00:00.123Z"
    awake = await desk.change(desk.sarah, one["id"], snoozed_until=None)
    assert (awake["status"], awake["snoozed_until"]) == ("open", None)


async def test_escalating(desk: Desk) -> None:
    one = await desk.numbered(1)
    up = await desk.change(desk.sarah, one["id"], escalated=True, escalated_reason="Angry")
    assert (up["escalated"], up["escalated_reason"]) == (True, "Angry")
    assert up["escalated_at"] is not None
    down = await desk.change(desk.sarah, one["id"], escalated=False)
    assert (down["escalated"], down["escalated_reason"], down["escalated_at"]) == (False, None, None)


async def test_an_admin_assigns_anybody_who_can_work(desk: Desk) -> None:
    one = await desk.numbered(1)
    for id_, name in (
        (desk.mike.id, "Mike Chen"),
        (desk.dana.id, "Dana Whitfield"),
        (desk.sarah.id, "Sarah Johnson"),
    ):
        after = await desk.change(desk.dana, one["id"], assignee_id=id_)
        assert (after["assignee"]["id"], after["assignee"]["name"]) == (id_, name)
    cleared = await desk.change(desk.dana, one["id"], assignee_id=None)
    assert cleared["assignee"] is None
    assert cleared["agent_joined_at"] is None
    history = (await desk.dana.get(f"conversations/{one['id']}/assignments")).ok["items"]
    assert len(history) == 5


async def test_who_cannot_work_is_never_an_assignee(desk: Desk) -> None:
    one = await desk.numbered(1)
    persona = one["persona"]["id"]
    johns = desk.john.me["member"]["id"]
    answers = set()
    for id_ in (UNSEEN, desk.john.id, persona, desk.nora.id, desk.sarah.me["user"]["id"]):
        reply = await patch(desk.dana, one, assignee_id=id_)
        assert reply.status in (404, 422)
        answers.add(reply.raw)
    assert (await patch(desk.dana, one, assignee_id=johns)).status in (404, 422)
    assert len(answers) == 1, "a foreign and a missing member are told apart"
    (await desk.dana.patch(f"members/{desk.mike.id}", {"disabled": True})).accepted()
    assert (await patch(desk.dana, one, assignee_id=desk.mike.id)).status in (404, 422)
    assert await desk.numbered(1) == one


async def test_staff_assign_only_themselves_and_only_what_is_nobodys(desk: Desk) -> None:
    await desk.settings(staff_sees="all")
    one, two = await desk.numbered(1), await desk.numbered(2)
    (await patch(desk.sarah, one, assignee_id=desk.mike.id)).problem(403, "forbidden")
    (await patch(desk.sarah, two, assignee_id=desk.sarah.id)).problem(403, "forbidden")
    (await patch(desk.sarah, two, assignee_id=None)).problem(403, "forbidden")
    await desk.change(desk.dana, two["id"], assignee_id=None)
    (await patch(desk.sarah, two, assignee_id=desk.mike.id)).problem(403, "forbidden")
    mine = await desk.change(desk.sarah, two["id"], assignee_id=desk.sarah.id)
    assert mine["assignee"]["id"] == desk.sarah.id
    back = await desk.change(desk.sarah, two["id"], assignee_id=None)
    assert back["assignee"] is None
    await desk.settings(staff_may_claim=False, staff_may_return=False)
    (await patch(desk.sarah, two, assignee_id=desk.sarah.id)).problem(403, "forbidden")
    (await patch(desk.sarah, one, assignee_id=None)).problem(403, "forbidden")
    assert (await desk.numbered(1))["assignee"]["id"] == desk.sarah.id


async def test_a_refused_change_changes_nothing_of_the_rest(desk: Desk) -> None:
    one, log = await desk.numbered(1), await head(desk)
    (await patch(desk.sarah, one, subject="New", assignee_id=desk.mike.id)).problem(403, "forbidden")
    await desk.change(desk.dana, one["id"], status="resolved")
    resolved = await desk.numbered(1)
    (await patch(desk.sarah, one, subject="New", status="pending")).problem(409, "illegal_transition")
    assert await desk.numbered(1) == resolved
    assert log != await head(desk)


async def test_returning_it_takes_it_out_of_sight(desk: Desk) -> None:
    one = await desk.numbered(1)
    reply = await patch(desk.sarah, one, assignee_id=None, priority="low")
    assert (reply.status, reply.raw) == (204, b"")
    missing = await desk.sarah.get(f"conversations/{UNSEEN}")
    gone = await desk.sarah.get(f"conversations/{one['id']}")
    assert (gone.status, gone.raw) == (404, missing.raw)
    (await patch(desk.sarah, one, priority="high")).problem(404, "not_found")
    seen = await desk.numbered(1)
    assert (seen["assignee"], seen["priority"]) == (None, "low")


async def test_two_claim_at_once_and_one_wins(desk: Desk) -> None:
    await desk.settings(staff_sees="unassigned")
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=None)
    replies = await asyncio.gather(
        *(patch(who, one, assignee_id=who.id) for who in (desk.sarah, desk.mike) for _ in range(10))
    )
    by = {who.id: [r.status for r in replies[at : at + 10]] for who, at in ((desk.sarah, 0), (desk.mike, 10))}
    winner = (await desk.numbered(1))["assignee"]["id"]
    assert by.pop(winner) == [200] * 10
    assert next(iter(by.values())) == [404] * 10
    history = (await desk.dana.get(f"conversations/{one['id']}/assignments")).ok["items"]
    assert len(history) == 3


async def test_the_history_of_assignments(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    await desk.change(desk.mike, one["id"], subject="Mine")
    page = (await desk.dana.get(f"conversations/{one['id']}/assignments", limit=1)).ok
    assert set(page) == {"items", "next_cursor"}
    newest = page["items"][0]
    text = str(newest)
    assert desk.mike.id in text
    assert desk.dana.id in text
    assert newest["reason"] == "manual"
    rest = await desk.dana.get(f"conversations/{one['id']}/assignments", cursor=page["next_cursor"])
    assert len(rest.ok["items"]) == 1
    (await desk.nora.get(f"conversations/{one['id']}/assignments")).problem(404, "not_found")


async def test_joining_is_the_present_assignees_first_reply(desk: Desk) -> None:
    one = await desk.numbered(1)
    assert one["agent_joined_at"] is not None
    moved = await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    assert moved["agent_joined_at"] is None
    assert moved["first_reply_at"] == one["first_reply_at"]
    await desk.note(desk.mike, one["id"], "Hm")
    await desk.send(desk.dana, one["id"], "An admin helps")
    assert (await desk.numbered(1))["agent_joined_at"] is None
    desk.clock.advance(5)
    sent = await desk.send(desk.mike, one["id"], "I am here")
    assert (await desk.numbered(1))["agent_joined_at"] == sent["created_at"]


async def test_only_agents_change_conversations(desk: Desk) -> None:
    one = await desk.numbered(1)
    (await patch(desk.john, one, status="closed")).problem(403, "forbidden")
    (await patch(desk.john, {"id": UNSEEN}, status="closed")).problem(403, "forbidden")
