"""Two conversations of one customer as one, and apart again: threads, tickets, counts, lists, live frames."""

import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from deskterm.server.storage.checks import broken_rules
from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import Json

SOON = "2026-09-21T14:15:00Z"
#: What moves with every change.
MOVING = ("rev", "updated_at")


async def two_of_john(desk: Desk) -> tuple[str, str]:
    """The demo's conversation of John, closed by his next one, which Sarah has too."""
    first = (await desk.numbered(1))["id"]
    await desk.send(desk.john, first, "And one more thing")
    second = (
        await desk.john.post("conversations", {"body": "Something else", "message_id": desk.new_id()})
    ).ok
    return first, second["id"]


async def merge(who: Person, source: str, target: str) -> Json:
    return (await who.post(f"conversations/{source}/merge", {"into_id": target})).ok


async def unmerge(who: Person, source: str) -> Json:
    return (await who.post(f"conversations/{source}/unmerge")).ok


async def sound(desk: Desk) -> None:
    """The database keeps its rules, the counts among them."""
    assert desk.services.db.read(broken_rules) == []


async def stripped(desk: Desk, who: Person, conversation_id: str) -> Json:
    """The conversation and its messages without what moves with every change, and without activity lines."""
    shown = await desk.see(who, conversation_id)
    thread = await desk.thread(who, conversation_id)
    messages = [
        {name: value for name, value in each.items() if name != "rev"}
        for each in thread
        if each["kind"] != "activity"
    ]
    return {name: value for name, value in shown.items() if name not in MOVING} | {"thread": messages}


async def whole(desk: Desk, *conversations: str) -> Json:
    """What everybody sees of these, in lists too."""
    found: dict[str, Any] = {}
    for name, who in (("dana", desk.dana), ("sarah", desk.sarah), ("john", desk.john)):
        found[name] = [await stripped(desk, who, each) for each in conversations]
        listing = (await who.get("conversations", limit=200)).ok
        found[f"{name}'s list"] = sorted(each["id"] for each in listing["items"])
        found[f"{name}'s counts"] = listing["counts"]
    tickets = (await desk.dana.get("tickets", limit=200)).ok["items"]
    found["tickets"] = sorted((each["id"], each["conversation_id"], each["subject"]) for each in tickets)
    return found


@pytest.mark.parametrize("older_into_newer", [True, False])
async def test_a_merge_and_its_end_are_as_if_nothing_had_been(desk: Desk, older_into_newer: bool) -> None:
    first, second = await two_of_john(desk)
    source, target = (first, second) if older_into_newer else (second, first)
    before = await whole(desk, first, second)
    both = [*await desk.thread(desk.sarah, first), *await desk.thread(desk.sarah, second)]
    merged = await merge(desk.sarah, source, target)
    assert (merged["id"], merged["status"]) == (target, "open")
    number = next(each["number"] for each in before["dana"] if each["id"] == source)
    assert merged["merged_from"] == [{"id": source, "number": number}]
    thread = await desk.thread(desk.sarah, target)
    assert {each["id"] for each in both} <= {each["id"] for each in thread}
    assert [each["seq"] for each in thread] == sorted(each["seq"] for each in thread)
    assert thread[-1]["body"].startswith("Sarah Johnson merged #")
    for who in (desk.dana, desk.sarah, desk.john, desk.mike):
        (await who.get(f"conversations/{source}")).problem(404, "not_found")
        assert source not in await desk.listed(who)
    assert source not in await desk.listed(desk.dana, archived="true")
    assert (await desk.john.get("portal/conversation")).ok["id"] == target
    assert [each["body"] for each in await desk.thread(desk.john, target) if each["kind"] == "text"] == [
        each["body"] for each in thread if each["visibility"] == "public" and each["kind"] == "text"
    ]
    await sound(desk)
    assert (await unmerge(desk.sarah, source))["id"] == source
    assert await whole(desk, first, second) == before
    await sound(desk)


