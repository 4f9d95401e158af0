"""The live frames: what each reader gets of the same change; losing and gaining a conversation."""

from contextlib import AsyncExitStack

from tests.contract.desk import Desk
from tests.contract.live import listen, rest, socket_of
from tests.contract.shapes import AGENT_MESSAGE, CONTACT_MESSAGE


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
