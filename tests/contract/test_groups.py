"""Rooms: made and moderated by admins, for everyone or for some, and what is told live."""

import pytest

from deskterm.server.desk.organizations import do_add_person
from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import UNSEEN, Json

AGENTS_KEYS = {"id", "name", "description", "everyone", "member_count", "muted", "read_only", "conversation"}


async def main(desk: Desk, who: Person | None = None) -> Json:
    """The demo's room."""
    [room] = (await (who or desk.dana).get("groups")).ok["items"]
    return room


async def make(desk: Desk, *people: Person, **more: object) -> Json:
    """A room for some."""
    ids = [each.me["member"]["id"] for each in people]
    return (await desk.dana.post("groups", {"name": "Some", "everyone": False, "member_ids": ids} | more)).ok


async def members(who: Person, room: str, **query: object) -> list[Json]:
    found: list[Json] = (await who.get(f"groups/{room}/members", **query)).ok["items"]
    return found


async def test_the_demo_has_one_for_everyone(desk: Desk) -> None:
    for who in (desk.dana, desk.sarah, desk.mike, desk.john, desk.jane, desk.bob):
        room = await main(desk, who)
        assert (room["name"], room["member_count"], room["muted"]) == ("Main Community", 6, False)
        assert set(room) == AGENTS_KEYS - ({"everyone"} if who.contact else set())
        assert room["conversation"] == await desk.see(who, room["id"])
        assert (await who.get(f"groups/{room['id']}")).ok == room
    assert (await desk.nora.get("groups")).ok["items"] == []
    (await desk.nora.get(f"groups/{(await main(desk))['id']}")).problem(404, "not_found")
    (await desk.dana.get(f"groups/{(await desk.numbered(1))['id']}")).problem(404, "not_found")


async def test_contacts_are_shown_each_other_and_no_agents(desk: Desk) -> None:
    room = (await main(desk))["id"]
    names = {each["name"] for each in await members(desk.john, room)}
    assert names == {"John Doe", "Jane Smith", "Bob Wilson"}
    assert set((await members(desk.john, room))[0]) == {"kind", "id", "name", "member_id"}
    assert len(await members(desk.sarah, room)) == 6
    assert set((await members(desk.sarah, room))[0]) == {
        *("kind", "id", "name", "member_id", "role", "presence", "muted", "joined_at")
    }
    for text, found in (("smith", ["Jane Smith"]), ("%", []), ("_", []), ("!", []), ("o", 3)):
        like = [each["name"] for each in await members(desk.sarah, room, name=text)]
        assert (len(like) if isinstance(found, int) else like) == found
    page = (await desk.sarah.get(f"groups/{room}/members", limit=4)).ok
    rest_ = (await desk.sarah.get(f"groups/{room}/members", limit=4, cursor=page["next_cursor"])).ok
    assert [len(page["items"]), len(rest_["items"]), rest_["next_cursor"]] == [4, 2, None]


async def test_a_room_for_some_is_for_them_and_for_admins(desk: Desk) -> None:
    room = await make(desk, desk.john, desk.sarah, description="About Friday")
    assert (room["description"], room["everyone"], room["member_count"]) == ("About Friday", False, 2)
    for who in (desk.john, desk.sarah, desk.dana):
        assert room["id"] in [each["id"] for each in (await who.get("groups")).ok["items"]]
    for who in (desk.jane, desk.mike, desk.nora):
        assert room["id"] not in [each["id"] for each in (await who.get("groups")).ok["items"]]
        (await who.get(f"groups/{room['id']}")).problem(404, "not_found")
        (await who.get(f"groups/{room['id']}/members")).problem(404, "not_found")
        (await who.get(f"conversations/{room['id']}/messages")).problem(404, "not_found")
    (await desk.dana.post("groups", {"name": "X", "member_ids": [UNSEEN]})).problem(404, "not_found")
    (await desk.dana.post("groups", {"name": "X", "member_ids": [desk.nora.id]})).problem(404, "not_found")


async def test_members_come_and_go(desk: Desk) -> None:
    room = await make(desk, desk.john)
    path, jane = f"groups/{room['id']}", desk.jane.me["member"]["id"]
    await desk.send(desk.john, room["id"], "Before Jane")
    async with socket_of(desk, desk.john) as john, socket_of(desk, desk.jane) as live:
        for each in (john, live):
            await each.subscribe()
        changed = (await desk.dana.patch(path, {"add_member_ids": [jane]})).ok
        assert changed["member_count"] == 2
        await rest(desk, john, live)
        [granted] = live.of("conversation.granted")
        assert [each["body"] for each in granted["messages"]] == ["Before Jane"]
        assert john.of("group.updated")[-1]["group"]["member_count"] == 2
        assert len(john.of("conversation.updated")[-1]["conversation"]["participants"]) == 2
        assert (await desk.dana.patch(path, {"add_member_ids": [jane]})).ok == changed
        await desk.dana.patch(path, {"remove_member_ids": [jane], "name": "Renamed"})
        await rest(desk, john, live)
        [revoked] = live.of("conversation.revoked")
        assert (revoked["conversation_id"], revoked["reason"], revoked["by"]) == (room["id"], "removed", None)
        assert room["id"] not in live.replica.conversations
        assert john.of("group.updated")[-1]["group"]["name"] == "Renamed"
        await desk.send(desk.john, room["id"], "After Jane")
        await rest(desk, john, live)
        assert "message.created" not in live.kinds
    (await desk.jane.get(f"conversations/{room['id']}")).problem(404, "not_found")
    (await desk.dana.patch(f"groups/{(await main_id(desk))}", {"name": None})).problem(422, "invalid")


