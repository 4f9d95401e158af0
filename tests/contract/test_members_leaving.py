"""Who is disabled or works conversations no more: out at once, and what they held goes back."""

import pytest

from tests.contract.desk import Desk
from tests.contract.shapes import Json


async def leave(desk: Desk, change: Json) -> None:
    (await desk.dana.patch(f"members/{desk.sarah.id}", change)).accepted()


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "customer"}], ids=["disabled", "demoted"])
async def test_what_they_held_goes_back_to_the_queue(desk: Desk, change: Json) -> None:
    held = (await desk.dana.get("conversations", assignee=desk.sarah.id)).ok["items"]
    assert {each["status"] for each in held} == {"open", "pending"}
    others = await desk.numbered(2)
    await leave(desk, change)
    for each in held:
        now = await desk.see(desk.dana, each["id"])
        assert (now["assignee"], now["status"]) == (None, each["status"])
        last = (await desk.dana.get(f"conversations/{each['id']}/assignments")).ok["items"][0]
        assert (last["assignee"], last["assigned_by"]["id"], last["reason"]) == (
            None,
            desk.dana.id,
            "returned",
        )
    assert await desk.see(desk.dana, others["id"]) == others
    left = (await desk.sarah.get("conversations")).status
    assert left == (401 if "disabled" in change else 200)


async def test_what_was_done_stays_theirs(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], status="resolved")
    await leave(desk, {"disabled": True})
    assert (await desk.see(desk.dana, one["id"]))["assignee"]["id"] == desk.sarah.id


async def test_an_admin_who_becomes_staff_keeps_what_they_hold(desk: Desk) -> None:
    await leave(desk, {"role": "admin"})
    one = await desk.numbered(1)
    await leave(desk, {"role": "staff"})
    assert (await desk.see(desk.dana, one["id"]))["assignee"]["id"] == desk.sarah.id


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "staff"}, {"role": "customer"}], ids=str)
async def test_the_last_admin_stays(desk: Desk, change: Json) -> None:
    (await desk.dana.patch(f"members/{desk.dana.id}", change)).problem(409, "conflict")
    (await desk.dana.patch(f"members/{desk.sarah.id}", {"role": "admin"})).accepted()
    (await desk.dana.patch(f"members/{desk.dana.id}", change)).accepted()
