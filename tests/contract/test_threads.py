"""Reading a thread: paging, previews, activity lines, notes edited and deleted."""

from tests.contract.desk import Desk
from tests.contract.shapes import UNSEEN, Json


async def test_paging_meets_everything_once_while_messages_arrive(desk: Desk) -> None:
    one = await desk.numbered(1)
    for n in range(30):
        await desk.send(desk.sarah, one["id"], f"Message {n}")
    whole = await desk.thread(desk.sarah, one["id"])
    assert [m["seq"] for m in whole] == sorted({m["seq"] for m in whole})
    path, cursor = f"conversations/{one['id']}/messages", None
    walked: list[Json] = []
    while True:
        page = (await desk.sarah.get(path, limit=7, **({"before": cursor} if cursor else {}))).ok
        assert set(page) == {"items", "next_cursor"}
        walked = page["items"] + walked
        await desk.send(desk.john, one["id"], "Meanwhile")
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert cursor == page["items"][0]["id"]
    assert walked == whole
    after = (await desk.sarah.get(path, after=whole[3]["id"], limit=5)).ok["items"]
    assert after == whole[4:9]
    around = (await desk.sarah.get(path, around=whole[10]["id"], limit=5)).ok["items"]
    assert whole[10] in around
    assert around == whole[whole.index(around[0]) : whole.index(around[0]) + len(around)]
    newest = (await desk.sarah.get(path, limit=1)).ok
    assert newest["items"][0]["body"] == "Meanwhile"


async def test_places_to_page_from_must_be_of_this_thread_and_visible(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    path = f"conversations/{one['id']}/messages"
    other = (await desk.thread(desk.mike, two["id"]))[-1]["id"]
    note = (await desk.note(desk.sarah, one["id"], "Hidden"))["id"]
    for name in ("before", "after", "around"):
        missing = await desk.john.get(path, **{name: UNSEEN})
        assert missing.status in (404, 422)
        for id_ in (other, note):
            reply = await desk.john.get(path, **{name: id_})
            assert (reply.status, reply.raw) == (missing.status, missing.raw)
        (await desk.john.get(path, **{name: "x"})).problem(422, "invalid")
        (await desk.john.get(path, cursor="x")).problem(422, "invalid")
    first = (await desk.thread(desk.john, one["id"]))[0]["id"]
    (await desk.john.get(path, before=first, after=first)).problem(422, "invalid")


async def test_contacts_page_as_if_notes_were_not_there(desk: Desk) -> None:
    one = await desk.numbered(1)
    for n in range(12):
        await desk.note(desk.sarah, one["id"], f"C4N4RY {n}")
    path, cursor = f"conversations/{one['id']}/messages", None
    seen: list[Json] = []
    while True:
        page = (await desk.john.get(path, limit=2, **({"before": cursor} if cursor else {}))).ok
        assert len(page["items"]) == 2
        seen = page["items"] + seen
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == await desk.thread(desk.john, one["id"])


async def test_a_note_is_edited_and_deleted_by_its_author_only(desk: Desk) -> None:
    one = await desk.numbered(1)
    note = await desk.note(desk.sarah, one["id"], "C4N4RY a first thought")
    path = f"messages/{note['id']}"
    desk.clock.advance(60)
    edited = (await desk.sarah.patch(path, {"body": "C4N4RY a second"})).ok
    assert (edited["body"], edited["seq"]) == ("C4N4RY a second", note["seq"])
    assert edited["edited_at"] is not None
    assert edited["rev"] > note["rev"]
    assert (await desk.sarah.patch(path, {"body": "C4N4RY a second"})).ok == edited
    for who, status in ((desk.dana, {403}), (desk.mike, {404}), (desk.nora, {404}), (desk.john, {403})):
        assert (await who.patch(path, {"body": "x"})).status in status
        assert (await who.delete(path)).status in status
    (await desk.john.get(path)).problem(404, "not_found")
    assert (await desk.sarah.delete(path)).status == 204
    gone = (await desk.dana.get(path)).ok
    assert (gone["deleted"], gone["body"]) == (True, "")
    assert b"second" not in (await desk.dana.get(f"conversations/{one['id']}/messages")).raw
    assert b"second" not in (await desk.dana.get(f"conversations/{one['id']}")).raw
    assert (await desk.sarah.patch(path, {"body": "x"})).status == 200  # its author may bring it back


async def test_a_public_reply_stays_as_it_was_sent(desk: Desk) -> None:
    one = await desk.numbered(1)
    sent = await desk.send(desk.sarah, one["id"], "Sent")
    theirs = (await desk.thread(desk.sarah, one["id"]))[0]
    for id_ in (sent["id"], theirs["id"]):
        for reply in (
            await desk.sarah.patch(f"messages/{id_}", {"body": "Else"}),
            await desk.sarah.delete(f"messages/{id_}"),
            await desk.dana.delete(f"messages/{id_}"),
        ):
            assert reply.status in (403, 409)


async def test_activity_lines_that_name_an_agent_are_internal(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    await desk.change(desk.mike, one["id"], status="resolved")
    lines = [m for m in await desk.thread(desk.dana, one["id"]) if m["kind"] == "activity"]
    assert lines
    for each in lines:
        named = any(name in each["body"] for name in ("Dana", "Sarah", "Mike"))
        assert not named or each["visibility"] == "internal"
    for each in await desk.thread(desk.john, one["id"]):
        if each["kind"] == "activity":
            assert not any(name in each["body"] for name in ("Dana", "Sarah", "Mike"))


async def test_previews_show_the_last_message_the_reader_may_see(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.sarah, one["id"], "Public\nline " + "x" * 200)
    await desk.note(desk.sarah, one["id"], "C4N4RY note")
    assert "C4N4RY" in (await desk.numbered(1))["preview"]
    mine = (await desk.see(desk.john, one["id"]))["preview"]
    assert mine.startswith("Public line x")
    assert len(mine) <= 120
