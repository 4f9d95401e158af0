"""Ids of another organization, of a colleague, of another customer: as if they did not exist."""

import asyncio
import json

import pytest

from tests.contract.desk import Desk, Person, Reply
from tests.contract.routes import WITH_ID, Call
from tests.contract.shapes import UNSEEN

FOREIGN_TEXT = (b"Invoice export", b"John", b"designpi", b"Sarah", b"billing", b"Acme")


async def ids_of(desk: Desk) -> dict[str, list[str]]:
    """Ids of everything in the first organization by the first word of the paths that take them."""
    one = await desk.numbered(1)
    note = await desk.note(desk.sarah, one["id"], "C4N4RY")
    sessions = (await desk.sarah.get("sessions")).ok["items"]
    return {
        "sessions": [each["id"] for each in sessions],
        "conversations": [one["id"]],
        "messages": [each["id"] for each in await desk.thread(desk.sarah, one["id"])] + [note["id"]],
        "tickets": [one["ticket"]["id"]],
        "contacts": [desk.john.id],
        "members": [desk.sarah.id, desk.dana.id],
    }


async def state(desk: Desk) -> bytes:
    """Everything the first organization's admin can see."""
    parts = [await desk.dana.get(path) for path in ("conversations", "tickets", "contacts", "members")]
    cursor = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    return b"".join([*(each.raw for each in parts), str(cursor).encode()])


@pytest.mark.parametrize("call", WITH_ID, ids=str)
async def test_a_foreign_id_and_a_missing_one_are_the_same(desk: Desk, call: Call) -> None:
    every = await ids_of(desk)
    before = await state(desk)
    theirs = {"conversations", "messages", "tickets", "contacts"}
    kind = call.path.split("/")[0]
    outsiders: list[Person] = [desk.nora]
    outsiders += [desk.mike, desk.jane] if kind in theirs else []

    async def ask(who: Person, id_: str) -> Reply:
        return await who.ask(call.method, call.to(id_), call.body)

    for who in outsiders:
        missing = await ask(who, UNSEEN)
        assert missing.status in (403, 404)
        for id_ in [i for ids in every.values() for i in ids]:
            reply = await ask(who, id_)
            assert (reply.status, reply.raw) == (missing.status, missing.raw), (who.me, id_)
            assert not any(text in reply.raw for text in FOREIGN_TEXT)
    assert await state(desk) == before


async def test_ids_of_one_kind_are_no_ids_of_another(desk: Desk) -> None:
    every = await ids_of(desk)
    for kind in ("conversations", "messages", "tickets", "contacts"):
        for other, ids in every.items():
            if other != kind:
                for id_ in ids:
                    (await desk.dana.get(f"{kind}/{id_}")).problem(404, "not_found")


async def test_nothing_of_one_organization_is_in_any_list_of_another(desk: Desk) -> None:
    raws = []
    for path in (
        "me", "sessions", "conversations", "escalations", "tickets", "personas", "contacts", "members",
        "organization", "sync/snapshot", "events", "conversations?kind=group", "conversations?kind=direct",
    ):  # fmt: skip
        path, _, rest = path.partition("?")
        query = dict([rest.split("=")]) if rest else {}
        raws.append((await desk.nora.get(path, **query)).raw)
    for q in ("invoice", "company:acme", "contact:john", "tag:billing", "number:1"):
        raws.append((await desk.nora.get("conversations", q=q)).raw)
    everything = b"".join(raws)
    for text in (*FOREIGN_TEXT, b"00000000-0000-7000-8000-000000000001", b"555-0101"):
        assert text not in everything, text
    for ids in (await ids_of(desk)).values():
        for id_ in ids:
            assert id_.encode() not in everything


async def test_a_customer_reads_none_of_the_desks_secrets_anywhere(desk: Desk) -> None:
    """Notes, staff e-mail, the operator behind a persona, other contacts, tags and metadata."""
    one = await desk.numbered(1)
    personas = {p["name"]: p["id"] for p in (await desk.dana.get("personas")).ok["items"]}
    await desk.note(desk.sarah, one["id"], "C4N4RY-NOTE do not tell")
    await desk.change(
        desk.sarah, one["id"], add_tags=["c4n4ry-tag"], escalated=True, escalated_reason="C4N4RY-REASON"
    )
    note = await desk.note(desk.sarah, one["id"], "C4N4RY-EDIT")
    await desk.sarah.patch(f"messages/{note['id']}", {"body": "C4N4RY-EDITED"})
    ticket = f"tickets/{one['ticket']['id']}"
    (await desk.sarah.patch(ticket, {"subject": "C4N4RY-TICKET", "description": "C4N4RY-TEXT"})).accepted()
    await desk.send(desk.dana, one["id"], "From Mia", persona_id=personas["Mia"])
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    body = {"contact_id": desk.john.id, "body": "New", "metadata": {"C4N4RY-KEY": "C4N4RY-VALUE"}}
    made = (await desk.dana.post("conversations", body)).ok
    agents = [p.id for p in (desk.dana, desk.sarah, desk.mike)]
    users = [p.me["user"]["id"] for p in (desk.dana, desk.sarah, desk.mike)]
    desk.john.secrets += (
        "Dana",
        "Whitfield",
        "Sarah Johnson",
        "Mike Chen",
        "jane.smith",
        "alice.brown",
        *agents,
        *users,
    )
    old, new = f"conversations/{one['id']}", f"conversations/{made['id']}"
    messages = (await desk.dana.get(f"{old}/messages", limit=200)).ok["items"]
    for path in (
        "me", "conversations", old, new, f"{old}/messages", f"{new}/messages", "portal/conversation",
        "sync/snapshot", "personas", "organization", "sessions", f"{old}/assignments", ticket, "tickets",
        "contacts", "members", "escalations", "events", *(f"messages/{m['id']}" for m in messages),
    ):  # fmt: skip
        await desk.john.get(path)
    for m in messages:
        await desk.john.patch(f"messages/{m['id']}", {"body": "x"})
        await desk.john.post(f"{old}/messages", {"id": m["id"], "body": "x"})
    await desk.john.put(f"{old}/read", {"seq": 10_000})
    await desk.john.patch(old, {"status": "closed"})
    await desk.john.post("conversations", {"body": "Another"})


