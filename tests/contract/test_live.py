"""The live socket: its door, its frames, what each reader gets of a change, resuming, losing, gaining."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from tests.contract.desk import Desk, Person
from tests.contract.live import Live, rest, socket_of
from tests.contract.shapes import AGENT_MESSAGE, CONTACT_MESSAGE, UNSEEN, Json


async def listen(desk: Desk, stack: AsyncExitStack, *people: Person, cursor: str | None = None) -> list[Live]:
    """A live socket of each, caught up."""
    found = []
    for person in people:
        live = await stack.enter_async_context(socket_of(desk, person))
        await live.subscribe(cursor)
        found.append(live)
    await rest(desk, *found)
    for each in found:
        each.frames.clear()
        each.raw.clear()
    return found


async def test_a_bad_token_is_refused_at_the_upgrade(desk: Desk) -> None:
    for value in ("Bearer nonsense", "Basic eDp5", "Bearer"):
        with pytest.raises(InvalidStatus) as refused:
            async with socket_of(desk, desk.nobody, headers={"Authorization": value}):
                pass
        assert refused.value.response.status_code == 401


async def test_a_token_in_the_address_is_refused(desk: Desk) -> None:
    for query in ({"token": desk.dana.token}, {"access_token": desk.dana.token}):
        reply = await desk.nobody.get("live", **query)
        assert reply.status in (400, 401)
        assert desk.dana.token.encode() not in reply.raw
    assert (await desk.dana.get("live", organization_id=UNSEEN)).status in (400, 422)


async def test_the_first_frame_may_bring_the_token(desk: Desk) -> None:
    async with socket_of(desk, desk.nobody) as live:
        welcome = await live.hello(token=desk.sarah.token)
        assert (welcome["mode"], welcome["protocol"]) == ("resume", 1)
        assert (await live.until("live"))["cursor"] == welcome["cursor"]
    async with socket_of(desk, desk.nobody) as live:
        await live.say("hello", protocol=1, token="nonsense")
        assert (await live.closed())[0] == 4401
    async with socket_of(desk, desk.nobody) as live:
        await live.say("hello", protocol=1)
        assert (await live.closed())[0] == 4401


@pytest.mark.parametrize(
    "sent",
    ["", "{", "[]", "null", '"x"', "{}", '{"type": "shout"}', '{"type": "typing"}', "\x00", "[" * 50_000],
)
async def test_what_is_no_hello_closes_the_socket(desk: Desk, sent: str) -> None:
    async with socket_of(desk, desk.dana) as live:
        await live.socket.send(sent)
        code, _ = await live.closed()
        assert code is not None
        assert code != 1011
    (await desk.dana.get("me")).accepted()


async def test_a_strange_origin_is_refused(desk: Desk) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1"):
        try:
            async with socket_of(desk, desk.dana, headers={"Origin": origin}) as live:
                assert (await live.closed())[0] == 4403
        except InvalidStatus as refused:
            assert refused.response.status_code == 403  # noqa: PT017


async def test_one_send_is_one_frame_for_each_reader(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, sarah, mike, john, nora = await listen(
            desk, stack, desk.dana, desk.sarah, desk.mike, desk.john, desk.nora
        )
        sent = await desk.send(desk.john, one["id"], "Live")
        await rest(desk, dana, sarah, mike, john, nora)
        for live, keys in ((dana, AGENT_MESSAGE), (sarah, AGENT_MESSAGE), (john, CONTACT_MESSAGE)):
            assert live.kinds == ["message.created"]
            data = live.of("message.created")[0]
            assert data["message"] == (await live.person.get(f"messages/{sent['id']}")).ok
            assert set(data["message"]) == keys
            assert data["conversation"] == await desk.see(live.person, one["id"])
            assert data["message"]["rev"] == data["conversation"]["rev"] == sent["rev"]
        for live in (mike, nora):
            assert live.kinds == []


async def test_a_first_message_brings_its_ticket(desk: Desk) -> None:
    made = (await desk.bob.get("portal/conversation")).ok
    async with AsyncExitStack() as stack:
        dana, bob = await listen(desk, stack, desk.dana, desk.bob)
        await desk.send(desk.bob, made["id"], "First")
        await rest(desk, dana, bob)
        data = dana.of("message.created")[0]
        ticket = data["conversation"]["ticket"]
        assert data["ticket"] == (await desk.dana.get(f"tickets/{ticket['id']}")).ok
        assert data["ticket"]["rev"] == data["message"]["rev"]
        assert bob.kinds == ["message.created"]


async def test_a_note_reaches_agents_alone(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, john = await listen(desk, stack, desk.dana, desk.john)
        note = await desk.note(desk.sarah, one["id"], "C4N4RY")
        await desk.sarah.patch(f"messages/{note['id']}", {"body": "C4N4RY again"})
        await desk.sarah.delete(f"messages/{note['id']}")
        await rest(desk, dana, john)
        told = [kind for kind in dana.kinds if kind != "conversation.updated"]  # for its preview
        assert told == ["message.created", "message.updated", "message.deleted"]
        gone = dana.of("message.deleted")[0]["message"]
        assert (gone["deleted"], gone["body"]) == (True, "")
        assert john.kinds == []


async def test_a_change_is_one_update_and_a_no_op_none(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, john = await listen(desk, stack, desk.dana, desk.john)
        await desk.change(desk.sarah, one["id"], priority="high")
        await rest(desk, dana, john)
        assert dana.kinds == john.kinds == []
        after = await desk.change(desk.sarah, one["id"], priority="low", add_tags=["c4n4ry"])
        await rest(desk, dana, john)
        updates = dana.of("conversation.updated")
        assert [each["conversation"] for each in updates] == [after]


async def test_reassigning_takes_and_gives_in_the_same_moment(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, sarah, mike, john = await listen(desk, stack, desk.dana, desk.sarah, desk.mike, desk.john)
        after = await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
        await rest(desk, dana, sarah, mike, john)
        assert sarah.kinds == ["conversation.revoked"]
        lost = sarah.of("conversation.revoked")[0]
        assert (lost["conversation_id"], lost["reason"]) == (one["id"], "reassigned")
        assert lost["by"] == {"id": desk.dana.id, "name": "Dana Whitfield"}
        assert lost["rev"] <= after["rev"]
        granted = mike.of("conversation.granted")[0]
        assert granted["conversation"] == await desk.see(desk.mike, one["id"])
        assert granted["messages"] == (await desk.thread(desk.mike, one["id"]))[-50:]
        assert "conversation.revoked" not in mike.kinds + dana.kinds + john.kinds
        assert "assignment.created" in dana.kinds
        await desk.send(desk.john, one["id"], "Whose is it?")
        await rest(desk, sarah, mike)
        assert sarah.kinds == ["conversation.revoked"]
        assert mike.kinds[-1] == "message.created"


async def test_granted_brings_the_last_fifty(desk: Desk) -> None:
    one = await desk.numbered(1)
    for n in range(60):
        await desk.send(desk.sarah, one["id"], f"{n}")
    async with AsyncExitStack() as stack:
        (mike,) = await listen(desk, stack, desk.mike)
        await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
        await rest(desk, mike)
        messages = mike.of("conversation.granted")[0]["messages"]
        assert messages == (await desk.thread(desk.mike, one["id"]))[-50:]


async def test_claims_and_returns_say_so(desk: Desk) -> None:
    await desk.settings(staff_sees="unassigned")
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=None)
    async with AsyncExitStack() as stack:
        sarah, mike = await listen(desk, stack, desk.sarah, desk.mike)
        await desk.change(desk.mike, one["id"], assignee_id=desk.mike.id)
        await rest(desk, sarah, mike)
        lost = sarah.of("conversation.revoked")[0]
        assert (lost["reason"], lost["by"]) == ("claimed", {"id": desk.mike.id, "name": "Mike Chen"})
        assert "conversation.revoked" not in mike.kinds
        await desk.change(desk.mike, one["id"], assignee_id=None)
        await rest(desk, sarah, mike)
        assert sarah.kinds[-1] == "conversation.granted"
    await desk.settings(staff_sees="assigned")
    three = await desk.numbered(3)
    async with AsyncExitStack() as stack:
        (sarah,) = await listen(desk, stack, desk.sarah)
        await desk.sarah.patch(f"conversations/{three['id']}", {"assignee_id": None})
        await rest(desk, sarah)
        assert sarah.of("conversation.revoked")[0]["reason"] == "returned"


async def test_reading_is_told_with_each_ones_own_number(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, john = await listen(desk, stack, desk.dana, desk.john)
        (await desk.sarah.put(f"conversations/{one['id']}/read", {"seq": one["rev"]})).accepted()
        await rest(desk, dana, john)
        after = await desk.numbered(1)
        (data,) = dana.of("read.updated")
        assert (data["conversation_id"], data["seq"], data["unread"]) == (
            one["id"],
            after["agent_read_seq"],
            0,
        )
        assert data.get("conversation", after) == after
        for data in john.of("read.updated"):
            assert data["unread"] == (await desk.see(desk.john, one["id"]))["unread"]


async def test_a_second_conversation_arrives_with_the_end_of_the_first(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        sarah, john = await listen(desk, stack, desk.sarah, desk.john)
        made = (await desk.john.post("conversations", {"body": "New"})).ok
        await rest(desk, sarah, john)
        for live in (sarah, john):
            seen = {}
            for event in live.events:
                if event["data"].get("conversation"):
                    seen[event["data"]["conversation"]["id"]] = event["data"]["conversation"]
            assert seen[one["id"]] == await desk.see(live.person, one["id"])
            assert seen[made["id"]] == await desk.see(live.person, made["id"])
            assert seen[one["id"]]["status"] == "closed"


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


async def test_a_customers_socket_carries_none_of_the_desks_secrets(desk: Desk) -> None:
    one = await desk.numbered(1)
    personas = {p["name"]: p["id"] for p in (await desk.dana.get("personas")).ok["items"]}
    people = (desk.dana, desk.sarah, desk.mike)
    async with AsyncExitStack() as stack:
        (john,) = await listen(desk, stack, desk.john)
        cursor = john.cursor
        desk.john.secrets += ("Whitfield", "Sarah", "Mike Chen", *(p.id for p in people))
        await desk.note(desk.sarah, one["id"], "C4N4RY")
        await desk.send(desk.sarah, one["id"], "Public")
        await desk.send(desk.dana, one["id"], "As Mia", persona_id=personas["Mia"])
        await desk.change(
            desk.sarah, one["id"], add_tags=["c4n4ry"], escalated=True, escalated_reason="C4N4RY"
        )
        await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
        await desk.change(desk.mike, one["id"], status="resolved")
        await desk.change(desk.mike, one["id"], status="open")
        await desk.dana.patch("me", {"presence": "away"})
        await desk.send(desk.jane, (await desk.numbered(2))["id"], "Not for John")
        await rest(desk, john)
        bodies = [each["message"]["body"] for each in john.of("message.created")]
        assert bodies[:2] == ["Public", "As Mia"]
        assert "Not for John" not in "".join(john.raw)
    async with socket_of(desk, desk.john) as live:
        await live.subscribe(cursor)
        assert "Not for John" not in "".join(live.raw)


async def test_typing_is_shown_to_the_other_side_and_notes_to_agents_only(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, sarah, mike, john = await listen(desk, stack, desk.dana, desk.sarah, desk.mike, desk.john)
        await john.say("typing", conversation_id=one["id"])
        await john.say("pong")
        seen = await until_ephemeral(sarah, "typing")
        assert seen["conversation_id"] == one["id"]
        assert "John Doe" in str(seen["who"])
        await sarah.say("typing", conversation_id=one["id"], visibility="internal")
        assert (await until_ephemeral(dana, "typing", lambda d: "Sarah" in str(d["who"])))[
            "visibility"
        ] == "internal"
        await sarah.say("typing", conversation_id=one["id"])
        shown = await until_ephemeral(john, "typing")
        assert "Sarah" not in str(shown)
        assert "Support" in str(shown["who"])
        await rest(desk, mike, john)
        assert mike.ephemera("typing") == []
        assert len(john.ephemera("typing")) == 1


async def until_ephemeral(live: Live, kind: str, wanted=lambda data: True) -> Json:  # type: ignore[no-untyped-def]
    """Read up to ephemeral data of this kind that is wanted."""
    while True:
        frame = await live.next()
        if frame["type"] == "ephemeral" and frame["kind"] == kind and wanted(frame["data"]):
            data: Json = frame["data"]
            return data


async def test_typing_elsewhere_is_shown_to_nobody(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    async with AsyncExitStack() as stack:
        dana, mike, jane, nora = await listen(desk, stack, desk.dana, desk.mike, desk.jane, desk.nora)
        for live in (mike, jane, nora):
            await live.say("typing", conversation_id=one["id"])
            await live.say("typing", conversation_id=UNSEEN)
            await live.say("viewing", conversation_id=one["id"])
        await jane.say("typing", conversation_id=two["id"], visibility="internal")
        await rest(desk, dana, mike, jane, nora)
        await rest(desk, dana, mike, jane, nora)
        assert dana.ephemera("typing") == [] or all(
            each["conversation_id"] != one["id"] for each in dana.ephemera("typing")
        )
        assert all(each["agents"] == [] for each in dana.ephemera("viewing"))


async def test_presence_is_told_to_agents(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        dana, john = await listen(desk, stack, desk.dana, desk.john)
        (sarah,) = await listen(desk, stack, desk.sarah)
        seen = await until_ephemeral(dana, "presence", lambda d: d["member_id"] == desk.sarah.id)
        assert seen["presence"] == "online"
        members = {m["id"]: m["presence"] for m in (await desk.dana.get("members")).ok["items"]}
        assert members[desk.sarah.id] == "online"
        assert (await desk.numbered(1))["assignee"]["presence"] == "online"
        assert (await desk.john.get("organization")).ok["support"]["online"] is True
        (await desk.sarah.patch("me", {"presence": "away"})).accepted()
        members = {m["id"]: m["presence"] for m in (await desk.dana.get("members")).ok["items"]}
        assert members[desk.sarah.id] == "away"
        await rest(desk, sarah, john)
        assert john.ephemera("presence") == []


async def test_a_disabled_member_loses_the_socket(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        (sarah,) = await listen(desk, stack, desk.sarah)
        (await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": True})).accepted()
        assert (await sarah.closed())[0] == 4401


async def test_logging_out_closes_the_sessions_socket(desk: Desk) -> None:
    second = await desk.sign_in("sarah")
    async with AsyncExitStack() as stack:
        mine, other = await listen(desk, stack, desk.sarah, second)
        assert (await second.post("auth/logout")).status == 204
        assert (await other.closed())[0] == 4401
        await rest(desk, mine)


async def test_frames_that_are_too_big_or_strange_hurt_nobody_else(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        (dana,) = await listen(desk, stack, desk.dana)
        for sent in (
            "x" * 600_000,
            "[" * 100_000,
            b"\xff\x00",
            '{"type": "typing"}',
            '{"type": "typing", "conversation_id": 5}',
        ):
            async with socket_of(desk, desk.sarah) as bad:
                await bad.subscribe()
                await bad.socket.send(sent)
                if len(sent) > 100:
                    assert (await bad.closed())[0] not in (None, 1011)
        await desk.send(desk.john, (await desk.numbered(1))["id"], "Still here")
        await dana.until_kind("message.created")


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
            "cursor", "next_page", "organization", "me", "members", "personas", "conversations",
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
