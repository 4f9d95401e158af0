"""Replies that are held: at once stored and in agents' sight, nowhere a contact looks until they go out."""

import json

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.services import Services
from tests.server.desk.acting import (
    assigned,
    call,
    do,
    get,
    member_id,
    new_id,
    note,
    patch,
    portal,
    read,
    refusal,
    send,
    settings,
    thread,
)
from tests.server.live.watcher import watching

HOLD = 5


async def holding(dana: ClientSession, john: ClientSession, sarah: ClientSession) -> str:
    """A conversation of John's with Sarah, in an organization that holds replies."""
    await settings(dana, send_hold_seconds=HOLD)
    return await assigned(dana, john, sarah)


async def let_out(services: Services, clock: ManualClock, seconds: float = HOLD) -> None:
    """Time passes, and the jobs look."""
    clock.advance(seconds)
    await services.jobs.tick()


async def everything(who: ClientSession, conversation: str) -> dict[str, str]:
    """All that a contact can ask for about their conversation."""
    paths = (
        "conversations",
        "portal/conversation",
        "sync/snapshot",
        f"conversations/{conversation}",
        f"conversations/{conversation}/messages",
    )
    found = {path: json.dumps((await call(who, "GET", path))[1], sort_keys=True) for path in paths}
    snapshot = json.loads(found["sync/snapshot"])
    del snapshot["cursor"]  # where the log is, which everything moves
    return found | {"sync/snapshot": json.dumps(snapshot)}


