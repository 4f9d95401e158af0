"""Canned replies: shared ones that admins write, own ones that nobody else sees, and what is told live."""

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import UNSEEN, Json

KEYS = {"id", "visibility", "shortcut", "title", "body", "created_at", "updated_at", "rev"}


async def keep(who: Person, visibility: str, shortcut: str, **more: str) -> Json:
    fields = {"visibility": visibility, "shortcut": shortcut, "title": "A title", "body": "A text"} | more
    return (await who.post("canned-replies", fields)).ok


async def shortcuts(who: Person) -> list[str]:
    return [each["shortcut"] for each in (await who.get("canned-replies", limit=200)).ok["items"]]


async def test_agents_read_the_shared_ones_and_their_own(desk: Desk) -> None:
    before = await shortcuts(desk.mike)
    shared = await keep(desk.dana, "shared", "team/hours")
    own = await keep(desk.sarah, "own", "mine")
    assert set(shared) == set(own) == KEYS
    assert (shared["visibility"], own["visibility"]) == ("shared", "own")
    assert await shortcuts(desk.mike) == [*before, "team/hours"]
    assert {"team/hours", "mine"} <= set(await shortcuts(desk.sarah))
    assert "mine" not in await shortcuts(desk.dana)
    assert "team/hours" not in await shortcuts(desk.nora)
    for path, fields in ((f"canned-replies/{own['id']}", {"title": "Theirs"}),):
        for other in (desk.dana, desk.mike, desk.nora):
            missing = await other.get(f"canned-replies/{UNSEEN}")
            assert (await other.get(path)).raw == missing.raw
            (await other.patch(path, fields)).problem(404, "not_found")
            (await other.delete(path)).problem(404, "not_found")
    assert (await desk.sarah.get(f"canned-replies/{own['id']}")).ok == own


async def test_only_admins_write_what_is_shared(desk: Desk) -> None:
    shared = await keep(desk.dana, "shared", "hours")
    path = f"canned-replies/{shared['id']}"
    fields = {"visibility": "shared", "shortcut": "x", "title": "X", "body": "X"}
    (await desk.sarah.post("canned-replies", fields)).problem(403, "forbidden")
    (await desk.sarah.patch(path, {"title": "X"})).problem(403, "forbidden")
    (await desk.sarah.delete(path)).problem(403, "forbidden")
    assert (await desk.sarah.get(path)).ok == shared
    assert (await desk.dana.patch(path, {"body": "Line\r\nline"})).ok["body"] == "Line\nline"
    assert (await desk.dana.delete(path)).status == 204
    (await desk.dana.delete(path)).problem(404, "not_found")


async def test_a_shortcut_is_one_word_and_taken_once_among_its_kind(desk: Desk) -> None:
    assert (await keep(desk.sarah, "own", "Billing/Refund"))["shortcut"] == "billing/refund"
    await keep(desk.mike, "own", "billing/refund")
    await keep(desk.dana, "shared", "billing/refund")
    second = await keep(desk.sarah, "own", "second")
    fields = {"shortcut": "BILLING/refund", "title": "X", "body": "X"}
    (await desk.sarah.post("canned-replies", fields)).problem(409, "conflict")
    (await desk.sarah.patch(f"canned-replies/{second['id']}", {"shortcut": "billing/refund"})).problem(
        409, "conflict"
    )
    for shortcut in ("", " ", "two words", "a{b}", "x" * 41, None):
        reply = await desk.sarah.post("canned-replies", fields | {"shortcut": shortcut})
        assert reply.problem(422, "invalid")["errors"][0]["loc"][-1] == "shortcut"


@pytest.mark.parametrize("fields", [{"title": " "}, {"body": " \n"}, {"body": None}, {"body": "x" * 10_001}])
async def test_title_and_text_are_there_and_not_too_long(desk: Desk, fields: Json) -> None:
    own = await keep(desk.sarah, "own", "own")
    (await desk.sarah.patch(f"canned-replies/{own['id']}", fields)).problem(422, "invalid")
    whole = {"shortcut": "other", "title": "X", "body": "X"} | fields
    (await desk.sarah.post("canned-replies", whole)).problem(422, "invalid")


async def test_what_is_so_already_changes_nothing(desk: Desk) -> None:
    own = await keep(desk.sarah, "own", "own")
    path = f"canned-replies/{own['id']}"
    assert (await desk.sarah.patch(path, {"title": "A title", "shortcut": "own"})).ok == own
    changed = (await desk.sarah.patch(path, {"title": "Another"})).ok
    assert changed["rev"] > own["rev"]
    assert changed["title"] == "Another"


async def test_there_is_a_limit(desk: Desk) -> None:
    for number in range(200):
        made = await desk.mike.post("canned-replies", {"shortcut": f"n{number}", "title": "X", "body": "X"})
        assert made.status == 201
    (await desk.mike.post("canned-replies", {"shortcut": "more", "title": "X", "body": "X"})).problem(
        409, "limit_reached"
    )
    await keep(desk.dana, "shared", "more")


async def test_consoles_are_told_of_shared_ones_and_owners_of_theirs(desk: Desk) -> None:
    async with (
        socket_of(desk, desk.sarah) as sarah,
        socket_of(desk, desk.mike) as mike,
        socket_of(desk, desk.john) as john,
    ):
        for each in (sarah, mike, john):
            await each.subscribe()
        shared = await keep(desk.dana, "shared", "hours")
        own = await keep(desk.sarah, "own", "mine")
        changed = (await desk.sarah.patch(f"canned-replies/{own['id']}", {"body": "Other"})).ok
        await desk.dana.delete(f"canned-replies/{shared['id']}")
        await rest(desk, sarah, mike, john)
        gone = sarah.of("canned_reply.deleted")
        assert sarah.of("canned_reply.created") == [{"canned_reply": shared}, {"canned_reply": own}]
        assert sarah.of("canned_reply.updated") == [{"canned_reply": changed}]
        assert [each["canned_reply_id"] for each in gone] == [shared["id"]]
        assert gone[0]["rev"] > changed["rev"]
        assert mike.of("canned_reply.created") == [{"canned_reply": shared}]
        assert mike.of("canned_reply.deleted") == gone
        assert not mike.of("canned_reply.updated")
        assert not [event for event in john.events if event["kind"].startswith("canned")]
