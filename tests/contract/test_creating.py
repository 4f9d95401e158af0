"""Opening conversations: the one that was active is closed and linked, and the new one takes over."""

import asyncio

from tests.contract.desk import Desk
from tests.contract.shapes import UNSEEN, Json


async def test_a_contact_opens_another(desk: Desk) -> None:
    one = await desk.numbered(1)
    reply = await desk.john.post("conversations", {"subject": "Another matter", "body": "Hi"})
    assert reply.status == 201
    made = reply.ok
    assert made["subject"] == "Another matter"
    assert (made["previous_id"], made["next_id"]) == (one["id"], None)
    assert made["status"] == "open"
    seen, old = await desk.see(desk.dana, made["id"]), await desk.see(desk.dana, one["id"])
    assert (old["status"], old["next_id"], old["ticket"]["status"]) == ("closed", made["id"], "closed")
    for field in ("assignee", "priority", "tags"):
        assert seen[field] == one[field], field
    assert (seen["source"], seen["kind"]) == ("customer", "support")
    assert seen["ticket"]["subject"] == "Support request from John Doe"
    assert seen["ticket"]["id"] != one["ticket"]["id"]
    assert seen["number"] > 3
    assert seen["waiting_since"] is not None
    assert seen["metadata"] == {}
    last = (await desk.thread(desk.dana, one["id"]))[-1]
    assert (last["kind"], last["author"]["kind"]) == ("activity", "system")
    assert [m["body"] for m in await desk.thread(desk.john, made["id"])][-1] == "Hi"


async def test_contacts_give_only_subject_body_and_message_id(desk: Desk) -> None:
    refused: list[Json] = [
        {"contact_id": desk.john.id}, {"contact_id": desk.jane.id}, {"priority": "urgent"},
        {"assignee_id": desk.sarah.id}, {"metadata": {}}, {"source": "api"}, {"status": "closed"},
    ]  # fmt: skip
    for extra in refused:
        reply = await desk.john.post("conversations", {"subject": "x"} | extra)
        assert reply.status in (403, 422), extra
    assert len(await desk.listed(desk.john)) == 1


async def test_an_empty_one_is_opened_without_ticket_or_clock(desk: Desk) -> None:
    made = (await desk.bob.post("conversations", {})).ok
    seen = await desk.see(desk.dana, made["id"])
    assert (seen["ticket"], seen["waiting_since"], seen["subject"]) == (None, None, seen["subject"])
    assert seen["previous_id"] is None
    assert seen["assignee"] is None


async def test_an_own_message_id_makes_it_once(desk: Desk) -> None:
    body = {"body": "Hi", "message_id": desk.new_id()}
    first = await desk.bob.post("conversations", body)
    again = await desk.bob.post("conversations", body)
    assert (first.status, again.status) == (201, 200)
    assert first.ok["id"] == again.ok["id"]
    assert len(await desk.listed(desk.bob)) == 1
    (await desk.bob.post("conversations", body | {"body": "Else"})).problem(409, "id_reused")
    (await desk.jane.post("conversations", body)).problem(409, "id_reused")
    (await desk.dana.post("conversations", body)).problem(409, "id_reused")


async def test_agents_open_for_a_contact(desk: Desk) -> None:
    body = {
        "contact_id": desk.bob.id, "subject": "Welcome", "body": "Hello Bob", "priority": "high",
        "assignee_id": desk.mike.id, "metadata": {"campaign": "autumn"},
    }  # fmt: skip
    reply = await desk.dana.post("conversations", body)
    assert reply.status == 201
    made = reply.ok
    assert made["contact"]["id"] == desk.bob.id
    assert (made["subject"], made["priority"]) == ("Welcome", "high")
    assert made["assignee"]["id"] == desk.mike.id
    assert made["metadata"] == {"campaign": "autumn", "admin_triggered": True}
    assert made["source"] in ("console", "api", "customer")
    assert made["ticket"] is None, "a ticket is made by the first customer message"
    assert made["waiting_since"] is None
    assert (await desk.see(desk.bob, made["id"]))["unread"] == 1
    await desk.send(desk.bob, made["id"], "Thank you")
    assert (await desk.see(desk.dana, made["id"]))["ticket"] is not None
    history = (await desk.dana.get(f"conversations/{made['id']}/assignments")).ok["items"]
    assert len(history) == 1