async def test_changes_nothing_that_the_contact_can_ask_for(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await holding(dana, john, sarah)
    before = await everything(john, conversation)
    clock.advance(1)
    sent = await send(sarah, conversation, "held for now")
    assert sent["held_until"] == "2026-09-21T14:13:26.000Z"
    assert await everything(john, conversation) == before
    assert (await refusal(john, "GET", f"messages/{sent['id']}"))["http"] == 404
    for place in ("before", "after", "around"):
        answer = await refusal(john, "GET", f"conversations/{conversation}/messages?{place}={sent['id']}")
        assert answer["http"] == 422
    for agent in (sarah, dana):
        assert (await thread(agent, conversation))[-1]["held_until"] == sent["held_until"]
        shown = await get(agent, conversation)
        assert shown["preview"] == "held for now"
        assert shown["waiting_since"] is not None
        assert shown["first_reply_at"] is None
    await let_out(services, clock, HOLD - 0.1)
    assert await everything(john, conversation) == before


async def test_goes_out_on_time_as_if_it_were_written_then(
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    clock: ManualClock,
    services: Services,
    server: TestServer,
) -> None:
    conversation = await holding(dana, john, sarah)
    async with watching(server, john) as johns, watching(server, dana) as danas:
        await johns.subscribe()
        await danas.subscribe()
        sent = await send(sarah, conversation, "an answer")
        assert (await danas.until_kind("message.created"))["message"]["held_until"] is not None
        await do(sarah, "PATCH", f"messages/{sent['id']}", {"body": "a better answer"})
        await danas.until_kind("message.updated")
        await let_out(services, clock)
        told = await johns.until_kind("message.created")
        assert "message.updated" not in johns.kinds
        assert "an answer" not in "".join(johns.raw)
        assert (await danas.until_kind("message.created"))["message"]["held_until"] is None
    mine = (await thread(john, conversation))[-1]
    assert told["message"] == mine
    assert (mine["body"], mine["edited_at"]) == ("a better answer", None)
    assert mine["created_at"] == told["conversation"]["last_message_at"] == "2026-09-21T14:13:25.000Z"
    assert mine["seq"] > sent["seq"]
    shown = await get(dana, conversation)
    assert (shown["waiting_since"], shown["unread"]) == (None, 0)
    assert shown["first_reply_at"] == shown["agent_joined_at"] == mine["created_at"]
    theirs = await get(john, conversation)
    assert (theirs["unread"], theirs["preview"]) == (1, "a better answer")
    assert theirs["agent_read_seq"] == mine["seq"]
    await let_out(services, clock, 60)
    assert await get(dana, conversation) == shown


async def test_without_a_hold_a_reply_is_out_at_once(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    sent = await send(sarah, conversation, "at once")
    assert sent["held_until"] is None
    assert (await thread(john, conversation))[-1]["body"] == "at once"
    await settings(dana, send_hold_seconds=HOLD)
    assert (await note(sarah, conversation, "a note"))["held_until"] is None
    assert "held_until" not in await send(john, conversation, "mine")


async def test_taken_back_it_never_was_for_the_contact(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await holding(dana, john, sarah)
    before = await everything(john, conversation)
    wanted = {"id": new_id(), "body": "too fast"}
    path = f"conversations/{conversation}/messages"
    await do(sarah, "POST", path, wanted)
    assert (await call(sarah, "DELETE", f"messages/{wanted['id']}"))[0] == 204
    for _ in range(2):
        assert (await call(sarah, "DELETE", f"messages/{wanted['id']}"))[0] == 204
        await let_out(services, clock)
        assert await everything(john, conversation) == before
    left = await do(dana, "GET", f"messages/{wanted['id']}")
    assert (left["deleted"], left["body"], left["held_until"]) == (True, "", None)
    shown = await get(sarah, conversation)
    assert (shown["preview"], shown["waiting_since"] is not None) == ("hello", True)
    status, again = await call(sarah, "POST", path, wanted)
    assert (status, again["replayed"], again["deleted"]) == (200, True, True)
    assert await everything(john, conversation) == before


async def test_only_its_author_changes_it_and_only_while_it_is_held(
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    clock: ManualClock,
    services: Services,
) -> None:
    conversation = await holding(dana, john, sarah)
    sent = await send(sarah, conversation, "mine")
    path = f"messages/{sent['id']}"
    for who, status in ((dana, 403), (mike, 404), (john, 403)):
        assert (await refusal(who, "PATCH", path, {"body": "x"}))["http"] == status
        assert (await refusal(who, "DELETE", path))["http"] == status
    edited = await do(sarah, "PATCH", path, {"body": "mine, better"})
    assert (edited["held_until"], edited["seq"]) == (sent["held_until"], sent["seq"])
    assert edited["edited_at"] is not None
    clock.advance(HOLD)  # the time is over, whether or not the job has looked
    late = await refusal(sarah, "DELETE", path)
    assert (late["http"], late["code"]) == (409, "conflict")
    assert late["detail"] == "This reply has gone out already."
    await services.jobs.tick()
    assert (await refusal(sarah, "PATCH", path, {"body": "x"}))["code"] == "conflict"
    assert (await refusal(dana, "DELETE", path))["http"] == 403
    assert (await thread(john, conversation))[-1]["body"] == "mine, better"
    again = {"id": sent["id"], "body": "mine"}
    assert (await do(sarah, "POST", f"conversations/{conversation}/messages", again))["replayed"]


async def test_what_the_contact_writes_meanwhile_stays_unanswered(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await holding(dana, john, sarah)
    sent = await send(sarah, conversation, "an answer to hello")
    clock.advance(2)
    asked = await send(john, conversation, "and another thing")
    await let_out(services, clock)
    shown = await get(sarah, conversation)
    assert (shown["waiting_since"], shown["unread"]) == (asked["created_at"], 1)
    assert shown["agent_read_seq"] == sent["seq"]
    order = [each["body"] for each in await thread(john, conversation)]
    assert order[-2:] == ["and another thing", "an answer to hello"]


async def test_what_was_read_meanwhile_stays_read(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await holding(dana, john, sarah)
    await send(sarah, conversation, "an answer to hello")
    asked = await send(john, conversation, "and another thing")
    await read(sarah, conversation, asked["seq"])
    await let_out(services, clock)
    shown = await get(sarah, conversation)
    assert (shown["unread"], shown["agent_read_seq"]) == (0, asked["seq"])
    assert shown["waiting_since"] == asked["created_at"]


async def test_it_stops_a_colleague_who_did_not_see_it(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await holding(dana, john, sarah)
    seen = (await thread(dana, conversation))[-1]["seq"]
    sent = await send(sarah, conversation, "first")
    body = {"id": new_id(), "body": "second", "seen_seq": seen}
    stopped = await refusal(dana, "POST", f"conversations/{conversation}/messages", body)
    assert (stopped["code"], [each["id"] for each in stopped["newer"]]) == ("stale", [sent["id"]])


async def test_resolving_after_writing_does_not_stop_it(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await holding(dana, john, sarah)
    await send(sarah, conversation, "a last word")
    await patch(sarah, conversation, status="resolved")
    await let_out(services, clock)
    assert (await thread(john, conversation))[-1]["body"] == "a last word"
    assert (await get(sarah, conversation))["status"] == "resolved"


async def test_it_goes_out_for_an_author_who_lost_sight_of_it(
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    clock: ManualClock,
    services: Services,
) -> None:
    conversation = await holding(dana, john, sarah)
    sent = await send(sarah, conversation, "still mine")
    await patch(dana, conversation, assignee_id=await member_id(mike))
    assert (await refusal(sarah, "PATCH", f"messages/{sent['id']}", {"body": "changed"}))["http"] == 404
    await do(dana, "PATCH", f"members/{await member_id(sarah)}", {"disabled": True})
    await let_out(services, clock)
    assert (await thread(john, conversation))[-1]["body"] == "still mine"
    assert (await get(mike, conversation))["agent_joined_at"] is None


async def test_its_author_takes_it_back_after_losing_sight_of_it_until_it_is_out(
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    clock: ManualClock,
    services: Services,
) -> None:
    conversation = await holding(dana, john, sarah)
    stopped, out = [await send(sarah, conversation, body) for body in ("not like this", "like this")]
    await patch(dana, conversation, assignee_id=await member_id(mike))
    for who in (john, mike):
        assert (await refusal(who, "DELETE", f"messages/{stopped['id']}"))["http"] in (403, 404)
    for _ in range(2):
        await do(sarah, "DELETE", f"messages/{stopped['id']}")
    assert (await refusal(sarah, "GET", f"messages/{stopped['id']}"))["http"] == 404
    await let_out(services, clock)
    assert [each["body"] for each in await thread(john, conversation)][-1:] == ["like this"]
    assert "not like this" not in str(await thread(john, conversation))
    assert (await refusal(sarah, "DELETE", f"messages/{out['id']}"))["http"] == 404


async def test_the_first_reply_takes_the_conversation_when_it_goes_out(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    await settings(dana, send_hold_seconds=HOLD, assign_on_first_reply=True, staff_sees="unassigned")
    conversation = await portal(john)
    await send(john, conversation, "anybody?")
    await send(sarah, conversation, "yes")
    assert (await get(sarah, conversation))["assignee"] is None
    await let_out(services, clock)
    shown = await get(sarah, conversation)
    assert shown["assignee"]["id"] == await member_id(sarah)
    assert shown["agent_joined_at"] is not None


async def test_two_go_out_in_the_order_they_were_written(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await holding(dana, john, sarah)
    for text in ("one", "two", "three"):
        await send(sarah, conversation, text)
    await let_out(services, clock)
    assert [each["body"] for each in await thread(john, conversation)][-3:] == ["one", "two", "three"]
    assert (await get(john, conversation))["unread"] == 3


async def test_what_came_due_while_the_server_was_down_goes_out_at_its_start(
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    clock: ManualClock,
    config: Config,
    server: TestServer,
) -> None:
    conversation = await holding(dana, john, sarah)
    await send(sarah, conversation, "before the fall")
    await server.close()
    clock.advance(3600)
    app = make_app(config, clock=clock, ids=IdSource(clock.now))
    async with TestServer(app, host="127.0.0.1") as again:
        await app[SERVICES].jobs.tick()
        headers = {"Authorization": john.headers["Authorization"]}
        base = again.make_url("/api/v1/")
        async with ClientSession(base_url=base, headers=headers) as client:
            assert (await thread(client, conversation))[-1]["body"] == "before the fall"


async def test_an_admins_reply_that_was_held_reads_nothing_for_the_desk(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, clock: ManualClock, services: Services
) -> None:
    """An admin who is not the assignee only looks: neither cursor nor count move when the reply goes out."""
    conversation = await holding(dana, john, sarah)
    before = await get(sarah, conversation)
    await send(dana, conversation, "from above")
    await send(john, conversation, "meanwhile")
    waiting = await get(sarah, conversation)
    await let_out(services, clock)
    after = await get(sarah, conversation)
    assert after["agent_read_seq"] == before["agent_read_seq"]
    assert after["unread"] == waiting["unread"] == before["unread"] + 1
    assert (await read(sarah, conversation, 10**6))["unread"] == 0