async def test_what_is_sent_to_the_merged_one_lands_and_goes_back_with_it(desk: Desk) -> None:
    first, second = await two_of_john(desk)
    await merge(desk.dana, first, second)
    message = {"id": desk.new_id(), "body": "From an old device"}
    sent = (await desk.john.post(f"conversations/{first}/messages", message)).ok
    assert (sent["conversation_id"], sent["replayed"]) == (second, False)
    again = await desk.john.post(f"conversations/{first}/messages", message)
    assert (again.status, again.ok["replayed"], again.ok["id"]) == (200, True, sent["id"])
    reply = {"id": desk.new_id(), "body": "An answer", "visibility": "internal"}
    assert (await desk.sarah.post(f"conversations/{first}/messages", reply)).ok["conversation_id"] == second
    (await desk.mike.post(f"conversations/{first}/messages", {"id": desk.new_id(), "body": "x"})).problem(
        404, "not_found"
    )
    shown = await desk.see(desk.dana, second)
    assert (shown["preview"], shown["unread"] >= 1) == ("An answer", True)
    await unmerge(desk.dana, first)
    assert {"From an old device", "An answer"} <= {
        each["body"] for each in await desk.thread(desk.dana, first)
    }
    assert (await desk.see(desk.dana, second))["preview"] == "Something else"
    replayed = await desk.john.post(f"conversations/{first}/messages", message)
    assert (replayed.status, replayed.ok["replayed"]) == (200, True)
    await sound(desk)


async def test_what_was_sent_before_the_merge_is_known_after_it(desk: Desk) -> None:
    first, second = await two_of_john(desk)
    message = {"id": desk.new_id(), "body": "Once"}
    await desk.john.post(f"conversations/{second}/messages", message)
    await merge(desk.dana, second, first)
    again = await desk.john.post(f"conversations/{second}/messages", message)
    assert (again.status, again.ok["replayed"]) == (200, True)
    assert [each["body"] for each in await desk.thread(desk.john, first)].count("Once") == 1


async def test_only_two_support_conversations_of_one_customer_that_one_sees(desk: Desk) -> None:
    first, second = await two_of_john(desk)
    janes = (await desk.numbered(2))["id"]
    room = (await desk.dana.get("groups")).ok["items"][0]["id"]
    for source, target in ((first, janes), (first, first), (room, first), (first, room)):
        (await desk.dana.post(f"conversations/{source}/merge", {"into_id": target})).problem(409, "conflict")
    for source, target in ((first, janes), (janes, first)):
        (await desk.sarah.post(f"conversations/{source}/merge", {"into_id": target})).problem(
            404, "not_found"
        )
    (await desk.nora.post(f"conversations/{first}/merge", {"into_id": second})).problem(404, "not_found")
    (await desk.john.post(f"conversations/{first}/merge", {"into_id": second})).problem(403, "forbidden")
    (await desk.dana.post(f"conversations/{first}/unmerge")).problem(404, "not_found")
    await merge(desk.dana, first, second)
    assert (await merge(desk.dana, first, second))["id"] == second, "once more is harmless"
    (await desk.mike.post(f"conversations/{first}/unmerge")).problem(404, "not_found")


async def test_a_third_active_one_stops_taking_an_active_one_out(desk: Desk) -> None:
    first, second = await two_of_john(desk)
    await merge(desk.dana, second, first)
    await desk.change(desk.dana, first, status="resolved")
    third = (await desk.dana.post("conversations", {"contact_id": desk.john.id})).ok["id"]
    refused = (await desk.dana.post(f"conversations/{second}/unmerge")).problem(409, "conflict")
    assert refused["conversation_id"] == third


