"""The community room: its members write and read for themselves; admins moderate."""

from contextlib import AsyncExitStack

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import Json


async def room_of(who: Person) -> Json:
    return (await who.get("conversations", kind="group")).ok["items"][0]


async def test_a_message_reaches_every_member_once_and_no_outsider(desk: Desk) -> None:
    room = await room_of(desk.john)
    async with AsyncExitStack() as stack:
        lives = []
        for who in (desk.john, desk.jane, desk.dana, desk.nora):
            live = await stack.enter_async_context(socket_of(desk, who))
            await live.subscribe()
            lives.append(live)
        sent = await desk.send(desk.john, room["id"], "Hello all")
        await rest(desk, *lives)
        for live in lives[:2]:
            (data,) = live.of("message.created")
            assert data["message"]["id"] == sent["id"]
            assert data["message"]["author"]["name"] == "John Doe"
            assert data["conversation"] == await desk.see(live.person, room["id"])
            assert "ticket" not in data
        assert lives[3].kinds == []
    assert (await desk.see(desk.jane, room["id"]))["status"] == "open"
    (await desk.nora.get(f"conversations/{room['id']}")).problem(404, "not_found")


async def test_an_admin_takes_a_message_out_of_the_room(desk: Desk) -> None:
    room = await room_of(desk.john)
    sent = await desk.send(desk.john, room["id"], "Improper words")
    path = f"messages/{sent['id']}"
    for who in (desk.jane, desk.john):
        assert (await who.delete(path)).status == 403
    async with socket_of(desk, desk.jane) as jane:
        await jane.subscribe()
        assert (await desk.dana.delete(path)).status == 204
        await rest(desk, jane)
        gone = jane.of("message.deleted")[0]["message"]
        assert (gone["deleted"], gone["body"]) == (True, "")
    seen = (await desk.jane.get(path)).ok
    assert (seen["deleted"], seen["body"]) == (True, "")
    for reader in (desk.jane, desk.john):
        for place in (f"conversations/{room['id']}/messages", f"conversations/{room['id']}", "sync/snapshot"):
            assert b"Improper" not in (await reader.get(place)).raw, place


async def test_a_room_has_no_desk(desk: Desk) -> None:
    room = await room_of(desk.dana)
    await desk.send(desk.john, room["id"], "Hello")
    seen = await desk.see(desk.dana, room["id"])
    assert (seen["ticket"], seen["contact"], seen["waiting_since"], seen["assignee"]) == (
        None,
        None,
        None,
        None,
    )
    reply = await desk.dana.patch(f"conversations/{room['id']}", {"assignee_id": desk.sarah.id})
    assert reply.status in (403, 409, 422)
    assert len((await desk.dana.get("tickets")).ok["items"]) == 3


async def test_notes_in_a_room_are_not_for_its_customers(desk: Desk) -> None:
    room = await room_of(desk.dana)
    body = {"id": desk.new_id(), "body": "C4N4RY", "visibility": "internal"}
    reply = await desk.dana.post(f"conversations/{room['id']}/messages", body)
    assert reply.status in (201, 403, 409, 422)
    for who in (desk.john, desk.jane):
        await desk.thread(who, room["id"])
        await desk.see(who, room["id"])
        (await who.get(f"messages/{body['id']}")).problem(404, "not_found")
