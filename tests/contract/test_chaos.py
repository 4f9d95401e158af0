"""Everybody at once: whatever the order turns out to be, the desk's promises hold afterwards."""

import asyncio
import random

from tests.contract.desk import Desk, Reply
from tests.contract.shapes import COUNTS, Json

ACTIVE = ("open", "pending", "snoozed")


async def test_the_promises_hold_after_a_wild_minute(desk: Desk) -> None:
    one = await desk.numbered(1)
    path = f"conversations/{one['id']}"
    sends = [
        desk.john.post(f"{path}/messages", {"id": desk.new_id(), "body": f"John {n}"}) for n in range(15)
    ]
    replies = [
        who.post(f"{path}/messages", {"id": desk.new_id(), "body": f"Agent {n}"})
        for n in range(5)
        for who in (desk.sarah, desk.dana)
    ]
    moves = [
        desk.dana.patch(path, {"status": status})
        for status in ("closed", "open", "resolved", "open", "pending", "closed", "open")
    ]
    assignments = [
        desk.dana.patch(path, {"assignee_id": who.id}) for who in (desk.mike, desk.sarah, desk.dana) * 2
    ]
    openings = [desk.john.post("conversations", {"body": f"New {n}"}) for n in range(3)]
    entrances = [desk.john.get("portal/conversation") for _ in range(5)]
    everything = sends + replies + moves + assignments + openings + entrances
    random.Random(7).shuffle(everything)
    answers = await asyncio.gather(*everything)
    assert {each.status for each in answers} <= {200, 201, 404, 409}
    await check_promises(desk, answers)


async def check_promises(desk: Desk, answers: list[Reply]) -> None:
    items: list[Json] = (await desk.dana.get("conversations", contact_id=desk.john.id, limit=200)).ok["items"]
    assert sum(each["status"] in ACTIVE for each in items) <= 1
    by_id = {each["id"]: each for each in items}
    for each in items:
        if each["next_id"]:
            assert each["next_id"] in by_id
        if each["previous_id"]:
            assert by_id[each["previous_id"]]["next_id"] is not None
        if each["ticket"]:
            ticket = (await desk.dana.get(f"tickets/{each['ticket']['id']}")).ok
            assert (ticket["status"], ticket["assignee"]) == (each["status"], each["assignee"])
    await check_messages(desk, answers, [each["id"] for each in items])
    counts = (await desk.dana.get("conversations")).ok["counts"]
    listed: list[Json] = (await desk.dana.get("conversations", limit=200)).ok["items"]
    assert counts == {status: sum(each["status"] == status for each in listed) for status in COUNTS}


async def check_messages(desk: Desk, answers: list[Reply], conversation_ids: list[str]) -> None:
    """Every message that was acknowledged is there, once, where its answer said; positions are unique."""
    acknowledged = {
        each.json["id"]: each.json["conversation_id"]
        for each in answers
        if each.status in (200, 201) and "replayed" in each.json
    }
    stored: dict[str, str] = {}
    seqs: list[int] = []
    for id_ in conversation_ids:
        thread = await desk.thread(desk.dana, id_)
        assert len({each["id"] for each in thread} & set(stored)) == 0
        stored |= {each["id"]: id_ for each in thread}
        assert [each["seq"] for each in thread] == sorted(each["seq"] for each in thread)
        seqs += [each["seq"] for each in thread]
    assert len(seqs) == len(set(seqs))
    assert acknowledged.items() <= stored.items()
    assert len(acknowledged) >= 15