async def test_staff_open_without_the_admins_mark(desk: Desk) -> None:
    made = (await desk.sarah.post("conversations", {"contact_id": desk.john.id, "body": "Hi"})).ok
    assert "admin_triggered" not in made["metadata"]
    assert made["assignee"]["id"] == desk.sarah.id


async def test_metadata_cannot_fake_the_admins_mark(desk: Desk) -> None:
    body = {"contact_id": desk.john.id, "metadata": {"admin_triggered": True}}
    reply = await desk.sarah.post("conversations", body)
    assert reply.status == 422 or "admin_triggered" not in reply.ok["metadata"]


async def test_without_a_contact_the_agents_own_is_found_or_made(desk: Desk) -> None:
    made = (await desk.dana.post("conversations", {"subject": "Try", "body": "Test"})).ok
    again = (await desk.dana.post("conversations", {"subject": "Try again"})).ok
    assert made["contact"]["name"] == "Dana Whitfield"
    assert again["contact"]["id"] == made["contact"]["id"]
    assert again["previous_id"] == made["id"]
    assert made["metadata"]["admin_triggered"] is True


async def test_foreign_people_are_refused_alike(desk: Desk) -> None:
    for field, foreign in (("contact_id", desk.john.id), ("assignee_id", desk.sarah.id)):
        body = {"subject": "x"}
        missing = await desk.nora.post("conversations", body | {field: UNSEEN})
        other = await desk.nora.post("conversations", body | {field: foreign})
        assert missing.status in (404, 422)
        assert (missing.status, missing.raw) == (other.status, other.raw)
    hidden = await desk.sarah.post("conversations", {"contact_id": desk.jane.id})
    missing = await desk.sarah.post("conversations", {"contact_id": UNSEEN})
    assert (missing.status, missing.raw) == (hidden.status, hidden.raw) == (404, hidden.raw)
    assert len(await desk.listed(desk.dana)) == 3


async def test_an_assignee_must_be_an_enabled_agent(desk: Desk) -> None:
    (await desk.dana.patch(f"members/{desk.mike.id}", {"disabled": True})).accepted()
    johns = desk.john.me["member"]["id"]
    for id_ in (desk.mike.id, johns, desk.john.id):
        body = {"contact_id": desk.bob.id, "assignee_id": id_}
        assert (await desk.dana.post("conversations", body)).status in (404, 422)


async def test_staff_assign_nobody_else(desk: Desk) -> None:
    body = {"contact_id": desk.john.id, "assignee_id": desk.mike.id}
    (await desk.sarah.post("conversations", body)).problem(403, "forbidden")


async def test_twenty_creators_leave_exactly_one_active(desk: Desk) -> None:
    replies = await asyncio.gather(
        *(desk.bob.post("conversations", {"body": f"Number {n}"}) for n in range(20))
    )
    assert {each.status for each in replies} == {201}
    items = (await desk.dana.get("conversations", contact_id=desk.bob.id, limit=200)).ok["items"]
    assert len(items) == 20
    assert sorted(each["status"] for each in items) == ["closed"] * 19 + ["open"]
    by_id = {each["id"]: each for each in items}
    active = next(each for each in items if each["status"] == "open")
    chain, at = [active["id"]], active
    while at["previous_id"]:
        assert by_id[at["previous_id"]]["next_id"] == at["id"]
        at = by_id[at["previous_id"]]
        chain.append(at["id"])
        last = (await desk.thread(desk.dana, at["id"]))[-1]
        assert last["kind"] == "activity"
    assert len(chain) == 20
    assert len({each["number"] for each in items}) == 20


async def test_twenty_that_get_or_create_at_once_make_one(desk: Desk) -> None:
    replies = await asyncio.gather(*(desk.bob.get("portal/conversation") for _ in range(20)))
    assert sorted(each.status for each in replies) == [200] * 19 + [201]
    assert len({each.ok["id"] for each in replies}) == 1


async def test_first_messages_at_once_make_one_ticket(desk: Desk) -> None:
    made = (await desk.bob.get("portal/conversation")).ok
    await asyncio.gather(*(desk.send(desk.bob, made["id"], f"Number {n}") for n in range(20)))
    tickets = [t for t in (await desk.dana.get("tickets")).ok["items"] if t["conversation_id"] == made["id"]]
    assert len(tickets) == 1
    seqs = [m["seq"] for m in await desk.thread(desk.bob, made["id"])]
    assert seqs == sorted(set(seqs))
