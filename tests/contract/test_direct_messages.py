"""Direct messages: one conversation for each two, who may open one, who reads it, and its limits."""

import asyncio

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import UNSEEN, Json


async def persona(desk: Desk, name: str = "Mia") -> str:
    found = (await desk.dana.get("personas")).ok["items"]
    return next(str(each["id"]) for each in found if each["name"] == name)


async def opened(who: Person, **other: str) -> Json:
    return (await who.post("direct-messages", other)).ok


async def directs(who: Person, **query: object) -> list[str]:
    return [each["id"] for each in (await who.get("direct-messages", **query)).ok["items"]]


async def room_member(who: Person, name: str) -> Json:
    room = (await who.get("groups")).ok["items"][0]["id"]
    [found] = (await who.get(f"groups/{room}/members", name=name)).ok["items"]
    return found


async def test_choosing_a_persona_opens_the_one_conversation_with_it(desk: Desk) -> None:
    mia = await persona(desk)
    first = await desk.john.post("direct-messages", {"persona_id": mia})
    again = await desk.john.post("direct-messages", {"persona_id": mia})
    assert (first.status, again.status) == (201, 200)
    assert first.ok == again.ok
    assert (first.ok["kind"], first.ok["status"], first.ok["persona"]["name"]) == ("direct", "open", "Mia")
    assert {each["kind"] for each in first.ok["participants"]} == {"contact", "persona"}
    assert await directs(desk.john) == [first.ok["id"]]
    assert await directs(desk.jane) == []
    other = await opened(desk.jane, persona_id=mia)
    assert other["id"] != first.ok["id"]


async def test_two_at_once_are_in_the_same_conversation(desk: Desk) -> None:
    """From the community room, choosing a name opens the one conversation between the two."""
    jane, john = await room_member(desk.john, "Jane"), await room_member(desk.jane, "john d")
    asked = [
        desk.john.post("direct-messages", {"member_id": jane["member_id"]}),
        desk.jane.post("direct-messages", {"contact_id": john["id"]}),
        desk.john.post("direct-messages", {"contact_id": jane["id"]}),
        desk.jane.post("direct-messages", {"member_id": john["member_id"]}),
    ]
    replies = await asyncio.gather(*asked)
    assert len({each.ok["id"] for each in replies}) == 1
    assert sorted(each.status for each in replies) == [200, 200, 200, 201]


async def test_the_operators_take_part_and_nobody_else_but_admins(desk: Desk) -> None:
    mia = await persona(desk)
    talk = (await opened(desk.john, persona_id=mia))["id"]
    sent = await desk.send(desk.john, talk, "Hello Mia")
    assert (await desk.see(desk.sarah, talk))["unread"] == 1
    reply = await desk.send(desk.sarah, talk, "Hello John", persona_id=mia)
    assert [each["body"] for each in await desk.thread(desk.john, talk)] == ["Hello Mia", "Hello John"]
    assert (await desk.john.get(f"messages/{reply['id']}")).ok["author"]["name"] == "Mia"
    assert (await desk.dana.get(f"messages/{reply['id']}")).ok["operator"]["name"] == "Sarah Johnson"
    for who in (desk.mike, desk.jane, desk.bob, desk.nora):
        missing = await who.get(f"conversations/{UNSEEN}")
        for path in (f"conversations/{talk}", f"conversations/{talk}/messages", f"messages/{sent['id']}"):
            assert (await who.get(path)).raw == missing.raw
        write = await who.post(f"conversations/{talk}/messages", {"id": desk.new_id(), "body": "x"})
        assert write.raw == missing.raw
        assert talk not in await directs(who)
        assert talk not in await desk.listed(who, kind="direct")
        assert talk not in [each["id"] for each in (await who.get("sync/snapshot")).ok["conversations"]]


async def test_everybody_reads_for_themselves(desk: Desk) -> None:
    mia = await persona(desk)
    talk = (await opened(desk.john, persona_id=mia))["id"]
    sent = await desk.send(desk.john, talk, "Hello Mia")
    for who, unread in ((desk.john, 0), (desk.sarah, 1), (desk.dana, 1)):
        assert (await desk.see(who, talk))["unread"] == unread
    await desk.sarah.put(f"conversations/{talk}/read", {"seq": sent["seq"]})
    for who, unread in ((desk.sarah, 0), (desk.dana, 1)):
        assert (await desk.see(who, talk))["unread"] == unread


