"""What search finds and when, whom a notification by filter reaches; a replica judges like the server."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskterm.client.http.parse import parse
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Conversation, Kind, Priority, Source, Status
from tests.contract.desk import Desk, Person

WORDS = {
    "status": [each.value for each in Status],
    "source": [each.value for each in Source],
    "kind": [each.value for each in Kind],
    "assignee": ["me", "none", "sarah", '"Mike Chen"', "dana"],
    "tag": ["billing", "vip", "absent"],
    "contact": ["john", "JANE.smith@", "alice", "nobody"],
    "company": ["acme", '"Tech Solutions"', "inc"],
    "persona": ["support", "mia"],
    "number": ["1", "#2", "3,4", "99"],
    "escalated": ["yes", "no"],
    "unread": ["yes", "no"],
}
MOMENTS = ["waiting", "created", "updated", "snoozed"]
TIMES = ["1m", "2h", "90d", "2026-09-21", "2026-09-22", "2020-01-01"]

compared = st.tuples(
    st.sampled_from(["priority"]),
    st.sampled_from([":", ">", ">=", "<", "<="]),
    st.sampled_from(list(Priority)),
) | st.tuples(st.sampled_from(MOMENTS), st.sampled_from([">", ">=", "<", "<="]), st.sampled_from(TIMES))
named = st.sampled_from(sorted(WORDS)).flatmap(
    lambda name: st.tuples(st.just(name), st.just(":"), st.sampled_from(WORDS[name]))
)
terms = st.tuples(st.sampled_from(["", "", "-"]), compared | named).map(
    lambda each: each[0] + "".join(each[1])
)
filters = st.lists(terms, min_size=1, max_size=4).map(" ".join)


async def numbers(who: Person, q: str, **more: str) -> list[int]:
    """The numbers of what `q` finds, in their order."""
    return [each["number"] for each in (await who.get("conversations", q=q, **more)).ok["items"]]


async def fed(desk: Desk) -> None:
    """Search knows what is in the log."""
    desk.clock.advance(1)  # the job looks every second
    await desk.services.searching.tick()


async def test_each_word_may_stand_in_another_message(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.john, one["id"], "walrus")
    await desk.send(desk.sarah, one["id"], "narwhal")
    await desk.change(desk.sarah, one["id"], subject="Beluga whales")
    await fed(desk)
    assert await numbers(desk.dana, "walrus narwhal beluga") == [1]
    await desk.change(desk.sarah, one["id"], subject="Fish")
    await fed(desk)
    assert await numbers(desk.dana, "beluga") == []
    assert await numbers(desk.dana, "fish") == [1]


async def test_notes_are_found_by_agents_only_and_by_those_who_see_them(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.note(desk.sarah, one["id"], "He is a walrus")
    await fed(desk)
    assert await numbers(desk.sarah, "walrus") == [1]
    assert await numbers(desk.dana, "walrus") == [1]
    assert await numbers(desk.mike, "walrus") == []
    assert sum((await desk.mike.get("conversations", q="walrus")).ok["counts"].values()) == 0
    assert await numbers(desk.john, "walrus") == []
    assert await numbers(desk.john, "-walrus") == [1]
    assert await numbers(desk.nora, "walrus") == []


async def test_a_reassigned_conversation_is_found_by_its_new_agent_alone(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.send(desk.john, one["id"], "walrus")
    await fed(desk)
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    assert await numbers(desk.sarah, "walrus") == []
    assert await numbers(desk.mike, "walrus") == [1]


async def test_deleted_and_edited_words_are_gone_and_held_ones_wait(desk: Desk) -> None:
    one = await desk.numbered(1)
    note = await desk.note(desk.sarah, one["id"], "walrus")
    await fed(desk)
    (await desk.sarah.patch(f"messages/{note['id']}", {"body": "narwhal"})).accepted()
    await fed(desk)
    assert await numbers(desk.sarah, "walrus") == []
    assert await numbers(desk.sarah, "narwhal") == [1]
    (await desk.sarah.delete(f"messages/{note['id']}")).accepted()
    await desk.settings(send_hold_seconds=30)
    await desk.send(desk.sarah, one["id"], "octopus")
    await fed(desk)
    assert await numbers(desk.sarah, "narwhal") == []
    assert await numbers(desk.sarah, "octopus") == [1]
    assert await numbers(desk.john, "octopus") == []
    desk.clock.advance(31)
    await desk.services.jobs.tick()
    await fed(desk)
    assert await numbers(desk.john, "octopus") == [1]


async def test_a_notification_reaches_the_contacts_of_what_q_finds(desk: Desk) -> None:
    body = {"q": "status:open", "body": "News"}
    preview = (await desk.dana.post("notifications", body | {"dry_run": True})).ok
    assert {each["name"] for each in preview["contacts"]} == {"John Doe", "Jane Smith"}
    assert (await desk.dana.post("notifications", body)).ok["recipients"] == 2
    nobody = await desk.dana.post("notifications", body | {"q": "tag:nothing"})
    nobody.problem(422, "invalid")


@pytest.fixture
async def seen(desk: Desk) -> dict[Person, list[Conversation]]:
    """What two agents see of conversations that differ in all that can be asked."""
    await varied(desk)
    return {who: await everything(who) for who in (desk.dana, desk.sarah)}


async def varied(desk: Desk) -> None:
    """Change what the demo has."""
    changes: dict[int, dict[str, Any]] = {
        1: {"add_tags": ["billing"], "escalated": True, "escalated_reason": "late"},
        2: {"priority": "urgent", "add_tags": ["billing", "vip"], "status": "resolved"},
        3: {"assignee_id": None, "priority": "high"},
    }
    for number, fields in changes.items():
        await desk.change(desk.dana, (await desk.numbered(number))["id"], **fields)
    desk.clock.advance(3 * 3600)
    for person in (desk.john, desk.bob):
        own = (await person.get("portal/conversation")).ok["id"]
        await desk.send(person, own, "Hello?")
    bobs = await desk.numbered(max(await numbers(desk.dana, "")))
    until = "2026-09-21T20:00:00.000Z"
    await desk.change(desk.dana, bobs["id"], snoozed_until=until, subject="Later")
    await desk.settings(staff_sees="unassigned")


async def everything(who: Person) -> list[Conversation]:
    """All that somebody sees, of every kind."""
    kinds = ",".join(Kind)
    found = (await who.get("conversations", kind=kinds, limit=200)).ok["items"]
    return [parse(Conversation, each) for each in found]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(q=filters)
async def test_a_replica_judges_as_the_server_does(
    desk: Desk, seen: dict[Person, list[Conversation]], q: str
) -> None:
    now = datetime.fromtimestamp(desk.clock.now() / 1000, UTC)
    for who, all_of_it in seen.items():  # the same for all examples
        wanted = Filter(q=q)
        judged = sorted(each.number for each in all_of_it if wanted.matches(each, who.id, (), now))
        page = (await who.get("conversations", q=q, limit=200)).ok
        assert sorted(each["number"] for each in page["items"]) == judged
        if "status:" not in q:
            found = Counter(each["status"] for each in page["items"])
            assert page["counts"] == {each.value: found[each.value] for each in Status}
