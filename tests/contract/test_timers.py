"""What happens by itself when its time has come: snoozes end, what is resolved is closed."""

from tests.contract.desk import Desk
from tests.contract.live import socket_of


async def test_a_snooze_ends_on_time_with_an_event(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], snoozed_until="2026-09-21T15:00:00Z")
    cursor = (await desk.sarah.get("sync/snapshot")).ok["cursor"]
    desk.clock.advance(40 * 60)
    await desk.services.jobs.tick()
    assert (await desk.numbered(1))["status"] == "snoozed"
    desk.clock.advance(7 * 60)
    await desk.services.jobs.tick()
    awake = await desk.numbered(1)
    assert (awake["status"], awake["snoozed_until"], awake["ticket"]["status"]) == ("open", None, "open")
    async with socket_of(desk, desk.sarah) as sarah:
        await sarah.subscribe(cursor)
        assert sarah.replica.conversations[one["id"]] == await desk.see(desk.sarah, one["id"])
    desk.clock.advance(60)
    await desk.services.jobs.tick()
    assert (await desk.numbered(1))["rev"] == awake["rev"]


async def test_what_is_resolved_is_closed_after_its_days(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], status="resolved")
    desk.clock.advance(6.9 * 86_400)
    await desk.services.jobs.tick()
    dana = await desk.sign_in("dana")
    assert (await desk.see(dana, one["id"]))["status"] == "resolved"
    desk.clock.advance(0.2 * 86_400)
    await desk.services.jobs.tick()
    closed = await desk.see(dana, one["id"])
    assert (closed["status"], closed["ticket"]["status"]) == ("closed", "closed")
    counts = (await dana.get("conversations")).ok["counts"]
    assert (counts["closed"], counts["resolved"]) == (1, 0)


async def test_a_customer_may_write_so_often_and_agents_as_they_like(desk: Desk) -> None:
    one = await desk.numbered(1)
    path = f"conversations/{one['id']}/messages"
    statuses = []
    for n in range(125):
        reply = await desk.john.post(path, {"id": desk.new_id(), "body": f"{n}"})
        statuses.append(reply.status)
    assert statuses[:120] == [201] * 120
    reply.problem(429, "rate_limited")
    await desk.send(desk.jane, (await desk.numbered(2))["id"], "Others may")
    for n in range(130):
        await desk.send(desk.sarah, one["id"], f"{n}")
    desk.clock.advance(60)
    await desk.send(desk.john, one["id"], "Again")