async def test_who_may_not_be_met_does_not_exist(desk: Desk) -> None:
    support = await persona(desk, "Support")
    missing = await desk.john.post("direct-messages", {"persona_id": UNSEEN})
    missing.problem(404, "not_found")
    stranger = (await desk.dana.get("contacts")).ok["items"]
    lead = next(each["id"] for each in stranger if each["kind"] == "lead")
    for other in (
        {"persona_id": support},
        {"member_id": desk.sarah.id},  # contacts know agents as personas
        {"member_id": desk.dana.id},
        {"contact_id": lead},  # shares no room
        {"member_id": desk.nora.id},
        {"member_id": UNSEEN},
        {"contact_id": UNSEEN},
    ):
        assert (await desk.john.post("direct-messages", other)).raw == missing.raw, other
    assert (await desk.sarah.post("direct-messages", {"contact_id": UNSEEN})).raw == missing.raw
    assert (await desk.mike.post("direct-messages", {"member_id": desk.nora.id})).raw == missing.raw
    for body in ({}, {"member_id": desk.sarah.id, "persona_id": support}, {"persona_id": None}):
        (await desk.john.post("direct-messages", body)).problem(422, "invalid")
    for who in (desk.john, desk.sarah):
        own = who.me["member"]["id"]
        (await who.post("direct-messages", {"member_id": own})).problem(422, "invalid")


async def test_contacts_meet_agents_where_agents_speak_in_their_own_name(desk: Desk) -> None:
    await desk.settings(voice="agent")
    talk = await opened(desk.john, member_id=desk.sarah.id)
    assert {each["name"] for each in talk["participants"]} == {"John Doe", "Sarah Johnson"}
    sent = await desk.send(desk.sarah, talk["id"], "Hello")
    assert (await desk.john.get(f"messages/{sent['id']}")).ok["author"]["name"] == "Sarah Johnson"
    (await desk.mike.get(f"conversations/{talk['id']}")).problem(404, "not_found")


async def test_colleagues_write_to_each_other(desk: Desk) -> None:
    talk = await opened(desk.sarah, member_id=desk.mike.id)
    assert (talk["contact"], talk["persona"]) == (None, None)
    await desk.send(desk.sarah, talk["id"], "Lunch?")
    assert (await opened(desk.mike, member_id=desk.sarah.id))["unread"] == 1
    (await desk.john.get(f"conversations/{talk['id']}")).problem(404, "not_found")


async def test_an_agent_writes_to_a_contact_as_a_persona(desk: Desk) -> None:
    mia, john = await persona(desk), desk.john.id
    made = await desk.sarah.post("direct-messages", {"persona_id": mia, "contact_id": john})
    assert made.status == 201
    assert await opened(desk.john, persona_id=mia) == await desk.see(desk.john, made.ok["id"])
    (await desk.mike.post("direct-messages", {"persona_id": mia, "contact_id": john})).problem(
        403, "forbidden"
    )
    (await desk.john.post("direct-messages", {"persona_id": mia, "contact_id": desk.jane.id})).problem(
        403, "forbidden"
    )


async def test_an_agent_who_writes_to_a_persona_reads_nobody_else(desk: Desk) -> None:
    """Mike writes to Mia. Sarah, who operates her, has no name there, even if she forgets to choose one."""
    mia = await persona(desk)
    talk = (await opened(desk.mike, persona_id=mia))["id"]
    await desk.send(desk.mike, talk, "Hello Mia")
    body = {"id": desk.new_id(), "body": "Hello Mike"}
    path = f"conversations/{talk}/messages"
    reply = (await desk.sarah.post(path, body)).ok
    assert (await desk.sarah.post(path, body)).ok["replayed"] is True
    seen = (await desk.mike.get(f"messages/{reply['id']}")).ok
    assert (seen["author"]["name"], seen["operator"]) == ("Mia", None)
    assert b"Sarah" not in (await desk.mike.get(path)).raw
    assert b"Sarah" not in (await desk.mike.get(f"conversations/{talk}")).raw
    async with socket_of(desk, desk.mike) as mike, socket_of(desk, desk.sarah) as sarah:
        for each in (mike, sarah):
            await each.subscribe()
        await sarah.say("viewing", conversation_id=talk)
        await sarah.say("typing", conversation_id=talk)
        while not mike.ephemera("typing"):
            await mike.next()
        assert [each["who"]["name"] for each in mike.ephemera("typing")] == ["Mia"]
        assert mike.ephemera("viewing") == []
    (await desk.sarah.post("direct-messages", {"persona_id": mia})).problem(422, "invalid")


