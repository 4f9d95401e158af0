"""Who works a conversation: claims, returns, history, what losers and winners are told, bulk changes."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession

from deskterm.server.services import Services
from deskterm.server.storage.database import Audience, Event
from tests.server.desk.acting import (
    Json,
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

GONE = ("conversation.revoked", "conversation.granted")


def told(services: Services) -> list[tuple[str, Audience, bytes | None, Json]]:
    """Grows with every grant and revocation: kind, audience, to whom, why."""
    found: list[tuple[str, Audience, bytes | None, Json]] = []

    def listen(events: Any) -> None:
        for each in events:
            if each.kind in GONE:
                kind = each.kind.removeprefix("conversation.")
                found.append((kind, Audience(each.audience), each.audience_id, json.loads(each.detail)))

    services.db.on_commit(listen)
    return found


def as_bytes(member: str) -> bytes:
    return bytes.fromhex(member.replace("-", ""))


async def test_reassigning_tells_the_loser_and_the_winner(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, services: Services
) -> None:
    conversation = await assigned(dana, john, sarah)
    seen = told(services)
    await patch(dana, conversation, assignee_id=await member_id(mike))
    cause = {"reason": "reassigned", "by": {"id": await member_id(dana), "name": "Dana Whitfield"}}
    assert seen == [
        ("granted", Audience.MEMBER, as_bytes(await member_id(mike)), cause),
        ("revoked", Audience.MEMBER, as_bytes(await member_id(sarah)), cause),
    ]
    assert (await refusal(sarah, "GET", f"conversations/{conversation}"))["http"] == 404
    assert (await do(sarah, "GET", "conversations"))["counts"]["open"] == 0
    entries = (await do(dana, "GET", f"conversations/{conversation}/assignments"))["items"]
    assert [each["assignee"]["name"] for each in entries] == ["Mike Chen", "Sarah Johnson"]
    assert {each["reason"] for each in entries} == {"manual"}


async def test_staff_return_their_own_and_lose_it(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    conversation = await assigned(dana, john, sarah)
    seen = told(services)
    status, body = await call(sarah, "PATCH", f"conversations/{conversation}", {"assignee_id": None})
    assert (status, body) == (204, None)
    ((kind, audience, who, cause),) = seen
    assert (kind, audience, who) == ("revoked", Audience.MEMBER, as_bytes(await member_id(sarah)))
    assert (cause["reason"], cause["by"]["name"]) == ("returned", "Sarah Johnson")
    entries = (await do(dana, "GET", f"conversations/{conversation}/assignments"))["items"]
    assert (entries[0]["assignee"], entries[0]["reason"]) == (None, "returned")


async def test_20_two_claims_at_once_have_one_winner(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, services: Services
) -> None:
    await settings(dana, staff_sees="unassigned")
    conversation = await portal(john)
    await send(john, conversation, "hello")
    seen = told(services)
    claims = {name: {"assignee_id": await member_id(who)} for name, who in (("s", sarah), ("m", mike))}
    path = f"conversations/{conversation}"
    first, second = await asyncio.gather(
        call(sarah, "PATCH", path, claims["s"]), call(mike, "PATCH", path, claims["m"])
    )
    assert sorted((first[0], second[0])) == [200, 404]
    winner = sarah if first[0] == 200 else mike
    ((kind, audience, who, cause),) = seen
    assert (kind, audience, who) == ("revoked", Audience.STAFF_EXCEPT, as_bytes(await member_id(winner)))
    assert (cause["reason"], cause["by"]["id"]) == ("claimed", await member_id(winner))


async def test_returning_to_a_queue_that_staff_see_grants_it_to_them(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    await settings(dana, staff_sees="unassigned")
    conversation = await assigned(dana, john, sarah)
    seen = told(services)
    assert (await patch(sarah, conversation, assignee_id=None))["assignee"] is None
    ((kind, audience, who, cause),) = seen
    assert (kind, audience, who) == ("granted", Audience.STAFF_EXCEPT, as_bytes(await member_id(sarah)))
    assert cause["reason"] == "returned"


async def test_where_staff_see_all_nobody_loses_anything(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, services: Services
) -> None:
    await settings(dana, staff_sees="all")
    conversation = await assigned(dana, john, sarah)
    seen = told(services)
    await patch(dana, conversation, assignee_id=await member_id(mike))
    assert seen == []
    assert (await get(sarah, conversation))["assignee"]["name"] == "Mike Chen"
    taken = {"assignee_id": await member_id(sarah)}
    assert (await refusal(sarah, "PATCH", f"conversations/{conversation}", taken))["http"] == 403


@pytest.mark.parametrize(
    ("setting", "wanted"), [("staff_may_claim", "claim"), ("staff_may_return", "return")]
)
async def test_settings_take_claiming_and_returning_away(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, setting: str, wanted: str
) -> None:
    await settings(dana, staff_sees="unassigned", **{setting: False})
    conversation = await portal(john)
    assignee = None
    if wanted == "claim":
        await send(john, conversation, "hello")
        assignee = await member_id(sarah)
    else:
        await assigned(dana, john, sarah)
    answer = await refusal(sarah, "PATCH", f"conversations/{conversation}", {"assignee_id": assignee})
    assert (answer["http"], answer["code"]) == (403, "forbidden")


async def test_only_agents_who_can_answer_are_assigned(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, nora: ClientSession
) -> None:
    conversation = await portal(john)
    path = f"conversations/{conversation}"
    missing = await refusal(dana, "PATCH", path, {"assignee_id": new_id()})
    foreign = await refusal(dana, "PATCH", path, {"assignee_id": await member_id(nora)})
    assert missing == foreign
    assert missing["http"] == 404
    await do(dana, "PATCH", f"members/{await member_id(mike)}", {"disabled": True})
    roster = (await do(dana, "GET", "members?role=customer"))["items"]
    mikes = next(m["id"] for m in (await do(dana, "GET", "members"))["items"] if m["name"] == "Mike Chen")
    for unable in (mikes, roster[0]["id"]):
        assert (await refusal(dana, "PATCH", path, {"assignee_id": unable}))["http"] == 422
    rev = (await get(dana, conversation))["rev"]
    assert (await patch(dana, conversation, assignee_id=None))["rev"] == rev


async def test_the_first_reply_assigns_by_setting(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    await settings(dana, staff_sees="unassigned", assign_on_first_reply=True)
    conversation = await portal(john)
    await send(john, conversation, "hello")
    await send(sarah, conversation, "just a note", visibility="internal")
    assert (await get(sarah, conversation))["assignee"] is None
    await send(sarah, conversation, "hi")
    shown = await get(sarah, conversation)
    assert shown["assignee"]["name"] == "Sarah Johnson"
    assert shown["agent_joined_at"] == shown["first_reply_at"] is not None
    (entry,) = (await do(dana, "GET", f"conversations/{conversation}/assignments"))["items"]
    assert (entry["reason"], entry["assigned_by"]["name"]) == ("first_reply", "Sarah Johnson")


async def test_agent_joined_at_is_the_present_assignees_first_reply(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    await send(dana, conversation, "an admin first")
    shown = await get(sarah, conversation)
    assert (shown["first_reply_at"] is not None, shown["agent_joined_at"]) == (True, None)
    await send(sarah, conversation, "then the assignee")
    assert (await get(sarah, conversation))["agent_joined_at"] is not None
    await patch(dana, conversation, assignee_id=await member_id(mike))
    assert (await get(mike, conversation))["agent_joined_at"] is None


async def test_patching_what_is_there_already_changes_nothing(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    conversation = await assigned(dana, john, sarah)
    fields: Json = {
        "assignee_id": await member_id(sarah),
        "priority": "high",
        "subject": "Invoice",
        "add_tags": ["Beta", "alpha"],
        "escalated": True,
        "escalated_reason": "angry",
        "status": "open",
    }
    first = await patch(dana, conversation, **fields)
    assert (first["tags"], first["escalated_reason"]) == (["alpha", "beta"], "angry")
    assert first["escalated_at"] is not None
    events: list[Event] = []
    services.db.on_commit(events.extend)
    assert await patch(dana, conversation, **fields, remove_tags=["gamma"]) == first
    assert await patch(dana, conversation) == first
    assert events == []
    assert [c["id"] for c in (await do(sarah, "GET", "escalations"))["items"]] == [conversation]
    calm = await patch(sarah, conversation, escalated=False, remove_tags=["beta"], subject=None)
    assert (calm["escalated"], calm["escalated_reason"], calm["escalated_at"]) == (False, None, None)
    assert (calm["tags"], calm["subject"]) == (["alpha"], None)


async def test_a_change_of_what_was_seen_before_is_stale(dana: ClientSession, john: ClientSession) -> None:
    conversation = await portal(john)
    rev = (await get(dana, conversation))["rev"]
    await patch(dana, conversation, priority="high", if_rev=rev)
    answer = await refusal(dana, "PATCH", f"conversations/{conversation}", {"priority": "low", "if_rev": rev})
    assert (answer["http"], answer["code"]) == (409, "stale")


async def test_who_may_comes_before_what_was_seen(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    body = {"assignee_id": await member_id(mike), "if_rev": 1}
    assert (await refusal(sarah, "PATCH", f"conversations/{conversation}", body))["http"] == 403


async def test_every_assignment_is_audited_once(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    first = await assigned(dana, john, sarah)
    second = (await do(john, "POST", "conversations", {}))["id"]
    await patch(sarah, second, assignee_id=None)
    sql = "SELECT count(*) FROM audit_entry WHERE action = 'conversation.assigned' AND entity_id = :id"

    def entries(conversation: str) -> int:
        return int(services.db.read(lambda reader: reader.value(sql, id=as_bytes(conversation))))

    assert (entries(first), entries(second)) == (1, 2), "one when taken over, one when returned"


async def test_a_conversation_holds_forty_tags(dana: ClientSession, john: ClientSession) -> None:
    conversation = await portal(john)
    await patch(dana, conversation, add_tags=[f"tag {at}" for at in range(40)])
    answer = await refusal(dana, "PATCH", f"conversations/{conversation}", {"add_tags": ["one more"]})
    assert (answer["http"], answer["code"]) == (409, "limit_reached")


async def test_activity_that_names_agents_is_internal(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    await patch(sarah, conversation, status="closed")
    lines = [each for each in await thread(sarah, conversation) if each["kind"] == "activity"]
    assert [each["body"] for each in lines if each["visibility"] == "internal"] == [
        "Dana Whitfield assigned this conversation to Sarah Johnson.",
        "Sarah Johnson closed this conversation.",
    ]
    public = [each["body"] for each in await thread(john, conversation) if each["kind"] == "activity"]
    assert public == ["This conversation was closed."]
    assert (await get(sarah, conversation))["preview"] == "hello"


async def test_22_bulk_reports_exactly_and_a_dry_run_the_same(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, jane: ClientSession, nora: ClientSession
) -> None:
    mine = await assigned(dana, john, sarah)
    pending = await assigned(dana, jane, sarah)
    await patch(sarah, pending, status="pending")
    closed = await do(sarah, "POST", "conversations", {})
    await patch(sarah, closed["id"], status="closed")
    unseen = (await do(dana, "POST", "conversations", {}))["id"]
    foreign = (await do(nora, "POST", "conversations", {}))["id"]
    ids = [pending, new_id(), closed["id"], mine, foreign, unseen, mine]
    body = {"ids": ids, "patch": {"status": "pending"}}
    before = [await get(sarah, each) for each in (mine, pending, closed["id"])]
    dry = await do(sarah, "POST", "conversations/bulk", {**body, "dry_run": True})
    assert [await get(sarah, each) for each in (mine, pending, closed["id"])] == before
    assert dry == await do(sarah, "POST", "conversations/bulk", body)
    assert dry == {
        "applied": [mine],
        "unchanged": [pending],
        "denied": [ids[1], foreign, unseen],
        "conflicted": [{"id": closed["id"], "code": "illegal_transition", "allowed": ["open"]}],
    }
    assert (await get(sarah, mine))["status"] == "pending"


async def test_22_bulk_opens_only_one_of_a_contact(dana: ClientSession, john: ClientSession) -> None:
    first = await portal(john)
    second = (await do(john, "POST", "conversations", {}))["id"]
    await patch(dana, second, status="closed")
    body = {"ids": [second, first], "patch": {"status": "open"}}
    dry = await do(dana, "POST", "conversations/bulk", {**body, "dry_run": True})
    report = await do(dana, "POST", "conversations/bulk", body)
    assert dry == report
    assert report["applied"] == [second]
    assert report["conflicted"] == [{"id": first, "code": "conflict", "allowed": []}]


async def test_bulk_assigns_with_its_own_reason(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, jane: ClientSession
) -> None:
    ids = [await portal(john), await portal(jane)]
    body = {"ids": ids, "patch": {"assignee_id": await member_id(sarah)}}
    assert (await do(dana, "POST", "conversations/bulk", body))["applied"] == ids
    (entry,) = (await do(dana, "GET", f"conversations/{ids[0]}/assignments"))["items"]
    assert entry["reason"] == "bulk"
    assert len((await do(sarah, "GET", "conversations"))["items"]) == 2
    body = {"ids": ids, "patch": {"assignee_id": new_id()}}
    assert (await refusal(dana, "POST", "conversations/bulk", body))["http"] == 404


@pytest.mark.parametrize("chosen", [[], None, ["x"]])
async def test_bulk_takes_one_to_five_hundred_ids(dana: ClientSession, chosen: list[str] | None) -> None:
    given = [new_id() for _ in range(501)] if chosen is None else chosen
    body = {"ids": given, "patch": {"priority": "low"}}
    assert (await refusal(dana, "POST", "conversations/bulk", body))["http"] == 422
