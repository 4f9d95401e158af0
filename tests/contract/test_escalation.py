"""Escalation by rules and by agents, once and with a reason; who joined and who resolved."""

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.shapes import Json
from tests.contract.test_routing import lines, written_by_bob


async def escalated(desk: Desk, who: Person) -> list[Json]:
    items: list[Json] = (await who.get("escalations")).ok["items"]
    return items


async def test_waiting_too_long_is_escalated_once_also_after_a_pause_of_the_server(desk: Desk) -> None:
    await desk.settings(escalate_after_minutes=60)
    conversation = await written_by_bob(desk)
    desk.clock.advance(59 * 60)
    await desk.services.jobs.tick()
    assert not (await desk.see(desk.dana, conversation))["escalated"]
    desk.clock.advance(2 * 60)
    await desk.services.jobs.tick()
    shown = await desk.see(desk.dana, conversation)
    reason = "The customer has waited for 60 minutes."
    assert (shown["escalated"], shown["escalated_reason"]) == (True, reason)
    assert (await lines(desk, conversation)) == [f"Escalated. {reason}"]
    await desk.change(desk.dana, conversation, escalated=False)
    desk.clock.advance(3600)
    await desk.services.jobs.tick()
    assert not (await desk.see(desk.dana, conversation))["escalated"], "the same wait counts once"
    await desk.send(desk.dana, conversation, "An answer")
    await desk.send(desk.bob, conversation, "A question")
    desk.clock.advance(61 * 60)
    await desk.services.jobs.tick()
    assert (await desk.see(desk.dana, conversation))["escalated"], "the next one is another"


async def test_who_is_snoozed_or_answered_does_not_wait_too_long(desk: Desk) -> None:
    await desk.settings(escalate_after_minutes=60)
    conversation = await written_by_bob(desk)
    await desk.change(desk.dana, conversation, snoozed_until="2026-10-21T15:00:00Z")
    for number in (1, 2, 3):
        one = await desk.numbered(number)
        await desk.change(desk.dana, one["id"], status="resolved")
    desk.clock.advance(3 * 3600)
    await desk.services.jobs.tick()
    dana = await desk.sign_in("dana")
    assert await escalated(desk, dana) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I want a REFUND now", "REFUND"),
        ("refunded already", None),
        ("my lawyer, said", "lawyer"),
        ("das ist eine Kündigung.", "Kündigung"),
        ("解約したいです", "解約"),
        ("nothing", None),
    ],
)
async def test_a_word_in_a_customers_message_escalates(desk: Desk, text: str, found: str | None) -> None:
    await desk.settings(escalate_words="refund, lawyer, , kündigung, 解約")
    conversation = await written_by_bob(desk, text)
    shown = await desk.see(desk.dana, conversation)
    reason = None if found is None else f"The customer wrote “{found}”."
    assert shown["escalated_reason"] == reason
    assert (await lines(desk, conversation)) == ([] if reason is None else [f"Escalated. {reason}"])


async def test_agents_and_later_messages_do_not_escalate_again(desk: Desk) -> None:
    await desk.settings(escalate_words="refund")
    one = (await desk.numbered(1))["id"]
    await desk.send(desk.sarah, one, "About your refund")
    assert not (await desk.see(desk.sarah, one))["escalated"]
    await desk.send(desk.john, one, "My refund")
    first = await desk.see(desk.sarah, one)
    await desk.send(desk.john, one, "A refund, please")
    assert (await desk.see(desk.sarah, one))["escalated_at"] == first["escalated_at"]
    await desk.change(desk.sarah, one, escalated=False)
    await desk.send(desk.john, one, "Hello?")
    assert not (await desk.see(desk.sarah, one))["escalated"]


async def test_a_new_conversation_by_message_is_escalated_too(desk: Desk) -> None:
    await desk.settings(escalate_words="refund")
    made = (await desk.john.post("conversations", {"body": "A refund!", "message_id": desk.new_id()})).ok
    assert (await desk.see(desk.dana, made["id"]))["escalated"]


async def test_a_priority_that_is_set_escalates_and_may_be_overruled(desk: Desk) -> None:
    await desk.settings(escalate_priority="high")
    two = (await desk.numbered(2))["id"]
    shown = await desk.change(desk.mike, two, priority="urgent")
    assert (shown["escalated"], shown["escalated_reason"]) == (True, "The priority is urgent.")
    await desk.change(desk.mike, two, escalated=False)
    assert not (await desk.change(desk.mike, two, subject="Another"))["escalated"]
    one = (await desk.numbered(1))["id"]
    await desk.change(desk.sarah, one, priority="low")
    assert not (await desk.change(desk.sarah, one, priority="high", escalated=False))["escalated"]
    made = (await desk.dana.post("conversations", {"contact_id": desk.bob.id, "priority": "urgent"})).ok
    assert made["escalated_reason"] == "The priority is urgent."


async def test_the_list_has_the_latest_first_and_for_staff_their_own(desk: Desk) -> None:
    one, two = (await desk.numbered(1))["id"], (await desk.numbered(2))["id"]
    await desk.change(desk.mike, two, escalated=True, escalated_reason="Angry")
    desk.clock.advance(1)
    await desk.change(desk.sarah, one, escalated=True, escalated_reason="Lost data")
    assert [each["id"] for each in await escalated(desk, desk.dana)] == [one, two]
    assert [each["id"] for each in await escalated(desk, desk.sarah)] == [one]
    assert [each["id"] for each in await escalated(desk, desk.mike)] == [two]
    assert await escalated(desk, desk.nora) == []
    (await desk.dana.get("escalations", organization_id=desk.dana.me["organization"]["id"])).problem(
        422, "invalid"
    )
    assert (await lines(desk, one))[-1] == "Sarah Johnson escalated this: Lost data"


async def test_who_joined_and_who_resolved_is_known_and_told(desk: Desk) -> None:
    conversation = await written_by_bob(desk)
    await desk.change(desk.dana, conversation, assignee_id=desk.mike.id)
    await desk.note(desk.mike, conversation, "Let me look")
    assert (await desk.see(desk.mike, conversation))["agent_joined_at"] is None
    await desk.send(desk.mike, conversation, "Hello")
    await desk.send(desk.mike, conversation, "Done")
    shown = await desk.change(desk.mike, conversation, status="resolved")
    assert shown["agent_joined_at"] is not None
    assert shown["resolved_by"] == {"id": desk.mike.id, "name": "Mike Chen"}
    assert (await lines(desk, conversation)).count("Mike Chen joined.") == 1
    assert "Mike Chen" not in str(await desk.thread(desk.bob, conversation))
    await desk.send(desk.bob, conversation, "Still broken")
    again = await desk.see(desk.mike, conversation)
    assert (again["status"], again["resolved_at"], again["resolved_by"]) == ("open", None, None)
    assert again["assignee"]["id"] == desk.mike.id
