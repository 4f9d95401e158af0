"""Tickets: made by the first customer message, following their conversation; and the customers' entrance."""

import pytest

from tests.contract.desk import Desk
from tests.contract.shapes import UNSEEN, Json


async def test_a_ticket_is_made_by_the_first_customer_message(desk: Desk) -> None:
    made = (await desk.bob.get("portal/conversation")).ok
    text = "é" * 900
    await desk.send(desk.bob, made["id"], text)
    ticket = (await desk.see(desk.dana, made["id"]))["ticket"]
    full = (await desk.dana.get(f"tickets/{ticket['id']}")).ok
    assert {name: full[name] for name in ticket} == ticket
    assert full["subject"] == "Support request from Bob Wilson"
    assert full["description"] == text[:500]
    assert (full["status"], full["priority"], full["assignee"]) == ("open", "normal", None)
    await desk.change(desk.dana, made["id"], status="resolved")
    assert (await desk.dana.get(f"tickets/{ticket['id']}")).ok["status"] == "resolved"
    await desk.send(desk.bob, made["id"], "Second")
    after = (await desk.see(desk.dana, made["id"]))["ticket"]
    assert (after["id"], after["status"]) == (ticket["id"], "open")
    assert (await desk.dana.get(f"tickets/{ticket['id']}")).ok["description"] == text[:500]


async def test_lists_and_one_show_the_same_ticket(desk: Desk) -> None:
    items = (await desk.dana.get("tickets")).ok["items"]
    assert len(items) == 3
    keys = set(items[0])
    assert keys >= {"id", "subject", "description", "status", "priority", "assignee", "rev", "created_at"}
    for each in items:
        assert set(each) == keys
        assert (await desk.dana.get(f"tickets/{each['id']}")).ok == each


async def test_status_assignee_and_priority_are_the_conversations(desk: Desk) -> None:
    one = await desk.numbered(1)
    path = f"tickets/{one['ticket']['id']}"
    (await desk.sarah.patch(path, {"status": "pending", "priority": "urgent"})).accepted()
    seen = await desk.numbered(1)
    assert (seen["status"], seen["priority"]) == ("pending", "urgent")
    (await desk.dana.patch(path, {"assignee_id": desk.mike.id})).accepted()
    assert (await desk.numbered(1))["assignee"]["id"] == desk.mike.id
    (await desk.sarah.get(path)).problem(404, "not_found")
    (await desk.sarah.patch(path, {"priority": "low"})).problem(404, "not_found")
    (await desk.mike.patch(path, {"assignee_id": desk.sarah.id})).problem(403, "forbidden")
    (await desk.mike.patch(path, {"status": "resolved"})).accepted()
    document = (await desk.mike.patch(path, {"status": "pending"})).problem(409, "illegal_transition")
    assert (document["status"], set(document["allowed"])) == ("resolved", {"closed", "open"})
    assert (await desk.mike.patch(path, {"assignee_id": None})).status == 204


async def test_subject_and_description_are_its_own(desk: Desk) -> None:
    one = await desk.numbered(1)
    path = f"tickets/{one['ticket']['id']}"
    after = (await desk.sarah.patch(path, {"subject": "Its own", "description": "Long\r\ntext"})).ok
    assert (after["subject"], after["description"]) == ("Its own", "Long\ntext")
    seen = await desk.numbered(1)
    assert seen["subject"] == one["subject"]
    assert seen["ticket"]["subject"] == "Its own"
    await desk.change(desk.sarah, one["id"], subject="The conversation's")
    assert (await desk.dana.get(path)).ok["subject"] == "Its own"


async def test_a_ticket_no_op_keeps_rev(desk: Desk) -> None:
    one = await desk.numbered(1)
    path = f"tickets/{one['ticket']['id']}"
    before = (await desk.sarah.get(path)).ok
    cursor = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    for body in (
        {},
        {"status": "open"},
        {"subject": before["subject"]},
        {"description": before["description"]},
    ):
        assert (await desk.sarah.patch(path, body)).ok == before
    assert (await desk.dana.get("sync/snapshot")).ok["cursor"] == cursor


@pytest.mark.parametrize(
    "body",
    [
        {"status": "done"}, {"subject": ""}, {"description": ""}, {"id": UNSEEN}, {"rev": 1}, {"number": 7},
        {"conversation_id": UNSEEN}, {"priority": 9}, {"assignee_id": "x"}, {"description": "x" * 100_000},
    ],
)  # fmt: skip
async def test_what_is_no_ticket_is_422(desk: Desk, body: Json) -> None:
    one = await desk.numbered(1)
    (await desk.sarah.patch(f"tickets/{one['ticket']['id']}", body)).problem(422, "invalid")
    (await desk.sarah.patch(f"tickets/{UNSEEN}", body)).problem(422, "invalid")


async def test_ticket_lists_take_the_same_filters(desk: Desk) -> None:
    async def subjects(**query: str) -> list[str]:
        return sorted(t["subject"] for t in (await desk.dana.get("tickets", **query)).ok["items"])

    assert await subjects(status="pending") == ["Support request from Alice Brown"]
    assert await subjects(assignee=desk.mike.id) == ["Support request from Jane Smith"]
    assert await subjects(priority="high,low") == [
        "Support request from Jane Smith",
        "Support request from John Doe",
    ]
    (await desk.dana.get("tickets", status="nonsense")).problem(422, "invalid")


async def test_the_entrance_is_the_active_conversation(desk: Desk) -> None:
    one = await desk.numbered(1)
    reply = await desk.john.get("portal/conversation")
    assert (reply.status, reply.ok["id"]) == (200, one["id"])
    first = await desk.bob.get("portal/conversation")
    assert first.status == 201
    again = await desk.bob.get("portal/conversation")
    assert (again.status, again.ok) == (200, first.ok)


async def test_the_entrance_leads_to_the_resolved_one_inside_its_window(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], status="resolved")
    desk.clock.advance(167 * 3600)
    john = await desk.sign_in("john")
    reply = await john.get("portal/conversation")
    assert (reply.status, reply.ok["id"], reply.ok["status"]) == (200, one["id"], "resolved")
    desk.clock.advance(2 * 3600)
    reply = await john.get("portal/conversation")
    assert reply.status == 201
    assert reply.ok["id"] != one["id"]
    assert (await john.get("portal/conversation")).ok["id"] == reply.ok["id"]


async def test_the_entrance_never_leads_to_a_closed_one(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], status="closed")
    reply = await desk.john.get("portal/conversation")
    assert reply.status == 201
    assert reply.ok["previous_id"] in (one["id"], None)
