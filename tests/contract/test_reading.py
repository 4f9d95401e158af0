"""Read cursors and the unread numbers: who moves which, and that every surface says the same."""

from tests.contract.desk import Desk, Person
from tests.contract.shapes import UNSEEN, Json


async def unread(desk: Desk, who: Person, conversation_id: str) -> int:
    """The number, the same wherever it is shown."""
    seen: Json = await desk.see(who, conversation_id)
    listed = next(c for c in (await who.get("conversations")).ok["items"] if c["id"] == conversation_id)
    snapshot = (await who.get("sync/snapshot")).ok["conversations"]
    synced = next(c for c in snapshot if c["id"] == conversation_id)
    assert seen == listed == synced
    number: int = seen["unread"]
    return number


async def read(who: Person, conversation_id: str, seq: int) -> Json:
    answer = (await who.put(f"conversations/{conversation_id}/read", {"seq": seq})).ok
    assert set(answer) == {"conversation_id", "seq", "unread"}
    assert answer["conversation_id"] == conversation_id
    return answer


async def test_staff_move_the_desks_cursor_and_an_admin_looking_does_not(desk: Desk) -> None:
    one = await desk.numbered(1)
    assert one["unread"] == 2
    last = (await desk.thread(desk.sarah, one["id"]))[-1]["seq"]
    assert await unread(desk, desk.sarah, one["id"]) == 2, "fetching marks nothing as read"
    await read(desk.dana, one["id"], last)
    assert await unread(desk, desk.sarah, one["id"]) == 2
    assert (await desk.numbered(1))["agent_read_seq"] == one["agent_read_seq"]
    assert (await read(desk.sarah, one["id"], last))["unread"] == 0
    for who in (desk.sarah, desk.dana):
        assert await unread(desk, who, one["id"]) == 0
    assert (await desk.see(desk.john, one["id"]))["agent_read_seq"] >= last


async def test_an_admin_moves_it_as_assignee(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=desk.dana.id)
    answer = await read(desk.dana, one["id"], one["rev"])
    assert answer["unread"] == 0
    assert await unread(desk, desk.dana, one["id"]) == 0


async def test_a_cursor_moves_by_parts_and_never_back(desk: Desk) -> None:
    one = await desk.numbered(1)
    *_, before, last = await desk.thread(desk.sarah, one["id"])
    assert (await read(desk.sarah, one["id"], before["seq"]))["unread"] == 1
    full = await read(desk.sarah, one["id"], last["seq"])
    assert await read(desk.sarah, one["id"], 1) == full
    assert await read(desk.sarah, one["id"], 0) == full
    assert await unread(desk, desk.sarah, one["id"]) == 0


async def test_a_cursor_beyond_the_end_reads_nothing_of_the_future(desk: Desk) -> None:
    one = await desk.numbered(1)
    await read(desk.sarah, one["id"], 2**53 - 1)
    await desk.send(desk.john, one["id"], "Later")
    assert await unread(desk, desk.sarah, one["id"]) == 1
    sent = await desk.send(desk.sarah, one["id"], "Answer")
    await read(desk.john, one["id"], 2**53 - 1)
    await desk.send(desk.sarah, one["id"], "Another")
    assert await unread(desk, desk.john, one["id"]) == 1
    assert (await desk.numbered(1))["contact_read_seq"] < sent["seq"] + 100


async def test_reading_again_is_a_no_op(desk: Desk) -> None:
    one = await desk.numbered(1)
    await read(desk.sarah, one["id"], one["rev"])
    cursor = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    await read(desk.sarah, one["id"], one["rev"])
    assert (await desk.dana.get("sync/snapshot")).ok["cursor"] == cursor


async def test_a_public_reply_reads_and_a_note_does_not(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.note(desk.sarah, one["id"], "Hm")
    assert await unread(desk, desk.sarah, one["id"]) == 2
    await desk.send(desk.sarah, one["id"], "Answer")
    assert await unread(desk, desk.sarah, one["id"]) == 0
    await desk.send(desk.john, one["id"], "More")
    await desk.send(desk.john, one["id"], "And more")
    assert await unread(desk, desk.sarah, one["id"]) == 2


async def test_an_admins_reply_reads_only_as_assignee(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.dana, one["id"], "An admin helps")
    assert await unread(desk, desk.sarah, one["id"]) == 2
    await desk.change(desk.dana, one["id"], assignee_id=desk.dana.id)
    await desk.send(desk.dana, one["id"], "Mine now")
    assert await unread(desk, desk.dana, one["id"]) == 0


async def test_a_contact_counts_others_public_messages(desk: Desk) -> None:
    one = await desk.numbered(1)
    assert await unread(desk, desk.john, one["id"]) == 0
    first = await desk.send(desk.sarah, one["id"], "One")
    await desk.note(desk.sarah, one["id"], "Not for them")
    await desk.send(desk.sarah, one["id"], "Two")
    assert await unread(desk, desk.john, one["id"]) == 2
    assert (await read(desk.john, one["id"], first["seq"]))["unread"] == 1
    assert (await desk.numbered(1))["contact_read_seq"] >= first["seq"]
    assert await unread(desk, desk.sarah, one["id"]) == 0


async def test_who_writes_has_read_what_came_before(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.sarah, one["id"], "One")
    await desk.send(desk.john, one["id"], "Two")
    assert await unread(desk, desk.john, one["id"]) in (0, 1)  # the contract leaves it open
    assert await unread(desk, desk.sarah, one["id"]) == 1


async def test_only_who_may_see_it_reads(desk: Desk) -> None:
    one = await desk.numbered(1)
    for who in (desk.mike, desk.jane, desk.nora):
        (await who.put(f"conversations/{one['id']}/read", {"seq": 1})).problem(404, "not_found")
    for body in ({}, {"seq": "x"}, {"seq": -1}, {"seq": 2**64}, {"seq": None}, {"seq": 1, "unread": 0}):
        (await desk.sarah.put(f"conversations/{one['id']}/read", body)).problem(422, "invalid")
        (await desk.sarah.put(f"conversations/{UNSEEN}/read", body)).problem(422, "invalid")


async def test_in_a_room_everybody_has_a_cursor_of_their_own(desk: Desk) -> None:
    rooms = {}
    for who in (desk.john, desk.jane, desk.sarah):
        items = (await who.get("conversations", kind="group")).ok["items"]
        if items:
            rooms[who] = items[0]
    assert desk.john in rooms
    assert desk.jane in rooms
    room = rooms[desk.john]
    assert {p["name"] for p in room["participants"]} >= {"John Doe", "Jane Smith"}
    start = rooms[desk.jane]["unread"]
    sent = await desk.send(desk.john, room["id"], "Hello room")
    assert (await desk.see(desk.jane, room["id"]))["unread"] == start + 1
    assert (await read(desk.jane, room["id"], sent["seq"]))["unread"] == 0
    assert (await desk.see(desk.john, room["id"]))["unread"] == room["unread"]
    assert sent["author"] == {"kind": "contact", "id": desk.john.id, "name": "John Doe"}
