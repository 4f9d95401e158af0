"""Who has how much to do: loads, the five figures, and who sees them."""

import random

from tests.contract.desk import Desk
from tests.contract.shapes import Json
from tests.contract.test_states import into

HOUR = 3600


async def figures(desk: Desk, **query: str) -> Json:
    return (await desk.dana.get("workload", **query)).ok["figures"]


async def open_of(desk: Desk) -> dict[str, int]:
    agents = (await desk.dana.get("workload")).ok["agents"]
    return {each["member"]["name"]: each["open"] for each in agents}


async def test_admins_see_every_load_and_the_figures(desk: Desk) -> None:
    john, jane = await desk.numbered(1), await desk.numbered(2)
    seen = (await desk.dana.get("workload")).ok
    assert await open_of(desk) == {"Dana Whitfield": 0, "Mike Chen": 1, "Sarah Johnson": 1}
    assert seen["figures"] == {
        "unassigned": 0,
        "open": 2,
        "waiting_longest_since": min(john["waiting_since"], jane["waiting_since"]),
        "handled": 0,
        "agents_online": 0,
    }
    (await desk.dana.patch(f"members/{desk.sarah.id}", {"max_concurrent": 15})).accepted()
    sarah = (await desk.dana.get("workload")).ok["agents"][2]
    assert sarah["max_concurrent"] == 15
    assert sarah["member"] == {"id": desk.sarah.id, "name": "Sarah Johnson", "presence": "offline"}


async def test_staff_see_their_own_load_alone(desk: Desk) -> None:
    seen = (await desk.sarah.get("workload")).ok
    assert [each["member"]["id"] for each in seen["agents"]] == [desk.sarah.id]
    assert seen["figures"] is None


async def test_figures_follow_what_happens(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=None)
    assert (await figures(desk))["unassigned"] == 1
    assert (await open_of(desk))["Sarah Johnson"] == 0
    await desk.change(desk.dana, one["id"], status="resolved")
    now = await figures(desk)
    assert (now["open"], now["unassigned"], now["handled"]) == (1, 0, 1)
    await desk.change(desk.dana, one["id"], status="closed")
    assert (await figures(desk))["handled"] == 1
    await desk.change(desk.dana, one["id"], status="open")
    assert (await figures(desk))["handled"] == 0


async def test_handled_counts_from_when_the_readers_day_began(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    await desk.change(desk.dana, one["id"], status="resolved")
    desk.clock.advance(5 * HOUR)
    await desk.change(desk.dana, two["id"], status="closed")
    assert (await figures(desk, since="2026-09-21T19:00:00Z"))["handled"] == 1
    assert (await figures(desk, since="2026-09-21T14:00:00+00:00"))["handled"] == 2
    desk.clock.advance(24 * HOUR)
    assert (await figures(desk))["handled"] == 0
    (await desk.dana.get("workload", since="yesterday")).problem(422, "invalid")


async def test_a_disabled_agent_is_named_no_more_and_what_they_had_waits_for_somebody(desk: Desk) -> None:
    before = await figures(desk)
    (await desk.dana.patch(f"members/{desk.mike.id}", {"disabled": True})).accepted()
    assert "Mike Chen" not in await open_of(desk)
    assert (await figures(desk))["unassigned"] == before["unassigned"] + 1


async def test_another_organization_counts_its_own(desk: Desk) -> None:
    seen = (await desk.nora.get("workload")).ok
    assert all("designpi" not in each["member"]["name"].lower() for each in seen["agents"])
    assert desk.sarah.id not in str(seen)


async def test_counts_equal_the_lists_after_anything(desk: Desk) -> None:
    chance = random.Random(5)
    one = [await desk.numbered(number) for number in (1, 2, 3)]
    agents = [desk.dana.id, desk.sarah.id, desk.mike.id, None]
    for _ in range(40):
        conversation = chance.choice(one)["id"]
        if chance.random() < 0.5:
            patch: Json = {"assignee_id": chance.choice(agents)}
        else:
            patch = into(chance.choice(["open", "pending", "snoozed", "resolved", "closed"]))
        await desk.dana.patch(f"conversations/{conversation}", patch)
        desk.clock.advance(chance.choice([1, HOUR]))
    listed = [await desk.numbered(number) for number in (1, 2, 3)]
    open_ones = [each for each in listed if each["status"] == "open"]
    now = await figures(desk, since="2026-09-20T00:00:00Z")
    assert now["open"] == len(open_ones)
    assert now["unassigned"] == sum(1 for each in open_ones if each["assignee"] is None)
    assert now["handled"] == sum(1 for each in listed if each["status"] in ("resolved", "closed"))
    loads = await open_of(desk)
    for each in (desk.dana, desk.sarah, desk.mike):
        name = each.me["user"]["name"]
        assert loads[name] == sum(1 for row in open_ones if (row["assignee"] or {}).get("id") == each.id)
