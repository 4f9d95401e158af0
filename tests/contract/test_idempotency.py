"""Commands may be repeated under an `Idempotency-Key` and have happened once."""

import asyncio

from tests.contract.desk import Desk, Person, Reply
from tests.contract.shapes import UNSEEN


async def keyed(who: Person, method: str, path: str, body: object, key: str) -> Reply:
    return await who.ask(method, path, body, headers={"Idempotency-Key": key})


async def test_the_same_request_gets_the_first_answer(desk: Desk) -> None:
    body = {"contact_id": desk.bob.id, "subject": "Once"}
    first = await keyed(desk.dana, "POST", "conversations", body, "k1")
    again = await keyed(desk.dana, "POST", "conversations", body, "k1")
    assert first.status == 201
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.raw) == (first.status, first.raw)
    assert len(await desk.listed(desk.dana, contact_id=desk.bob.id)) == 1


async def test_another_request_under_the_key_is_refused(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    path = f"conversations/{one['id']}"
    assert (await keyed(desk.dana, "PATCH", path, {"priority": "low"}, "k")).status == 200
    (await keyed(desk.dana, "PATCH", path, {"priority": "high"}, "k")).problem(409, "id_reused")
    elsewhere = f"conversations/{two['id']}"
    (await keyed(desk.dana, "PATCH", elsewhere, {"priority": "low"}, "k")).problem(409, "id_reused")
    (await keyed(desk.dana, "PUT", f"{path}/read", {"seq": 1}, "k")).problem(409, "id_reused")


async def test_a_key_belongs_to_one_person(desk: Desk) -> None:
    path = f"conversations/{(await desk.numbered(1))['id']}"
    assert (await keyed(desk.dana, "PATCH", path, {"priority": "low"}, "k")).status == 200
    mine = await keyed(desk.sarah, "PATCH", path, {"priority": "urgent"}, "k")
    assert mine.ok["priority"] == "urgent"
    assert "Idempotent-Replayed" not in mine.headers
    (await keyed(desk.nora, "PATCH", path, {"priority": "low"}, "k")).problem(404, "not_found")


async def test_a_refusal_is_kept_too(desk: Desk) -> None:
    path = f"conversations/{(await desk.numbered(1))['id']}"
    await desk.change(desk.dana, path.split("/")[1], status="resolved")
    refused = await keyed(desk.dana, "PATCH", path, {"status": "pending"}, "k")
    refused.problem(409, "illegal_transition")
    await desk.change(desk.dana, path.split("/")[1], status="open")
    again = await keyed(desk.dana, "PATCH", path, {"status": "pending"}, "k")
    assert (again.status, again.raw) == (refused.status, refused.raw)
    assert again.headers["Idempotent-Replayed"] == "true"
    missing = await keyed(desk.dana, "PATCH", f"conversations/{UNSEEN}", {"priority": "low"}, "m")
    missing.problem(404, "not_found")


async def test_the_answer_outlives_access(desk: Desk) -> None:
    one = await desk.numbered(1)
    path = f"conversations/{one['id']}"
    first = await keyed(desk.sarah, "PATCH", path, {"priority": "low"}, "k")
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    again = await keyed(desk.sarah, "PATCH", path, {"priority": "low"}, "k")
    assert (again.status, again.raw) == (first.status, first.raw)
    (await keyed(desk.sarah, "PATCH", path, {"priority": "low"}, "other")).problem(404, "not_found")


async def test_an_answer_without_content_is_kept(desk: Desk) -> None:
    path = f"conversations/{(await desk.numbered(1))['id']}"
    for _ in range(2):
        assert (await keyed(desk.sarah, "PATCH", path, {"assignee_id": None}, "k")).status == 204
    assert len((await desk.dana.get(f"{path}/assignments")).ok["items"]) == 2


async def test_keys_end_after_30_days_and_at_200_characters(desk: Desk) -> None:
    path = f"conversations/{(await desk.numbered(1))['id']}"
    assert (await keyed(desk.dana, "PATCH", path, {"priority": "low"}, "k" * 200)).status == 200
    (await keyed(desk.dana, "PATCH", path, {"priority": "low"}, "k" * 201)).problem(422, "invalid")
    (await keyed(desk.dana, "PATCH", path, {"priority": "low"}, "")).problem(422, "invalid")
    desk.clock.advance(31 * 86_400)
    dana = await desk.sign_in("dana")
    later = await keyed(dana, "PATCH", path, {"priority": "high"}, "k" * 200)
    assert later.ok["priority"] == "high"


async def test_message_sends_go_by_their_own_id(desk: Desk) -> None:
    path = f"conversations/{(await desk.numbered(1))['id']}/messages"
    for _ in range(2):
        body = {"id": desk.new_id(), "body": "Another"}
        reply = await keyed(desk.sarah, "POST", path, body, "k")
        assert reply.status == 201
        assert "Idempotent-Replayed" not in reply.headers


async def test_twenty_at_once_happen_once(desk: Desk) -> None:
    body = {"contact_id": desk.bob.id, "body": "Once"}
    replies = await asyncio.gather(*(keyed(desk.dana, "POST", "conversations", body, "k") for _ in range(20)))
    assert len({each.raw for each in replies}) == 1
    assert {each.status for each in replies} == {201}
    assert sum("Idempotent-Replayed" not in each.headers for each in replies) == 1
    assert len(await desk.listed(desk.dana, contact_id=desk.bob.id)) == 1