async def test_staff_do_not_learn_the_operator_of_a_persona(desk: Desk) -> None:
    one = await desk.numbered(1)
    mia = next(p for p in (await desk.dana.get("personas")).ok["items"] if p["name"] == "Mia")
    sent = await desk.send(desk.dana, one["id"], "As Mia", persona_id=mia["id"])
    desk.sarah.secrets = (desk.dana.id, "Dana Whitfield")
    assert (await desk.sarah.get(f"messages/{sent['id']}")).ok["operator"] is None
    await desk.sarah.get(f"conversations/{one['id']}/messages", limit=1)
    await desk.sarah.get(f"conversations/{one['id']}")


async def test_a_role_taken_away_is_gone_with_the_next_request(desk: Desk) -> None:
    (await desk.dana.patch(f"members/{desk.mike.id}", {"role": "admin"})).accepted()
    mike = await desk.sign_in("mike")
    assert len(await desk.listed(mike)) == 3
    (await desk.dana.patch(f"members/{desk.mike.id}", {"role": "staff"})).accepted()
    reply = await mike.get("conversations")
    assert reply.status == 401 or len(reply.ok["items"]) == 1
    reply = await mike.patch("organization", {"settings": {"reopen_hours": 1}})
    assert reply.status in (401, 403)


async def test_what_a_disabled_member_held_is_not_lost(desk: Desk) -> None:
    (await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": True})).accepted()
    seen = await desk.numbered(1)
    assert seen["assignee"] is None or seen["assignee"]["id"] == desk.sarah.id
    await desk.change(desk.dana, seen["id"], assignee_id=desk.mike.id)


async def test_settings_are_strict(desk: Desk) -> None:
    for settings in (
        {"staff_sees": "everything"}, {"voice": "robot"}, {"reopen_hours": -1}, {"reopen_hours": "x"},
        {"unknown": 1}, {"assignment": None}, {"staff_may_claim": "perhaps"}, {"close_after_days": 10**12},
        {"welcome": 5},
    ):  # fmt: skip
        (await desk.dana.patch("organization", {"settings": settings})).problem(422, "invalid")
    assert json.loads((await desk.dana.get("organization")).raw)["settings"]["reopen_hours"] == 168


async def test_what_contacts_do_not_see_changes_nothing_for_them(desk: Desk) -> None:
    """Neither a time nor a number of theirs tells that the desk is talking about them."""
    one = await desk.numbered(1)
    before = [(await desk.john.get(path)).raw for path in ("conversations", f"conversations/{one['id']}")]
    desk.clock.advance(60)
    await desk.note(desk.sarah, one["id"], "C4N4RY")
    await desk.change(desk.sarah, one["id"], priority="urgent", add_tags=["c4n4ry"])
    await desk.change(desk.sarah, one["id"], escalated=True, escalated_reason="C4N4RY")
    await desk.change(desk.sarah, one["id"], snoozed_until="2027-01-01T00:00:00Z")
    after = [(await desk.john.get(path)).raw for path in ("conversations", f"conversations/{one['id']}")]
    assert after == before


async def test_support_is_one_user_and_one_conversation_and_nothing_is_shared(desk: Desk) -> None:
    """No support group anywhere: each customer has a conversation of their own that nobody else reads."""
    customers = (desk.john, desk.jane, desk.bob)
    threads: dict[str, str] = {}
    for who in customers:
        asked = await asyncio.gather(*(who.get("portal/conversation") for _ in range(5)))
        [threads[who.id]] = {each.ok["id"] for each in asked}
        await desk.send(who, threads[who.id], f"only between us {who.id}")
    assert len(set(threads.values())) == len(customers)
    for who in customers:
        theirs = (await who.get("conversations")).ok["items"]
        assert threads[who.id] in [each["id"] for each in theirs]
        assert all(each["participants"] == [] for each in theirs)
        for place in ("conversations", "sync/snapshot", "direct-messages", "groups"):
            raw = (await who.get(place)).raw.decode()
            others = [each.id for each in customers if each is not who]
            assert not [id_ for id_ in others if f"only between us {id_}" in raw], place
        for other in customers:
            if other is not who:
                (await who.get(f"conversations/{threads[other.id]}")).problem(404, "not_found")
                (await who.get(f"conversations/{threads[other.id]}/messages")).problem(404, "not_found")
        body = {"name": "Support for all", "member_ids": [], "everyone": True}
        (await who.post("groups", body)).problem(403, "forbidden")
