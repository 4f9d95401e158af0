"""Resuming from a cursor, snapshots, and that a replica knows what a fresh one knows."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.live import listen, rest, socket_of


async def test_resuming_brings_each_entity_once_at_its_latest(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        (sarah,) = await listen(desk, stack, desk.sarah)
        cursor = sarah.cursor
    sent = [await desk.send(desk.john, one["id"], f"{n}") for n in range(5)]
    for priority in ("low", "urgent"):
        await desk.change(desk.dana, one["id"], priority=priority)
    async with socket_of(desk, desk.sarah) as live:
        await live.subscribe(cursor)
        messages = [e["data"]["message"]["id"] for e in live.events if "message" in e["data"]]
        assert len(messages) == len(set(messages))
        assert {each["id"] for each in sent} <= set(messages)
        assert live.replica.conversations[one["id"]] == await desk.see(desk.sarah, one["id"])
    async with socket_of(desk, desk.sarah) as live:
        await live.subscribe(live.cursor)


async def test_a_replay_brings_nothing_of_what_was_lost_meanwhile(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        (sarah,) = await listen(desk, stack, desk.sarah)
        cursor = sarah.cursor
    await desk.send(desk.john, one["id"], "Gone-Canary")
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    async with socket_of(desk, desk.sarah) as live:
        await live.subscribe(cursor)
        assert live.kinds == ["conversation.revoked"]
        assert "Gone-Canary" not in "".join(live.raw)


@pytest.mark.parametrize("bad", ["x", "0", "0.0.0", "\x00", "9" * 100])
async def test_a_cursor_that_is_none_needs_a_snapshot(desk: Desk, bad: str) -> None:
    async with socket_of(desk, desk.sarah) as live:
        welcome = await live.hello(bad)
        assert welcome["mode"] == "need_snapshot"
        await desk.send(desk.john, (await desk.numbered(1))["id"], "Meanwhile")
        snapshot = (await desk.sarah.get("sync/snapshot")).ok
        assert (await live.hello(snapshot["cursor"]))["mode"] == "resume"
        await live.until("live")


async def test_a_cursor_of_another_organization_is_none(desk: Desk) -> None:
    cursor = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    async with socket_of(desk, desk.nora) as live:
        assert (await live.hello(cursor))["mode"] == "need_snapshot"


async def test_after_everything_a_replica_equals_a_fresh_snapshot(desk: Desk) -> None:
    people = (desk.dana, desk.sarah, desk.mike, desk.john, desk.jane)
    async with AsyncExitStack() as stack:
        lives = []
        for each in people:
            page = (await each.get("sync/snapshot")).ok
            live = await stack.enter_async_context(socket_of(desk, each))
            live.replica.load(page)
            await live.subscribe(page["cursor"])
            lives.append(live)
        one, two, three = [await desk.numbered(n) for n in (1, 2, 3)]
        await asyncio.gather(
            desk.send(desk.john, one["id"], "Hi"),
            desk.send(desk.jane, two["id"], "Hi"),
            desk.change(desk.dana, one["id"], assignee_id=desk.mike.id),
            desk.change(desk.dana, two["id"], assignee_id=desk.sarah.id),
            desk.change(desk.dana, three["id"], status="closed"),
            desk.john.post("conversations", {"body": "New"}),
            desk.note(desk.dana, two["id"], "C4N4RY"),
        )
        await desk.change(desk.dana, three["id"], assignee_id=None)
        await desk.sarah.put(f"conversations/{two['id']}/read", {"seq": 10**6})
        await desk.change(desk.dana, two["id"], status="resolved")
        await rest(desk, *lives)
        for live in lives:
            fresh = (await live.person.get("sync/snapshot")).ok["conversations"]
            held = live.replica.conversations
            for each in fresh:
                mine = json.loads(json.dumps(held[each["id"]]))
                for side in (mine, each):  # presence comes by its own frames
                    if side.get("assignee"):
                        side["assignee"].pop("presence")
                assert mine == each, live.person.me
            assert set(held) == await visible(live.person), live.person.me


async def visible(who: Person) -> set[str]:
    """Ids of all the conversations that somebody may see."""
    found = set()
    for kind in ("support", "group", "direct", "personal"):
        found |= {c["id"] for c in (await who.get("conversations", kind=kind, limit=200)).ok["items"]}
    return found


async def test_the_snapshots_shape(desk: Desk) -> None:
    for who in (desk.dana, desk.sarah, desk.john):
        page = (await who.get("sync/snapshot")).ok
        assert set(page) == {
            "cursor", "epoch", "next_page", "organization", "me", "members", "personas", "conversations",
        }  # fmt: skip
        assert page["me"] == (await who.get("me")).ok
        assert page["organization"] == (await who.get("organization")).ok
    (await desk.dana.get("sync/snapshot", page="x")).problem(422, "invalid")
    assert not (await desk.john.get("sync/snapshot")).ok["members"]


async def test_events_by_http_are_the_frames_of_the_socket(desk: Desk) -> None:
    cursor = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        (dana,) = await listen(desk, stack, desk.dana)
        sent = await desk.send(desk.john, one["id"], "By HTTP")
        await rest(desk, dana)
        reply = (await desk.dana.get("events", cursor=cursor, limit=10)).ok
        assert sent["id"] in json.dumps(reply)
        assert dana.of("message.created")[0]["message"]["id"] == sent["id"]
    (await desk.dana.get("events", limit="0")).problem(422, "invalid")
