"""Drafts: per person, conversation and kind, on all of one's devices and on nobody else's."""

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import Json


async def keep(who: Person, conversation: str, body: str, **more: object) -> Json:
    """A draft that must be kept."""
    return (await who.put(f"conversations/{conversation}/draft", {"body": body} | more)).ok


async def kept(who: Person, conversation: str) -> Json:
    return (await who.get(f"conversations/{conversation}/draft")).ok


async def test_a_reply_and_a_note_are_kept_apart_and_for_their_author(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    assert await kept(desk.sarah, one) == {"conversation_id": one, "reply": None, "note": None}
    await keep(desk.sarah, one, "Dear John,\r\n")
    both = await keep(desk.sarah, one, "C4N4RY ask {who}", visibility="internal", blanks={"{who}": 0})
    assert (both["reply"]["body"], both["note"]["body"]) == ("Dear John,\n", "C4N4RY ask {who}")
    assert (both["reply"]["blanks"], both["note"]["blanks"]) == ({}, {"{who}": 0})
    assert both["note"]["rev"] > both["reply"]["rev"]
    assert await kept(desk.sarah, one) == both
    assert await kept(desk.dana, one) == {"conversation_id": one, "reply": None, "note": None}
    assert await kept(desk.john, one) == {"conversation_id": one, "reply": None}
    mine = await keep(desk.john, one, "One more")
    assert await kept(desk.john, one) == mine
    assert await kept(desk.sarah, one) == both


async def test_a_draft_changes_nothing_that_others_see(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    before = [await desk.see(who, one) for who in (desk.dana, desk.sarah, desk.john)]
    async with socket_of(desk, desk.dana) as dana, socket_of(desk, desk.john) as john:
        await dana.subscribe()
        await john.subscribe()
        await keep(desk.sarah, one, "C4N4RY not yet")
        await keep(desk.sarah, one, "C4N4RY nor this", visibility="internal")
        await rest(desk, dana, john)
        for each in (dana, john):
            assert not each.events
            assert "C4N4RY" not in "".join(each.raw)
    assert [await desk.see(who, one) for who in (desk.dana, desk.sarah, desk.john)] == before
    assert b"C4N4RY" not in (await desk.dana.get("events")).raw


async def test_contacts_have_no_notes_and_nobody_drafts_where_they_do_not_see(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    path = f"conversations/{one}/draft"
    (await desk.john.put(path, {"body": "x", "visibility": "internal"})).problem(403, "forbidden")
    for who in (desk.mike, desk.jane, desk.nora):
        (await who.get(path)).problem(404, "not_found")
        (await who.put(path, {"body": "x"})).problem(404, "not_found")
        (await who.delete(path)).problem(404, "not_found")


TOO_MANY = dict.fromkeys((f"{{a{each}}}" for each in range(101)), 0)


@pytest.mark.parametrize(
    "body",
    [
        {"body": "x" * 10_001},
        {"body": None},
        {},
        {"body": "x", "if_rev": -1},
        {"body": "x", "blanks": []},
        {"body": "x", "blanks": {"a": 0}},
        {"body": "x", "blanks": {"{a}": -1}},
        {"body": "x", "blanks": {"{a}\n": 0}},
        {"body": "x", "blanks": TOO_MANY},
    ],
)
async def test_what_cannot_be_a_draft(desk: Desk, body: Json) -> None:
    one = (await desk.numbered(1))["id"]
    (await desk.sarah.put(f"conversations/{one}/draft", body)).problem(422, "invalid")


async def test_a_newer_one_of_another_device_is_never_overwritten_unseen(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    path = f"conversations/{one}/draft"
    first = (await keep(desk.sarah, one, "first", if_rev=0))["reply"]
    second = (await keep(desk.sarah, one, "second", if_rev=first["rev"]))["reply"]
    for known in (0, first["rev"]):
        late = await desk.sarah.put(path, {"body": "late", "if_rev": known})
        assert late.problem(409, "stale")["rev"] == second["rev"]
    assert (await kept(desk.sarah, one))["reply"] == second
    assert (await keep(desk.sarah, one, "second", if_rev=second["rev"]))["reply"] == second
    assert (await keep(desk.sarah, one, "second", if_rev=first["rev"]))[
        "reply"
    ] == second  # its answer was lost


async def test_a_blank_one_is_none_and_forgetting_twice_is_forgetting_once(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    path = f"conversations/{one}/draft"
    assert (await keep(desk.sarah, one, " \n "))["reply"] is None  # there was none
    first = (await keep(desk.sarah, one, "text"))["reply"]
    open_now = (await keep(desk.sarah, one, "text", blanks={"{a}": 1}))["reply"]
    assert (open_now["blanks"], open_now["rev"] > first["rev"]) == ({"{a}": 1}, True)
    thrown = (await keep(desk.sarah, one, " \n ", blanks={"{a}": 1}))["reply"]
    assert (thrown["body"], thrown["blanks"], thrown["rev"] > open_now["rev"]) == ("", {}, True)
    await keep(desk.sarah, one, "text")
    await keep(desk.sarah, one, "C4N4RY", visibility="internal")
    for _ in range(2):
        reply = await desk.sarah.ask("DELETE", path, query={"visibility": "public"})
        assert reply.status == 204
        assert (await kept(desk.sarah, one))["reply"]["body"] == ""
    assert (await kept(desk.sarah, one))["note"]["body"] == "C4N4RY"
    assert (await desk.sarah.delete(path)).status == 204
    gone = await kept(desk.sarah, one)
    assert gone["note"]["body"] == ""
    assert (await desk.sarah.delete(path)).status == 204
    assert await kept(desk.sarah, one) == gone
    desk.clock.advance(91 * 86_400)
    sarah = await desk.sign_in("sarah")
    await desk.services.jobs.tick()
    assert await kept(sarah, one) == {"conversation_id": one, "reply": None, "note": None}


async def test_ones_other_devices_are_told_also_those_that_were_away(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    async with socket_of(desk, desk.sarah) as away:
        await away.subscribe()
        cursor = away.cursor
    async with socket_of(desk, desk.sarah) as other, socket_of(desk, desk.john) as john:
        await other.subscribe()
        await john.subscribe()
        first = await keep(desk.sarah, one, "first")
        second = await keep(desk.sarah, one, "second")
        mine = await keep(desk.john, one, "mine")
        await rest(desk, other, john)
        assert [each["draft"] for each in other.of("draft.updated")][-1] == second
        assert other.of("draft.updated")[-1]["rev"] == second["reply"]["rev"] > first["reply"]["rev"]
        assert [each["draft"] for each in john.of("draft.updated")] == [mine]
    async with socket_of(desk, desk.sarah) as back:
        await back.subscribe(cursor)
        assert [each["draft"] for each in back.of("draft.updated")] == [second]


async def test_losing_the_conversation_hides_the_draft_and_getting_it_back_brings_it(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    draft = await keep(desk.sarah, one, "C4N4RY half a thought", visibility="internal")
    async with socket_of(desk, desk.sarah) as sarah:
        await sarah.subscribe()
        cursor = sarah.cursor
    await desk.change(desk.dana, one, assignee_id=desk.mike.id)
    (await desk.sarah.get(f"conversations/{one}/draft")).problem(404, "not_found")
    assert (await kept(desk.mike, one))["note"] is None
    async with socket_of(desk, desk.sarah) as sarah:
        await sarah.subscribe(cursor)
        assert "C4N4RY" not in "".join(sarah.raw)
    await desk.change(desk.dana, one, assignee_id=desk.sarah.id)
    assert await kept(desk.sarah, one) == draft