async def test_nobody_takes_part_in_more_than_twenty(desk: Desk) -> None:
    made = []
    for number in range(21):
        body = {"name": f"P{number}", "open": True}
        made.append((await desk.dana.post("personas", body)).ok["id"])
    talks = [await opened(desk.john, persona_id=each) for each in made[:20]]
    (await desk.john.post("direct-messages", {"persona_id": made[20]})).problem(409, "limit_reached")
    jane = await room_member(desk.john, "Jane")
    (await desk.john.post("direct-messages", {"contact_id": jane["id"]})).problem(409, "limit_reached")
    assert (await desk.john.post("direct-messages", {"persona_id": made[0]})).status == 200
    await desk.dana.delete(f"personas/{made[0]}")  # nobody writes there any more: it does not count
    assert (await desk.john.post("direct-messages", {"persona_id": made[20]})).status == 201
    assert len(await directs(desk.john, limit=200)) == len(talks) + 1


async def test_admins_see_all_and_what_waits_for_an_answer(desk: Desk) -> None:
    mia, billing = await persona(desk), await persona(desk, "Billing")
    johns = (await opened(desk.john, persona_id=mia))["id"]
    janes = (await opened(desk.jane, persona_id=billing))["id"]
    between = (await opened(desk.sarah, member_id=desk.mike.id))["id"]
    for who, talk in ((desk.john, johns), (desk.jane, janes), (desk.sarah, between)):
        await desk.send(who, talk, "Hello")
    assert set(await directs(desk.dana, all="true")) == {johns, janes, between}
    assert await directs(desk.dana) == []
    assert await directs(desk.dana, all="true", persona_id=mia) == [johns]
    assert await directs(desk.dana, all="true", contact_id=desk.jane.id) == [janes]
    assert set(await directs(desk.dana, all="true", unanswered="true")) == {johns, janes}
    await desk.note(desk.sarah, johns, "A note answers nobody")
    assert set(await directs(desk.dana, all="true", unanswered="true")) == {johns, janes}
    await desk.send(desk.sarah, johns, "Hello John", persona_id=mia)
    assert await directs(desk.dana, all="true", unanswered="true") == [janes]
    assert set(await directs(desk.dana, all="true", unanswered="false")) == {johns, between}
    assert set(await directs(desk.sarah)) == {johns, between}
    for who in (desk.sarah, desk.john):
        (await who.get("direct-messages", all="true")).problem(403, "forbidden")
    (await desk.john.get("direct-messages", unanswered="true")).problem(422, "invalid")
    counts = (await desk.dana.get("conversations")).ok
    assert {johns, janes, between}.isdisjoint(each["id"] for each in counts["items"])
    assert counts["counts"]["open"] == 2


@pytest.mark.parametrize("limit", [1, 2])
async def test_pages(desk: Desk, limit: int) -> None:
    wanted = []
    for name in ("Mia", "Billing"):
        wanted.append((await opened(desk.john, persona_id=await persona(desk, name)))["id"])
        desk.clock.advance(1)
        await desk.send(desk.john, wanted[-1], "Hello")
    found, query = [], {"limit": str(limit)}
    while True:
        page = (await desk.john.get("direct-messages", **query)).ok
        found += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == wanted[::-1]
    (await desk.jane.get("direct-messages", persona_id=UNSEEN, cursor=query.get("cursor", "x"))).problem(
        422, "invalid"
    )


