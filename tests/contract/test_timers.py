"""What happens by itself when its time has come: snoozes end, what is resolved is closed."""

from pathlib import Path

from aiohttp.test_utils import TestServer

from deskterm.protocol.status_lines import SNOOZE_ENDED
from deskterm.server.app import make_app
from tests.contract.conftest import Demo, config_of
from tests.contract.desk import Desk
from tests.contract.live import socket_of
from tests.contract.shapes import Json


async def unread(desk: Desk, conversation_id: str) -> int:
    """How much of it agents have not read, the same to its agent and to an admin, who find it by that."""
    numbers = set()
    for who in (desk.sarah, desk.dana):
        number: int = (await desk.see(who, conversation_id))["unread"]
        found = (await who.get("conversations", q="unread:yes")).ok["items"]
        assert {each["id"]: each["unread"] for each in found}.get(conversation_id, 0) == number
        numbers.add(number)
    [same] = numbers
    return same


def _status_in(event: Json) -> str | None:
    """Where an event says that its conversation stands."""
    found: str | None = event["data"].get("conversation", {}).get("status")
    return found


async def test_a_snooze_ends_on_time_with_an_event_a_push_and_an_unread_mark(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.sarah, one["id"], "I come back to it")
    await desk.change(desk.sarah, one["id"], snoozed_until="2026-09-21T15:00:00Z")
    ticks = (await desk.see(desk.john, one["id"]))["agent_read_seq"]
    cursor = (await desk.sarah.get("sync/snapshot")).ok["cursor"]
    desk.clock.advance(40 * 60)
    await desk.services.jobs.tick()
    assert ((await desk.numbered(1))["status"], await unread(desk, one["id"])) == ("snoozed", 0)
    async with socket_of(desk, desk.sarah) as sarah:
        await sarah.subscribe(cursor)
        desk.clock.advance(7 * 60)
        await desk.services.jobs.tick()
        awake = await desk.numbered(1)
        assert (awake["status"], awake["snoozed_until"], awake["ticket"]["status"]) == ("open", None, "open")
        assert await unread(desk, one["id"]) == 1
        await sarah.until_event(lambda event: _status_in(event) == "open")
        pushed = sarah.replica.conversations[one["id"]]
        assert (pushed, pushed["unread"]) == (await desk.see(desk.sarah, one["id"]), 1)
        assert (await desk.see(desk.john, one["id"]))["agent_read_seq"] == ticks, "a customer keeps the ticks"
    desk.clock.advance(60)
    await desk.services.jobs.tick()
    assert (await desk.numbered(1))["rev"] == awake["rev"]
    last = (await desk.thread(desk.sarah, one["id"]))[-1]
    assert last["body"] == SNOOZE_ENDED
    assert (await desk.dana.put(f"conversations/{one['id']}/read", {"seq": last["seq"]})).ok["unread"] == 1
    read = (await desk.sarah.put(f"conversations/{one['id']}/read", {"seq": last["seq"]})).ok
    assert (read["unread"], await unread(desk, one["id"])) == (0, 0)


async def test_a_snooze_that_ended_while_the_server_was_down_is_told_at_its_start(
    desk: Desk, demo: Demo, tmp_path: Path, postgres: str | None
) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.sarah, one["id"], "I come back to it")
    cursor = (await desk.sarah.get("sync/snapshot")).ok["cursor"]
    await desk.change(desk.sarah, one["id"], snoozed_until="2026-09-21T15:00:00Z")
    await desk.server.close()
    desk.clock.advance(3600)
    app = make_app(config_of(tmp_path / "data", postgres), clock=desk.clock)
    server = TestServer(app, host="127.0.0.1")
    async with server, Desk(server, desk.clock, dict(demo.signed_in)) as later:
        await later.services.jobs.tick()
        assert ((await later.numbered(1))["status"], await unread(later, one["id"])) == ("open", 1)
        async with socket_of(later, later.sarah) as sarah:
            await sarah.subscribe(cursor)
            assert sarah.replica.conversations[one["id"]] == await later.see(later.sarah, one["id"])
        await later.send(later.sarah, one["id"], "Here it is")
        assert await unread(later, one["id"]) == 0
        await later.change(later.sarah, one["id"], snoozed_until="2026-09-21T20:00:00Z")
        later.clock.advance(6 * 3600)
        await later.services.jobs.tick()
        assert await unread(later, one["id"]) == 1
        await later.change(later.sarah, one["id"], snoozed_until="2026-09-23T20:00:00Z")
        assert await unread(later, one["id"]) == 0, "whoever puts it away again has seen it"


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
