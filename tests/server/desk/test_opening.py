"""Opening conversations: tickets, the one active one, the portal, who may open what for whom."""

import asyncio

from aiohttp import ClientSession

from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.server.desk.acting import (
    assigned,
    call,
    do,
    get,
    member_id,
    new_id,
    patch,
    portal,
    refusal,
    send,
    settings,
    thread,
)
from tests.server.desk.rows import add_lead, add_persona, make_visitor


async def contact_id(who: ClientSession) -> str:
    return str((await do(who, "GET", "me"))["contact"]["id"])


async def test_13_the_first_message_makes_the_ticket(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await portal(john)
    assert (await get(dana, conversation))["ticket"] is None
    await send(john, conversation, "界" * 900)
    (ticket,) = (await do(dana, "GET", "tickets"))["items"]
    assert ticket["subject"] == "Support request from John Doe"
    assert ticket["description"] == "界" * 500
    assert (ticket["status"], ticket["priority"], ticket["assignee"]) == ("open", "normal", None)
    await patch(dana, conversation, assignee_id=await member_id(sarah), status="pending", priority="urgent")
    followed = await do(sarah, "GET", f"tickets/{ticket['id']}")
    assert followed["assignee"]["name"] == "Sarah Johnson"
    assert (followed["status"], followed["priority"]) == ("pending", "urgent")
    await send(john, conversation, "second")
    (again,) = (await do(sarah, "GET", "tickets"))["items"]
    assert (again["id"], again["status"], again["description"]) == (ticket["id"], "open", "界" * 500)


async def test_13_a_nameless_visitors_ticket_has_a_number(
    dana: ClientSession, john: ClientSession, services: Services
) -> None:
    await make_visitor(services, await contact_id(john), 17)
    conversation = await portal(john)
    await send(john, conversation, "hello")
    shown = await get(dana, conversation)
    assert shown["ticket"]["subject"] == "Support request from Visitor 17"
    assert shown["contact"]["name"] == "Visitor 17"
    assert shown["source"] == "widget"


async def test_an_agents_message_makes_no_ticket_and_starts_no_clock(
    dana: ClientSession, john: ClientSession
) -> None:
    body = {"contact_id": await contact_id(john), "body": "How are you?"}
    opened = await do(dana, "POST", "conversations", body)
    assert (opened["ticket"], opened["waiting_since"]) == (None, None)
    assert (await get(john, opened["id"]))["unread"] == 1
    await send(john, opened["id"], "Fine")
    (ticket,) = (await do(dana, "GET", "tickets"))["items"]
    assert (ticket["conversation_id"], ticket["description"]) == (opened["id"], "Fine")


async def test_a_tickets_own_fields_are_changed_by_those_who_see_it(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    ticket = (await get(sarah, conversation))["ticket"]["id"]
    changed = await do(sarah, "PATCH", f"tickets/{ticket}", {"subject": "Invoice", "description": "Twice"})
    assert (changed["subject"], changed["description"]) == ("Invoice", "Twice")
    assert (await get(sarah, conversation))["ticket"]["subject"] == "Invoice"
    assert (await do(sarah, "PATCH", f"tickets/{ticket}", {"subject": "Invoice"}))["rev"] == changed["rev"]
    assert (await refusal(mike, "GET", f"tickets/{ticket}"))["http"] == 404
    assert await refusal(mike, "PATCH", f"tickets/{ticket}", {"subject": "x"}) == await refusal(
        mike, "PATCH", f"tickets/{new_id()}", {"subject": "x"}
    )
    assert (await call(sarah, "PATCH", f"tickets/{ticket}", {"assignee_id": None}))[0] == 204


async def test_14_two_first_accesses_find_one_conversation(john: ClientSession) -> None:
    answers = await asyncio.gather(*(call(john, "GET", "portal/conversation") for _ in range(2)))
    assert sorted(status for status, _ in answers) == [200, 201]
    assert len({body["id"] for _, body in answers}) == 1


async def test_14_twenty_creators_leave_one_active(dana: ClientSession, john: ClientSession) -> None:
    made = await asyncio.gather(
        *(do(john, "POST", "conversations", {"body": f"text {at}"}) for at in range(20))
    )
    shown = [await get(dana, each["id"]) for each in made]
    active = [each for each in shown if each["status"] == "open"]
    assert len(active) == 1
    assert {each["status"] for each in shown} == {"open", "closed"}
    for each in shown:
        lines = [line["body"] for line in await thread(john, each["id"]) if line["kind"] == "activity"]
        ended = "This conversation was closed because a new one was started."
        assert lines == ([] if each is active[0] else [ended])
    by_id = {each["id"]: each for each in shown}
    chain, at = 1, active[0]
    while at["previous_id"] is not None:
        assert by_id[at["previous_id"]]["next_id"] == at["id"]
        at, chain = by_id[at["previous_id"]], chain + 1
    assert chain == 20


async def test_15_a_new_one_takes_over_assignee_priority_and_tags(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    first = await assigned(dana, john, sarah)
    await patch(dana, first, priority="high", add_tags=["vip", "beta"])
    second = await do(john, "POST", "conversations", {"subject": "Something else"})
    for_sarah = await get(sarah, second["id"])
    assert (for_sarah["priority"], for_sarah["tags"]) == ("high", ["beta", "vip"])
    assert for_sarah["assignee"]["name"] == "Sarah Johnson"
    assert (for_sarah["previous_id"], for_sarah["subject"]) == (first, "Something else")
    closed = await get(sarah, first)
    assert (closed["status"], closed["next_id"]) == ("closed", second["id"])
    tagged = (await do(dana, "GET", "conversations?tag=vip&status=open"))["items"]
    assert [each["id"] for each in tagged] == [second["id"]]
    (entry,) = (await do(dana, "GET", f"conversations/{second['id']}/assignments"))["items"]
    assert (entry["reason"], entry["explanation"]) == ("auto", "Taken over from #1.")


async def test_a_disabled_assignee_is_not_taken_over(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    await assigned(dana, john, sarah)
    await do(dana, "PATCH", f"members/{await member_id(sarah)}", {"disabled": True})
    second = await do(john, "POST", "conversations", {})
    assert (await get(dana, second["id"]))["assignee"] is None


async def test_only_admins_trigger(dana: ClientSession, sarah: ClientSession, john: ClientSession) -> None:
    await assigned(dana, john, sarah)
    contact = await contact_id(john)
    body = {"contact_id": contact, "metadata": {"order": 7}}
    assert (await do(dana, "POST", "conversations", body))["metadata"] == {
        "order": 7,
        "admin_triggered": True,
    }
    assert (await do(sarah, "POST", "conversations", body))["metadata"] == {"order": 7}


async def test_staff_open_for_contacts_they_see_and_work_what_they_open(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, services: Services
) -> None:
    conversation = await assigned(dana, john, sarah)
    contact = await contact_id(john)
    unseen = await refusal(mike, "POST", "conversations", {"contact_id": contact})
    missing = await refusal(mike, "POST", "conversations", {"contact_id": new_id()})
    assert unseen == missing
    assert unseen["http"] == 404
    assert (await get(dana, conversation))["status"] == "open"
    opened = await do(sarah, "POST", "conversations", {"contact_id": contact})
    assert opened["assignee"]["name"] == "Sarah Johnson"
    refused = {"contact_id": contact, "assignee_id": await member_id(mike)}
    assert (await refusal(sarah, "POST", "conversations", refused))["http"] == 403
    lead = await add_lead(services, "Alice")
    assert (await refusal(sarah, "POST", "conversations", {"contact_id": lead}))["http"] == 404
    assert (await do(dana, "POST", "conversations", {"contact_id": lead}))["contact"]["kind"] == "lead"


async def test_staff_do_not_close_a_colleagues_conversation_by_opening_another(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    first = await assigned(dana, john, sarah)
    await patch(dana, first, status="closed")
    second = (await send(john, first, "again"))["conversation_id"]
    await patch(dana, second, assignee_id=await member_id(mike))
    answer = await refusal(sarah, "POST", "conversations", {"contact_id": await contact_id(john)})
    assert answer["http"] == 404
    assert (await get(mike, second))["status"] == "open"


async def test_an_agent_without_a_contact_gets_one(dana: ClientSession, sarah: ClientSession) -> None:
    first = await do(sarah, "POST", "conversations", {"body": "I need help myself"})
    assert (first["contact"]["name"], first["assignee"]["name"]) == ("Sarah Johnson", "Sarah Johnson")
    second = await do(sarah, "POST", "conversations", {})
    assert second["contact"]["id"] == first["contact"]["id"]
    assert second["previous_id"] == first["id"]


async def test_contacts_give_only_their_own_fields(john: ClientSession) -> None:
    for name, value in (
        ("contact_id", new_id()),
        ("priority", "urgent"),
        ("assignee_id", new_id()),
        ("metadata", {}),
    ):
        answer = await refusal(john, "POST", "conversations", {name: value})
        assert (answer["http"], answer["errors"][0]["loc"]) == (422, ["body", name])
    assert (await refusal(john, "POST", "conversations", {"message_id": new_id()}))["http"] == 422


async def test_the_same_opening_twice_is_one(dana: ClientSession, john: ClientSession) -> None:
    body = {"body": "hello", "message_id": new_id()}
    first = await call(john, "POST", "conversations", body)
    second = await call(john, "POST", "conversations", body)
    assert (first[0], second[0], first[1]) == (201, 200, second[1])
    other = await refusal(john, "POST", "conversations", {**body, "body": "something else"})
    assert (other["http"], other["code"]) == (409, "id_reused")
    assert "hello" not in str(other)


async def test_the_portal_finds_the_resolved_one_inside_its_window(
    dana: ClientSession, john: ClientSession, clock: ManualClock
) -> None:
    conversation = await portal(john)
    await send(john, conversation, "hello")
    await patch(dana, conversation, status="resolved")
    assert await portal(john) == conversation
    clock.advance(168 * 3600 + 1)
    status, fresh = await call(john, "GET", "portal/conversation")
    assert (status, fresh["previous_id"]) == (201, conversation)
    assert await portal(john) == fresh["id"]


async def test_the_portal_finds_a_resolved_one_behind_a_closed_one(
    dana: ClientSession, john: ClientSession
) -> None:
    first = await portal(john)
    await patch(dana, first, status="resolved")
    second = (await do(john, "POST", "conversations", {}))["id"]
    assert await portal(john) == second
    await patch(dana, second, status="closed")
    assert await portal(john) == first


async def test_the_portal_is_for_contacts(dana: ClientSession, sarah: ClientSession) -> None:
    for who in (dana, sarah):
        assert (await refusal(who, "GET", "portal/conversation"))["http"] == 403


async def test_the_support_persona_heads_a_support_conversation(
    dana: ClientSession, john: ClientSession, services: Services
) -> None:
    await add_persona(services, "Support", support=True)
    conversation = await portal(john)
    assert (await get(john, conversation))["persona"]["initials"] == "Su"
    await settings(dana, voice="agent")
    assert (await get(john, conversation))["persona"] is None


async def test_a_repeat_shows_nothing_of_a_conversation_that_was_lost(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    """Who once wrote there must not look in again by the id of that message."""
    conversation = await assigned(dana, john, sarah)
    wrote = await send(sarah, conversation, "my words")
    repeat = {"message_id": wrote["id"], "body": "my words"}
    assert (await do(sarah, "POST", "conversations", repeat))["id"] == conversation
    await patch(dana, conversation, assignee_id=await member_id(mike))
    await send(john, conversation, "for Mike alone")
    lost = await refusal(sarah, "POST", "conversations", repeat)
    missing = await refusal(sarah, "GET", f"conversations/{new_id()}")
    assert lost == missing
