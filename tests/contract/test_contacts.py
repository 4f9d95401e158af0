"""Contacts: who sees which, finding, changing, converting, merging, notes, imports, a customer's own eyes."""

from typing import Any

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.shapes import UNSEEN, Json


async def names(desk: Desk, **query: Any) -> list[str]:
    return [each["name"] for each in (await desk.dana.get("contacts", **query)).ok["items"]]


async def contact(desk: Desk, name: str) -> Json:
    (found,) = (await desk.dana.get("contacts", search=name)).ok["items"]
    return found


async def make(desk: Desk, **fields: Any) -> Json:
    return (await desk.dana.post("contacts", fields)).ok


@pytest.mark.parametrize("setting", ["assigned", "unassigned", "all"])
async def test_staff_see_whom_they_talk_to_in_lists_searches_and_alone(desk: Desk, setting: str) -> None:
    await desk.settings(staff_sees=setting)
    every = (await desk.dana.get("contacts", limit=200)).ok["items"]
    talked_to = {
        each["contact"]["id"]
        for kind in ("support", "personal")
        for each in (await desk.sarah.get("conversations", limit=200, kind=kind)).ok["items"]
    }
    listed = [each["id"] for each in (await desk.sarah.get("contacts", limit=200)).ok["items"]]
    assert set(listed) == talked_to
    assert 0 < len(listed) < len(every)
    for each in every:
        status = 200 if each["id"] in talked_to else 404
        for path in (f"contacts/{each['id']}", f"contacts/{each['id']}/notes"):
            assert (await desk.sarah.get(path)).status == status
        found = (await desk.sarah.get("contacts", search=each["name"])).ok["items"]
        assert (each["id"] in [one["id"] for one in found]) == (status == 200)
        reply = await desk.sarah.patch(f"contacts/{each['id']}", {"company": "Changed"})
        assert reply.status == status