async def test_opened_for_everyone_it_takes_in_all_and_who_joins_later(desk: Desk) -> None:
    room = await make(desk, desk.john)
    async with socket_of(desk, desk.jane) as jane, socket_of(desk, desk.nora) as nora:
        for each in (jane, nora):
            await each.subscribe()
        opened = (await desk.dana.patch(f"groups/{room['id']}", {"everyone": True})).ok
        assert opened["member_count"] == 6
        await rest(desk, jane, nora)
        assert [each["conversation"]["id"] for each in jane.of("conversation.granted")] == [room["id"]]
        assert nora.kinds == []
        one = {"remove_member_ids": [desk.jane.me["member"]["id"]]}
        (await desk.dana.patch(f"groups/{room['id']}", one)).problem(409, "conflict")
        await desk.services.db.write(
            lambda tx: do_add_person(
                tx, 1, email="new@example.com", name="New Here", role="customer", password_hash=None
            )
        )
        while len(jane.of("group.updated")) < 3:
            await jane.next()
        joined = [each["conversation"] for each in jane.of("conversation.updated")]
        assert {each["id"] for each in joined} == {room["id"], (await main_id(desk))}
        assert all("New Here" in [one["name"] for one in each["participants"]] for each in joined[-2:])
    for id_ in (room["id"], await main_id(desk)):
        assert (await desk.dana.get(f"groups/{id_}")).ok["member_count"] == 7


async def main_id(desk: Desk) -> str:
    found = (await desk.dana.get("groups")).ok["items"]
    return next(str(each["id"]) for each in found if each["name"] == "Main Community")


@pytest.mark.parametrize("name", ["john", "sarah"])
async def test_who_is_muted_reads_and_does_not_write(desk: Desk, name: str) -> None:
    room, who = await main_id(desk), getattr(desk, name)
    path = f"groups/{room}/members/{who.me['member']['id']}/mute"
    write = {"id": desk.new_id(), "body": "Hello all"}
    async with (
        socket_of(desk, who) as own,
        socket_of(desk, desk.jane) as jane,
        socket_of(desk, desk.mike) as mike,
    ):
        for each in (own, jane, mike):
            await each.subscribe()
        muted = (await desk.dana.put(path, None)).ok
        assert (muted["member_id"], muted["muted"]) == (who.me["member"]["id"], True)
        assert (await desk.dana.put(path, None)).ok == muted
        await rest(desk, own, jane, mike)
        assert [each["group"]["muted"] for each in own.of("group.updated")] == [True]
        assert [each["member"] for each in mike.of("group_member.updated")] == [muted]
        assert jane.kinds == []
        (await who.post(f"conversations/{room}/messages", write)).problem(403, "forbidden")
        assert (await who.get(f"groups/{room}")).ok["muted"] is True
        assert len(await desk.thread(who, room)) == 1
        await own.say("typing", conversation_id=room)
        await rest(desk, own, jane)
        assert jane.ephemera("typing") == []
        assert (await desk.dana.delete(path)).status == 204
        assert (await desk.dana.delete(path)).status == 204
        await rest(desk, own)
        assert [each["group"]["muted"] for each in own.of("group.updated")] == [True, False]
    assert (await who.post(f"conversations/{room}/messages", write)).status == 201


async def test_admins_are_not_muted_and_strangers_not_in_it(desk: Desk) -> None:
    room = await make(desk, desk.john, desk.dana)
    dana, jane = desk.dana.id, desk.jane.me["member"]["id"]
    (await desk.dana.put(f"groups/{room['id']}/members/{dana}/mute", None)).problem(409, "conflict")
    for id_ in (jane, UNSEEN, desk.nora.id):
        (await desk.dana.put(f"groups/{room['id']}/members/{id_}/mute", None)).problem(404, "not_found")


async def test_a_renamed_person_is_renamed_in_rooms_and_direct_messages(desk: Desk) -> None:
    room = await main_id(desk)
    jane = (await members(desk.john, room, name="Jane"))[0]
    talk = (await desk.john.post("direct-messages", {"contact_id": jane["id"]})).ok["id"]
    async with socket_of(desk, desk.john) as john:
        await john.subscribe()
        await desk.jane.patch("me", {"name": "Jane Doe"})
        await rest(desk, john)
        for id_ in (room, talk):
            told = [each["conversation"] for each in john.of("conversation.updated")]
            [last] = [each for each in told if each["id"] == id_][-1:]
            assert last == await desk.see(desk.john, id_)
            assert "Jane Doe" in [each["name"] for each in last["participants"]]
