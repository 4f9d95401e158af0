"""Who sees which conversations, the same on every surface."""

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import COUNTS, Json

NONE = dict.fromkeys(COUNTS, 0)


async def numbers(who: Person, **query: object) -> list[int]:
    return [each["number"] for each in (await who.get("conversations", **query)).ok["items"]]


async def counts(who: Person, **query: object) -> Json:
    return (await who.get("conversations", **query)).ok["counts"]


async def test_the_same_object_everywhere(desk: Desk) -> None:
    listed = (await desk.dana.get("conversations", number=1)).ok["items"][0]
    assert await desk.see(desk.dana, listed["id"]) == listed
    snapshot = (await desk.dana.get("sync/snapshot")).ok
    assert listed in snapshot["conversations"]
    patched = await desk.change(desk.dana, listed["id"], subject="Else")
    assert await desk.see(desk.dana, listed["id"]) == patched
    mine = (await desk.john.get("conversations")).ok["items"][0]
    assert await desk.see(desk.john, listed["id"]) == mine
    assert (await desk.john.get("portal/conversation")).ok == mine
    assert mine in (await desk.john.get("sync/snapshot")).ok["conversations"]


async def test_a_snoozed_one_reads_and_filters_as_open_for_its_contact(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], snoozed_until="2027-01-01T00:00:00Z")
    assert (await desk.see(desk.john, one["id"]))["status"] == "open"
    assert await numbers(desk.john, status="open") == [1]
    reply = await desk.john.get("conversations", status="snoozed")
    assert reply.status == 422 or reply.json["items"] == []
    assert await counts(desk.john) == NONE | {"open": 1}
    assert await numbers(desk.dana, status="snoozed") == [1]
    assert await counts(desk.dana) == NONE | {"open": 1, "pending": 1, "snoozed": 1}


async def test_contacts_cannot_probe_what_they_do_not_see_by_filters(desk: Desk) -> None:
    """Agents' fields are no oracle: assignee, tags and priority tell a contact nothing."""
    for name, right, wrong in (
        ("assignee", desk.sarah.id, desk.mike.id),
        ("tag", "billing", "never"),
        ("priority", "high", "low"),
        ("escalated", "false", "true"),
        ("source", "customer", "lead"),
    ):
        yes = await desk.john.get("conversations", **{name: right})
        no = await desk.john.get("conversations", **{name: wrong})
        assert (yes.status, yes.raw) == (no.status, no.raw), name


async def test_what_staff_see_follows_the_setting_on_every_surface(desk: Desk) -> None:
    """Of what is nobody's, one's own and a colleague's: lists, search, bulk, tickets, files, frames."""
    one = await desk.numbered(1)
    every = {number: (await desk.numbered(number))["id"] for number in (1, 2, 3)}
    file = (await desk.john.ask("POST", "attachments?filename=a.txt", raw=b"hello")).ok["id"]
    await desk.send(desk.john, one["id"], "With a file", attachment_ids=[file])
    for number, conversation_id in every.items():
        await desk.note(desk.dana, conversation_id, f"walrus {number}")
    await desk.change(desk.dana, one["id"], assignee_id=None)
    desk.clock.advance(1)
    await desk.services.searching.tick()
    for setting, expected in (("assigned", {2}), ("unassigned", {1, 2}), ("all", {1, 2, 3})):
        await desk.settings(staff_sees=setting)
        assert set(await numbers(desk.mike)) == expected
        assert sum((await counts(desk.mike)).values()) == len(expected)
        snapshot = (await desk.mike.get("sync/snapshot")).ok["conversations"]
        assert {c["number"] for c in snapshot if c["kind"] == "support"} == expected
        tickets = (await desk.mike.get("tickets")).ok["items"]
        assert len(tickets) == len(expected)
        status = 200 if 1 in expected else 404
        path = f"conversations/{one['id']}"
        assert (await desk.mike.get(path)).status == status
        assert (await desk.mike.get(f"{path}/messages")).status == status
        assert (await desk.mike.get(f"tickets/{one['ticket']['id']}")).status == status
        assert (await desk.mike.get(f"contacts/{desk.john.id}")).status == status
        assert (await desk.mike.get(f"attachments/{file}")).status == status
        assert set(await numbers(desk.mike, q="walrus")) == expected
        assert sum((await counts(desk.mike, q="walrus")).values()) == len(expected)
        bulk = {"ids": list(every.values()), "patch": {"add_tags": ["seen"]}, "dry_run": True}
        denied = (await desk.mike.post("conversations/bulk", bulk)).ok["denied"]
        assert denied == [each for number, each in every.items() if number not in expected]
        async with socket_of(desk, desk.mike) as mike:
            await mike.subscribe()
            for conversation_id in every.values():
                await desk.note(desk.dana, conversation_id, setting)
            await rest(desk, mike)
            told = {each["message"]["conversation_id"] for each in mike.of("message.created")}
        assert told == {every[number] for number in expected}


async def test_escalations_are_the_escalated_of_those_one_sees(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    for each in (one, two):
        await desk.change(desk.dana, each["id"], escalated=True, escalated_reason="Angry")

    async def escalations(who: Person) -> list[int]:
        return sorted(each["number"] for each in (await who.get("escalations")).ok["items"])

    assert await escalations(desk.dana) == [1, 2]
    assert await escalations(desk.sarah) == [1]
    assert await escalations(desk.nora) == []
    assert await numbers(desk.dana, escalated="true") != []
    await desk.settings(staff_sees="all")
    assert await escalations(desk.sarah) == [1]
