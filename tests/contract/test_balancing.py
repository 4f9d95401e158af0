"""Spreading chosen conversations over who is there: by open load, never over a maximum, and told exactly."""

from collections import Counter
from contextlib import AsyncExitStack

import pytest

from tests.contract.desk import Desk
from tests.contract.shapes import UNSEEN, Json
from tests.contract.test_routing import free, history, new_customer, there


async def queue_of(desk: Desk, count: int) -> list[str]:
    """So many conversations that nobody has."""
    found = []
    for number in range(count):
        customer = await new_customer(desk, number)
        conversation = (await customer.get("portal/conversation")).ok["id"]
        await desk.send(customer, conversation, "Hello")
        found.append(str(conversation))
    return found


async def balance(desk: Desk, ids: list[str], *, dry_run: bool = False) -> Json:
    return (await desk.dana.post("conversations/balance", {"ids": ids, "dry_run": dry_run})).ok


async def test_each_goes_to_the_least_busy_and_a_dry_run_says_the_same(desk: Desk) -> None:
    waiting = await queue_of(desk, 6)
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah, desk.mike)
        await free(desk, desk.sarah, 10)
        await free(desk, desk.mike, 10)
        foreseen = await balance(desk, waiting, dry_run=True)
        for each in waiting:
            assert (await desk.see(desk.dana, each))["assignee"] is None
        done = await balance(desk, waiting)
        assert done == foreseen
        assert Counter(each["member"]["name"] for each in done["given"]) == {
            "Sarah Johnson": 3,
            "Mike Chen": 3,
        }
        assert [each["id"] for each in done["given"]] == waiting
        for each in done["given"]:
            assert (await desk.see(desk.dana, each["id"]))["assignee"]["id"] == each["member"]["id"]
            (entry,) = await history(desk, each["id"])
            assert (entry["reason"], entry["explanation"]) == ("bulk", each["reason"])
            assert entry["assigned_by"]["id"] == desk.dana.id
        again = await balance(desk, waiting)
        assert (again["given"], set(again["unchanged"])) == ([], set(waiting))


async def test_nobody_is_ever_above_a_maximum(desk: Desk) -> None:
    waiting = await queue_of(desk, 5)
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.dana, desk.sarah, desk.mike)
        await free(desk, desk.sarah, 3)  # and has one already
        await free(desk, desk.mike, 1)  # and is full
        done = await balance(desk, waiting)
        assert [each["member"]["name"] for each in done["given"]] == ["Sarah Johnson"] * 2
        assert [each["id"] for each in done["left"]] == waiting[2:]
        assert "has reached the maximum, 3 of 3 open" in done["left"][0]["reason"]
        assert "Dana Whitfield is an admin without a maximum" in done["left"][0]["reason"]
        await free(desk, desk.dana, 2)
        done = await balance(desk, waiting[2:])
        assert [each["member"]["name"] for each in done["given"]] == ["Dana Whitfield"] * 2


async def test_one_agents_pile_is_shared(desk: Desk) -> None:
    pile = await queue_of(desk, 4)
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah, desk.mike)
        for each in pile:
            await desk.change(desk.dana, each, assignee_id=desk.sarah.id)
        done = await balance(desk, pile)
        assert {each["member"]["name"] for each in done["given"]} == {"Mike Chen"}
        loads = (await desk.dana.get("workload")).ok["agents"]
        assert {each["member"]["name"]: each["open"] for each in loads} == {
            "Dana Whitfield": 0,
            "Mike Chen": 3,
            "Sarah Johnson": 3,
        }


async def test_what_cannot_be_given_out_stays_and_says_why(desk: Desk) -> None:
    one, three = await desk.numbered(1), await desk.numbered(3)
    done = await balance(desk, [three["id"], UNSEEN, one["id"]])
    assert done["denied"] == [UNSEEN]
    assert {each["id"]: each["reason"] for each in done["left"]} == {
        three["id"]: "It is pending: only open conversations are given out.",
        one["id"]: "Nobody is online.",
    }
    assert (await desk.see(desk.dana, one["id"]))["rev"] == one["rev"]


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": ["x"]}, {}, {"ids": [UNSEEN], "patch": {}}])
async def test_a_wrong_request_is_refused(desk: Desk, body: Json) -> None:
    (await desk.dana.post("conversations/balance", body)).problem(422, "invalid")


async def test_only_admins_balance(desk: Desk) -> None:
    one = await desk.numbered(1)
    (await desk.sarah.post("conversations/balance", {"ids": [one["id"]]})).problem(403, "forbidden")