async def test_everybody_who_saw_it_loses_it_and_gets_the_other_one_whole(desk: Desk) -> None:
    first, second = await two_of_john(desk)
    async with AsyncExitStack() as stack:
        watchers = []
        for who in (desk.dana, desk.sarah, desk.john, desk.mike, desk.jane):
            live = await stack.enter_async_context(socket_of(desk, who))
            snapshot = (await who.get("sync/snapshot")).ok
            live.replica.load(snapshot)
            await live.subscribe(snapshot["cursor"])
            watchers.append(live)
        dana, sarah, john, mike, jane = watchers
        await merge(desk.sarah, first, second)
        await rest(desk, *watchers)
        for live in (dana, sarah):
            assert live.of("conversation.revoked")[-1]["reason"] == "merged"
            assert live.of("conversation.revoked")[-1]["by"]["name"] == "Sarah Johnson"
        assert john.of("conversation.revoked")[-1]["by"] is None
        for live in (dana, sarah, john):
            assert first not in live.replica.conversations
            assert live.replica.conversations[second] == await desk.see(live.person, second)
            held = {each["id"]: each for each in live.replica.messages.values()}
            for each in await desk.thread(live.person, second):
                assert held[each["id"]] == each
        assert first not in str((mike.events, jane.events))
        await unmerge(desk.sarah, first)
        await rest(desk, *watchers)
        for live in (dana, sarah, john):
            for conversation in (first, second):
                assert live.replica.conversations[conversation] == await desk.see(live.person, conversation)
                for each in await desk.thread(live.person, conversation):
                    assert live.replica.messages[each["id"]] == each


async def test_merges_into_merged_ones_come_apart_in_their_order(desk: Desk) -> None:
    first, second = await two_of_john(desk)
    third = (await desk.john.post("conversations", {"body": "A third", "message_id": desk.new_id()})).ok["id"]
    before = await whole(desk, first, second, third)
    await merge(desk.dana, first, second)
    await merge(desk.dana, second, third)
    thread = [each["body"] for each in await desk.thread(desk.john, third) if each["kind"] == "text"]
    assert thread[-3:] == ["And one more thing", "Something else", "A third"]
    (await desk.dana.post(f"conversations/{first}/unmerge")).problem(404, "not_found")
    assert (await desk.see(desk.dana, third))["previous_id"] is None
    await unmerge(desk.dana, second)
    await unmerge(desk.dana, first)
    assert await whole(desk, first, second, third) == before
    await sound(desk)


@pytest.mark.parametrize("seed", range(12))
async def test_after_any_history_a_merge_and_its_end_change_nothing(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    first, second = await two_of_john(desk)
    for step in range(chance.randrange(12)):
        await _anything(desk, chance, chance.choice((first, second)), step)
        desk.clock.advance(chance.randrange(100))
    before = await whole(desk, first, second)
    source, target = chance.sample((first, second), 2)
    await merge(desk.dana, source, target)
    await sound(desk)
    shown = await desk.see(desk.dana, target)
    public = [each for each in await desk.thread(desk.john, target) if each["kind"] == "text"]
    assert shown["last_message_at"] == max(
        each["created_at"] for each in await desk.thread(desk.dana, target) if each["kind"] == "text"
    )
    assert (await desk.see(desk.john, target))["preview"] == public[-1]["body"]
    await unmerge(desk.dana, source)
    assert await whole(desk, first, second) == before
    await sound(desk)


async def _anything(desk: Desk, chance: random.Random, conversation: str, step: int) -> None:
    """One thing that may be done, whether it is allowed now or not."""
    path = f"conversations/{conversation}"
    words = {"id": desk.new_id(), "body": f"Message {step}"}
    head = (await desk.dana.get(path)).ok["rev"]
    moves: list[Callable[[], Awaitable[object]]] = [
        lambda: desk.sarah.post(f"{path}/messages", words),
        lambda: desk.dana.post(f"{path}/messages", words | {"visibility": "internal"}),
        lambda: desk.sarah.put(f"{path}/read", {"seq": head}),
        lambda: desk.john.put(f"{path}/read", {"seq": head}),
        lambda: desk.dana.patch(path, {"status": chance.choice(["pending", "resolved", "closed"])}),
        lambda: desk.dana.patch(path, {"priority": "high", "add_tags": [f"t{step}"]}),
        lambda: desk.sarah.patch(path, {"snoozed_until": chance.choice(["2026-12-24T12:00:00Z", SOON])}),
        desk.services.jobs.tick,
    ]
    await chance.choice(moves)()