async def test_they_are_found_by_any_part(desk: Desk) -> None:
    await make(
        desk, name="Élodie 100%", email="elodie@cafe.example", phone="+33 (1) 55-66", company="Café_Noir"
    )
    for text in ("élodie", "ÉLODIE", "lodie 100%", "CAFE.example", "noir", "+33155", "é_n"):
        assert await names(desk, search=text) == ["Élodie 100%"], text
    for text in ("1_0", "elodie 1", "%%", "nobody"):
        assert await names(desk, search=text) == [], text
    assert await names(desk, kind="lead", lead_status="qualified") == ["Emma Garcia"]
    everybody = await names(desk, limit=200)
    paged: list[str] = []
    cursor: Json = {}
    while True:
        page = (await desk.dana.get("contacts", limit=2, **cursor)).ok
        paged += [each["name"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert paged == everybody
    for query in ({"kind": "friend"}, {"lead_status": "lost"}, {"sort": "name"}, {"search": ""}):
        (await desk.dana.get("contacts", **query)).problem(422, "invalid")


async def test_a_lead_becomes_a_customer_and_nothing_less(desk: Desk) -> None:
    three = await desk.numbered(3)
    path = f"contacts/{three['contact']['id']}"
    before = (await desk.sarah.get(path)).ok
    changed = (await desk.sarah.patch(path, {"kind": "customer", "phone": "+1-555-9"})).ok
    assert (changed["kind"], changed["lead_status"], changed["phone"]) == (
        "customer",
        "converted",
        "+1-555-9",
    )
    assert changed["rev"] > before["rev"]
    assert (await desk.see(desk.sarah, three["id"]))["contact"]["kind"] == "customer"
    again = (await desk.sarah.patch(path, {"kind": "customer", "phone": "+1-555-9"})).ok
    assert again == changed
    (await desk.sarah.patch(path, {"kind": "lead"})).problem(409, "conflict")
    (await desk.sarah.patch(path, {"company": "X", "if_rev": before["rev"]})).problem(409, "stale")
    john = (await desk.numbered(1))["contact"]["id"]
    (await desk.sarah.patch(f"contacts/{john}", {"email": "other@x.example"})).problem(409, "conflict")
    (await desk.dana.post("contacts", {"email": "john.doe@example.com"})).problem(409, "conflict")
    (await desk.dana.post("contacts", {"phone": "1"})).problem(422, "invalid")


async def test_a_merged_lead_is_read_by_who_they_are(desk: Desk) -> None:
    """John gets Alice's conversation; his active one stays, hers is closed and linked, notes come along."""
    one, three = await desk.numbered(1), await desk.numbered(3)
    alice, john = three["contact"]["id"], one["contact"]["id"]
    (await desk.dana.post(f"contacts/{alice}/notes", {"body": "C4N4RY-NOTE of Alice"})).accepted()
    merged = (await desk.dana.post(f"contacts/{alice}/merge", {"into_id": john})).ok
    assert (merged["id"], merged["name"], merged["email"]) == (john, "John Doe", "john.doe@example.com")
    own = {each["id"]: each for each in (await desk.john.get("conversations")).ok["items"]}
    assert set(own) == {one["id"], three["id"]}
    assert (own[one["id"]]["status"], own[three["id"]]["status"]) == ("open", "closed")
    assert own[three["id"]]["next_id"] == one["id"]
    assert {each["author"]["id"] for each in await desk.thread(desk.john, three["id"])} >= {john}
    notes = (await desk.dana.get(f"contacts/{john}/notes")).ok["items"]
    assert [each["body"] for each in notes] == ["C4N4RY-NOTE of Alice"]
    assert "Alice Brown" not in await names(desk, limit=200)
    assert (await desk.dana.get(f"contacts/{alice}")).ok["merged_into"] == john
    again = (await desk.dana.post(f"contacts/{alice}/merge", {"into_id": john})).ok
    assert again == merged
    (await desk.dana.patch(f"contacts/{alice}", {"company": "X"})).problem(409, "conflict")
    (await desk.dana.post(f"contacts/{alice}/notes", {"body": "X"})).problem(409, "conflict")


async def test_two_who_sign_in_never_read_each_other(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    john, jane = one["contact"]["id"], two["contact"]["id"]
    lead = (await make(desk, name="Somebody"))["id"]
    before = (await desk.jane.get("conversations")).raw
    for source, into in ((john, jane), (jane, john), (john, lead), (john, john)):
        (await desk.dana.post(f"contacts/{source}/merge", {"into_id": into})).problem(409, "conflict")
    (await desk.dana.post(f"contacts/{lead}/merge", {"into_id": UNSEEN})).problem(404, "not_found")
    (await desk.mike.post(f"contacts/{lead}/merge", {"into_id": jane})).problem(404, "not_found")
    theirs = (await desk.nora.get("contacts")).ok["items"][0]["id"]
    (await desk.dana.post(f"contacts/{lead}/merge", {"into_id": theirs})).problem(404, "not_found")
    (await desk.nora.post(f"contacts/{theirs}/merge", {"into_id": lead})).problem(404, "not_found")
    assert (await desk.jane.get("conversations")).raw == before


async def test_notes_are_their_authors_and_the_admins(desk: Desk) -> None:
    path = f"contacts/{(await desk.numbered(1))['contact']['id']}/notes"
    note = (await desk.sarah.post(path, {"body": "C4N4RY-NOTE likes tea"})).ok
    assert note["author"] == {"id": desk.sarah.id, "name": "Sarah Johnson"}
    await desk.change(desk.dana, (await desk.numbered(1))["id"], assignee_id=desk.mike.id)
    assert (await desk.mike.get(path)).ok["items"] == [note]
    (await desk.mike.delete(f"{path}/{note['id']}")).problem(403, "forbidden")
    (await desk.sarah.delete(f"{path}/{note['id']}")).problem(404, "not_found")
    other = f"contacts/{(await desk.numbered(2))['contact']['id']}/notes/{note['id']}"
    (await desk.dana.delete(other)).problem(404, "not_found")
    (await desk.dana.delete(f"{path}/{note['id']}")).accepted()
    assert (await desk.dana.get(path)).ok["items"] == []


async def test_an_import_says_what_it_does_and_does_it_once(desk: Desk) -> None:
    rows: list[Json] = [
        {"name": "Nia Osei", "email": "NIA@new.example", "company": "Osei Ltd", "phone": ""},
        {"name": "John Doe", "email": "john.doe@example.com", "company": "Acme Inc"},
        {"name": "Nobody"},
        {"email": "nia@new.example"},
        {"email": "not an address"},
        {"email": "x@new.example", "shoe": "42"},
    ]
    dry = (await desk.dana.post("contacts/import", {"rows": rows, "dry_run": True})).ok
    assert (dry["created"], dry["updated"], dry["unchanged"]) == (1, 1, 0)
    assert [each["row"] for each in dry["rejected"]] == [3, 4, 5, 6]
    assert [each["reason"].split(":")[0] for each in dry["rejected"]] == ["email", "email", "email", "shoe"]
    assert await names(desk, search="nia@") == []
    done = (await desk.dana.post("contacts/import", {"rows": rows})).ok
    assert done == dry
    assert (await contact(desk, "Nia"))["company"] == "Osei Ltd"
    assert (await contact(desk, "John Doe"))["company"] == "Acme Inc"
    again = (await desk.dana.post("contacts/import", {"rows": rows})).ok
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)


async def test_an_admin_reads_what_a_customer_reads_and_the_audit_says_so(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.note(desk.sarah, one["id"], "C4N4RY-NOTE of the desk")
    path = f"contacts/{one['contact']['id']}/view"
    eyes = Person(desk.dana._http, {"token": desk.dana.token, "me": {}}, contact=True)
    reply = await eyes.get(path)
    view = reply.ok
    assert b"C4N4RY" not in reply.raw
    assert b"sarah@designpi.com" not in reply.raw
    kinds = "support,personal,direct,group"
    assert view["conversations"] == (await desk.john.get("conversations", kind=kinds)).ok["items"]
    shown = (await eyes.get(path, conversation_id=one["id"])).ok
    assert shown["messages"] == await desk.thread(desk.john, one["id"])
    two = await desk.numbered(2)
    (await desk.dana.get(path, conversation_id=two["id"])).problem(404, "not_found")
    viewed = (await desk.dana.get("audit", action="contact.viewed")).ok["items"]
    assert [each["label"] for each in viewed] == ["John Doe", "John Doe"]
    assert viewed[0]["detail"] == {"conversation": one["id"]}