async def test_both_ends_and_admins_are_told(desk: Desk) -> None:
    mia = await persona(desk)
    async with (
        socket_of(desk, desk.john) as john,
        socket_of(desk, desk.sarah) as sarah,
        socket_of(desk, desk.mike) as mike,
        socket_of(desk, desk.dana) as dana,
        socket_of(desk, desk.jane) as jane,
    ):
        lives = (john, sarah, mike, dana, jane)
        for each in lives:
            await each.subscribe()
        talk = (await opened(desk.john, persona_id=mia))["id"]
        sent = await desk.send(desk.john, talk, "Hello Mia")
        await rest(desk, *lives)
        for live in (john, sarah, dana):
            assert live.kinds == ["conversation.created", "message.created"]
            [data] = live.of("message.created")
            assert data["message"]["id"] == sent["id"]
            assert data["conversation"] == await desk.see(live.person, talk)
        assert mike.kinds == jane.kinds == []
        await sarah.say("typing", conversation_id=talk)
        while not john.ephemera("typing"):
            await john.next()
        assert john.ephemera("typing")[0]["who"] == {"kind": "persona", "id": mia, "name": "Mia"}
        await john.say("typing", conversation_id=talk)
        while not sarah.ephemera("typing"):
            await sarah.next()
        assert sarah.ephemera("typing")[0]["who"]["name"] == "John Doe"
        await rest(desk, mike, jane)
        assert mike.ephemera("typing") == jane.ephemera("typing") == []


async def test_whether_a_customer_is_there_is_told_where_they_have_a_direct_conversation(desk: Desk) -> None:
    jane = (await room_member(desk.john, "Jane"))["id"]
    async with (
        socket_of(desk, desk.john) as john,
        socket_of(desk, desk.bob) as bob,
        socket_of(desk, desk.sarah) as sarah,
        socket_of(desk, desk.mike) as mike,
    ):
        lives = (john, bob, sarah, mike)
        for each in lives:
            await each.subscribe()
        async with socket_of(desk, desk.jane) as other:
            await other.subscribe()
            await rest(desk, *lives, other)
            for each in lives:  # they share a room with her, and no more
                assert each.ephemera("contacts") == [{"online": [], "offline": None}]
            await opened(desk.john, contact_id=jane)
            await opened(desk.jane, persona_id=await persona(desk))  # Sarah speaks as Mia
            await rest(desk, *lives, other)
            assert other.ephemera("contacts")[-1] == {"online": [desk.john.id], "offline": []}
            for presence, told in (("away", ([], [desk.john.id])), ("auto", ([desk.john.id], []))):
                (await desk.john.patch("me", {"presence": presence})).accepted()
                await rest(desk, *lives, other)
                assert other.ephemera("contacts")[-1] == dict(zip(("online", "offline"), told, strict=True))
        async with socket_of(desk, desk.john) as second:
            await second.subscribe()
            await rest(desk, *lives, second)
            assert second.ephemera("contacts") == [{"online": [jane], "offline": None}]
        while desk.services.hub.connections > len(lives):  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.01)
        desk.clock.advance(60)  # Jane does not come back
        await rest(desk, *lives)
        for each in (john, sarah):
            assert each.ephemera("contacts")[1:] == [
                {"online": [jane], "offline": []},
                {"online": [], "offline": [jane]},
            ]
        for each in (bob, mike):
            assert len(each.ephemera("contacts")) == 1


async def test_several_at_once_stay_apart(desk: Desk) -> None:
    """Drafts, unread marks and typing of three direct conversations do not touch each other."""
    mia, billing = await persona(desk), await persona(desk, "Billing")
    talks = [
        (await opened(desk.john, persona_id=mia))["id"],
        (await opened(desk.john, persona_id=billing))["id"],
        (await opened(desk.john, contact_id=(await room_member(desk.john, "Jane"))["id"]))["id"],
    ]
    for number, talk in enumerate(talks):
        await desk.john.put(f"conversations/{talk}/draft", {"body": f"draft {number}"})
        for _ in range(number):
            await desk.send(desk.dana if number < 2 else desk.jane, talk, "Hello")
    for number, talk in enumerate(talks):
        draft = (await desk.john.get(f"conversations/{talk}/draft")).ok
        assert draft["reply"]["body"] == f"draft {number}"
        assert (await desk.see(desk.john, talk))["unread"] == number
