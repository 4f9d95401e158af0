"""Many conversations at once: exactly what the same single changes do, in one transaction."""

import random
from typing import Any

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.shapes import UNSEEN, Json
from tests.contract.test_balancing import queue_of
from tests.contract.test_states import into

#: What two runs may differ in: log positions, and who is told how by the history.
_PASSING = ("rev",)


def shown(conversation: Json) -> Json:
    return {name: value for name, value in conversation.items() if name not in _PASSING}


async def patches(desk: Desk, chance: random.Random) -> Json:
    """A change at random, of one kind or of several."""
    kinds: list[Json] = [
        into(chance.choice(["open", "pending", "snoozed", "resolved", "closed"])),
        {"priority": chance.choice(["low", "normal", "high", "urgent"])},
        {"assignee_id": chance.choice([desk.dana.id, desk.sarah.id, desk.mike.id, None])},
        {"add_tags": chance.sample(["vip", "refund", "bug"], 2), "remove_tags": ["billing"]},
        chance.choice([{"escalated": True, "escalated_reason": "angry"}, {"escalated": False}]),
    ]
    patch: Json = {}
    for each in chance.sample(kinds, chance.choice([1, 1, 2])):
        patch |= each
    return patch


async def one_by_one(desk: Desk, who: Person, ids: list[str], patch: Json) -> dict[str, list[Any]]:
    """What single requests would do, sorted as a bulk report is."""
    report: dict[str, list[Any]] = {"applied": [], "unchanged": [], "denied": [], "conflicted": []}
    for each in ids:
        before = await who.get(f"conversations/{each}")
        reply = await who.patch(f"conversations/{each}", patch)
        if reply.status in (403, 404):
            report["denied"].append(each)
        elif reply.status == 409:
            allowed = reply.json.get("allowed", [])
            report["conflicted"].append({"id": each, "code": reply.json["code"], "allowed": allowed})
        elif reply.status == 204 or reply.json["rev"] != before.json["rev"]:
            report["applied"].append(each)
        else:
            report["unchanged"].append(each)
    return report


@pytest.mark.parametrize("seed", range(6))
async def test_bulk_equals_the_same_single_changes(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    waiting = await queue_of(desk, 6)
    numbered = [(await desk.numbered(number))["id"] for number in (1, 2, 3)]
    for each in (*waiting, *numbered):
        await desk.dana.patch(f"conversations/{each}", await patches(desk, chance))
    ids = [*waiting, *numbered, UNSEEN]
    chance.shuffle(ids)
    who, patch = chance.choice([desk.dana, desk.dana, desk.sarah]), await patches(desk, chance)
    before = {each: (await desk.dana.get(f"conversations/{each}")).json for each in ids}
    foreseen = (await who.post("conversations/bulk", {"ids": ids, "patch": patch, "dry_run": True})).ok
    assert {each: (await desk.dana.get(f"conversations/{each}")).json for each in ids} == before
    done = (await who.post("conversations/bulk", {"ids": ids, "patch": patch})).ok
    assert done == foreseen
    at_once = {each: shown((await desk.dana.get(f"conversations/{each}")).json) for each in ids}
    again = (await who.post("conversations/bulk", {"ids": ids, "patch": patch})).ok
    assert again["applied"] == []
    expected = await one_by_one(desk, who, ids, patch)
    assert expected["applied"] == []  # single changes find nothing left to do
    assert expected["unchanged"] == again["unchanged"]
    assert {each: shown((await desk.dana.get(f"conversations/{each}")).json) for each in ids} == at_once


@pytest.mark.parametrize("seed", range(4))
async def test_single_changes_are_foreseen_by_a_dry_run(desk: Desk, seed: int) -> None:
    """The other way round: what a dry run of many reports is what single requests then do."""
    chance = random.Random(100 + seed)
    ids = [*(await queue_of(desk, 5)), *[(await desk.numbered(number))["id"] for number in (1, 2, 3)], UNSEEN]
    for each in ids:
        await desk.dana.patch(f"conversations/{each}", await patches(desk, chance))
    chance.shuffle(ids)
    who, patch = chance.choice([desk.dana, desk.sarah]), await patches(desk, chance)
    foreseen = (await who.post("conversations/bulk", {"ids": ids, "patch": patch, "dry_run": True})).ok
    assert await one_by_one(desk, who, ids, patch) == foreseen


async def test_what_moved_since_it_was_looked_at_is_not_changed(desk: Desk) -> None:
    one, two = (await desk.numbered(1)), (await desk.numbered(2))
    await desk.note(desk.dana, two["id"], "it moves")
    ids, revs = [one["id"], two["id"]], [one["rev"], two["rev"]]
    wanted = {"ids": ids, "if_revs": revs, "patch": {"add_tags": ["seen"]}}
    report = (await desk.dana.post("conversations/bulk", wanted)).ok
    assert report["applied"] == [one["id"]]
    assert report["conflicted"] == [{"id": two["id"], "code": "stale", "allowed": []}]
    assert (await desk.see(desk.dana, two["id"]))["tags"] == two["tags"]
    for wrong in ({"if_revs": revs[:1]}, {"if_revs": None, "q": "tag:a", "ids": None, "expect": 0, "x": 1}):
        (await desk.dana.post("conversations/bulk", wanted | wrong)).problem(422, "invalid")


async def test_five_hundred_at_once_with_foreign_illegal_and_unchanged_ones(desk: Desk) -> None:
    """Acceptance 22: one transaction, an exact report, and a dry run that says the same and does nothing."""
    waiting = await queue_of(desk, 4)
    await desk.change(desk.dana, waiting[0], status="closed")
    await desk.change(desk.dana, waiting[1], status="pending")
    foreign = (await desk.nora.get("conversations")).ok["items"]
    missing = [desk.new_id() for _ in range(500 - 4 - len(foreign))]
    ids = [*waiting, *(each["id"] for each in foreign), *missing]
    assert len(ids) == 500
    body = {"ids": ids, "patch": {"status": "pending"}}
    head = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    foreseen = await desk.dana.post("conversations/bulk", body | {"dry_run": True})
    assert (await desk.dana.get("sync/snapshot")).ok["cursor"] == head
    commits: list[set[str]] = []
    desk.services.db.on_commit(lambda events: commits.append({each.kind for each in events}))
    done = await desk.dana.post("conversations/bulk", body)
    assert done.raw == foreseen.raw
    assert len([each for each in commits if "conversation.updated" in each]) == 1, "one transaction"
    assert done.ok == {
        "applied": waiting[2:],
        "unchanged": [waiting[1]],
        "denied": ids[4:],
        "conflicted": [{"id": waiting[0], "code": "illegal_transition", "allowed": ["open"]}],
    }
    for each in foreign:
        assert (await desk.see(desk.nora, each["id"]))["rev"] == each["rev"]
