"""Personas: admins make, change and retire them; who may speak as them; what is told live."""

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import UNSEEN, Json

KEYS = {"id", "name", "title", "initials", "color", "open", "support"}


async def make(desk: Desk, name: str = "Ana", **more: object) -> Json:
    return (await desk.dana.post("personas", {"name": name} | more)).ok


async def names(who: Person) -> set[str]:
    return {each["name"] for each in (await who.get("personas")).ok["items"]}


async def test_everybody_reads_what_is_theirs_to_use(desk: Desk) -> None:
    made = await make(
        desk, "Ana", operator_ids=[desk.sarah.id], initials="🦊", color="#AABBCC", title="Guide"
    )
    assert set(made) == KEYS | {"operator_ids"}
    assert (made["initials"], made["color"], made["operator_ids"]) == ("🦊", "#aabbcc", [desk.sarah.id])
    assert "Ana" in await names(desk.sarah)
    assert "Ana" not in await names(desk.mike) | await names(desk.john) | await names(desk.nora)
    path = f"personas/{made['id']}"
    opened = (await desk.dana.patch(path, {"open": True, "title": None})).ok
    assert (opened["open"], opened["title"]) == (True, None)
    for who in (desk.mike, desk.john):
        assert "Ana" in await names(who)
    [seen] = [each for each in (await desk.john.get("personas")).ok["items"] if each["name"] == "Ana"]
    assert set(seen) == KEYS | {"online"}
    [seen] = [each for each in (await desk.mike.get("personas")).ok["items"] if each["name"] == "Ana"]
    assert seen["operator_ids"] == []


async def test_there_is_always_exactly_one_support_persona(desk: Desk) -> None:
    before = next(each for each in (await desk.dana.get("personas")).ok["items"] if each["support"])
    path = f"personas/{before['id']}"
    (await desk.dana.patch(path, {"support": False})).problem(409, "conflict")
    (await desk.dana.delete(path)).problem(409, "conflict")
    ana = await make(desk, support=True)
    found = (await desk.dana.get("personas")).ok["items"]
    assert [each["id"] for each in found if each["support"]] == [ana["id"]]
    await desk.dana.patch(path, {"support": True})
    found = (await desk.dana.get("personas")).ok["items"]
    assert [each["id"] for each in found if each["support"]] == [before["id"]]
    assert (await desk.dana.delete(f"personas/{ana['id']}")).status == 204


async def test_a_retired_one_stays_on_what_it_said_and_is_offered_no_more(desk: Desk) -> None:
    ana = await make(desk, operator_ids=[desk.sarah.id], open=True)
    talk = (await desk.numbered(1))["id"]
    said = await desk.send(desk.sarah, talk, "I am Ana", persona_id=ana["id"])
    direct = (await desk.john.post("direct-messages", {"persona_id": ana["id"]})).ok["id"]
    await desk.send(desk.john, direct, "Hello Ana")
    path = f"personas/{ana['id']}"
    assert (await desk.dana.delete(path)).status == 204
    for reply in (await desk.dana.delete(path), await desk.dana.patch(path, {"title": "X"})):
        reply.problem(404, "not_found")
    assert "Ana" not in await names(desk.dana)
    for who in (desk.john, desk.sarah):
        assert (await who.get(f"messages/{said['id']}")).ok["author"]["name"] == "Ana"
    assert (await desk.see(desk.john, direct))["persona"]["name"] == "Ana"
    for who in (desk.john, desk.sarah, desk.dana):
        reply = await who.post(f"conversations/{direct}/messages", {"id": desk.new_id(), "body": "Still?"})
        reply.problem(403, "forbidden")
    body = {"id": desk.new_id(), "body": "As Ana", "persona_id": ana["id"]}
    (await desk.sarah.post(f"conversations/{talk}/messages", body)).problem(404, "not_found")
    (await desk.jane.post("direct-messages", {"persona_id": ana["id"]})).problem(404, "not_found")


async def test_who_has_a_conversation_with_it_is_told_that_it_is_over(desk: Desk) -> None:
    ana = await make(desk, open=True)
    direct = (await desk.john.post("direct-messages", {"persona_id": ana["id"]})).ok
    assert direct["persona"]["retired"] is False
    async with socket_of(desk, desk.john) as john, socket_of(desk, desk.dana) as dana:
        for live in (john, dana):
            await live.subscribe()
        assert (await desk.dana.delete(f"personas/{ana['id']}")).status == 204
        for live in (john, dana):
            told = await live.until_event(
                lambda event: (
                    event["kind"] == "conversation.updated"
                    and event["data"]["conversation"]["id"] == direct["id"]
                )
            )
            assert told["conversation"]["persona"]["retired"] is True
    assert (await desk.see(desk.john, direct["id"]))["persona"]["retired"] is True


async def test_staff_speak_as_those_they_operate_and_admins_as_any(desk: Desk) -> None:
    ana = await make(desk, operator_ids=[desk.mike.id])
    talk = (await desk.numbered(1))["id"]
    body = {"id": desk.new_id(), "body": "Hello", "persona_id": ana["id"]}
    (await desk.sarah.post(f"conversations/{talk}/messages", body)).problem(403, "forbidden")
    await desk.dana.patch(f"personas/{ana['id']}", {"operator_ids": [desk.sarah.id]})
    sent = (await desk.sarah.post(f"conversations/{talk}/messages", body)).ok
    assert (sent["author"]["name"], sent["operator"]) == ("Ana", None)
    seen = (await desk.dana.get(f"messages/{sent['id']}")).ok
    assert seen["operator"] == {"id": desk.sarah.id, "name": "Sarah Johnson"}
    by_admin = await desk.send(desk.dana, talk, "As Ana", persona_id=ana["id"])
    assert by_admin["operator"]["id"] == desk.dana.id
    assert (await desk.sarah.get(f"messages/{by_admin['id']}")).ok["operator"] is None


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": None},
        {"color": "red"},
        {"color": "#12345"},
        {"color": "#12345g"},
        {"initials": "x" * 9},
        {"open": None},
        {"operator_ids": None},
        {"operator_ids": ["x"]},
    ],
)
async def test_what_cannot_be_is_422(desk: Desk, fields: Json) -> None:
    ana = await make(desk)
    (await desk.dana.patch(f"personas/{ana['id']}", fields)).problem(422, "invalid")
    if "open" not in fields and "operator_ids" not in fields:
        (await desk.dana.post("personas", {"name": "B"} | fields)).problem(422, "invalid")


async def test_operators_are_agents_of_the_organization(desk: Desk) -> None:
    customer = desk.john.me["member"]["id"]
    for ids, status, code in (([UNSEEN], 404, "not_found"), ([customer], 422, "invalid")):
        (await desk.dana.post("personas", {"name": "B", "operator_ids": ids})).problem(status, code)
    (await desk.dana.post("personas", {"name": "B", "operator_ids": [desk.nora.id]})).problem(
        404, "not_found"
    )
    assert "B" not in await names(desk.dana)


async def test_everybody_is_told_as_far_as_they_may_know(desk: Desk) -> None:
    async with socket_of(desk, desk.mike) as mike, socket_of(desk, desk.john) as john:
        for each in (mike, john):
            await each.subscribe()
        ana = await make(desk, open=True)
        await rest(desk, mike, john)
        assert john.of("persona.created")[0]["persona"] == {
            name: value for name, value in ana.items() if name in KEYS
        } | {"online": False}
        assert mike.of("persona.created")[0]["persona"]["operator_ids"] == []
        await desk.dana.patch(f"personas/{ana['id']}", {"title": "Guide"})
        await rest(desk, mike, john)
        assert john.of("persona.updated")[0]["persona"]["title"] == "Guide"
        await desk.dana.patch(f"personas/{ana['id']}", {"open": False})
        await rest(desk, mike, john)
        for live in (
            mike,
            john,
        ):  # they do not see it any more: for them it is gone, and no word of it is told
            assert live.of("persona.deleted")[0]["persona"] == {
                "id": ana["id"],
                "name": "",
                "title": None,
                "initials": None,
                "color": None,
                "open": False,
                "support": False,
            }


async def test_who_becomes_an_operator_comes_to_see_the_conversations_of_the_persona(desk: Desk) -> None:
    ana = await make(desk, open=True)
    direct = (await desk.john.post("direct-messages", {"persona_id": ana["id"]})).ok["id"]
    await desk.send(desk.john, direct, "Hello Ana")
    (await desk.mike.get(f"conversations/{direct}")).problem(404, "not_found")
    async with socket_of(desk, desk.mike) as mike, socket_of(desk, desk.sarah) as sarah:
        for each in (mike, sarah):
            await each.subscribe()
        await desk.dana.patch(f"personas/{ana['id']}", {"operator_ids": [desk.mike.id]})
        assert (await mike.until("resync"))["reason"] == "sight_changed"
        page = (await desk.mike.get("sync/snapshot")).ok
        assert direct in [each["id"] for each in page["conversations"]]
        await mike.subscribe(page["cursor"])
        await desk.send(desk.john, direct, "Are you there?")
        await rest(desk, mike, sarah)
        assert mike.of("message.created")[0]["message"]["body"] == "Are you there?"
        assert "message.created" not in sarah.kinds
        await desk.dana.patch(f"personas/{ana['id']}", {"operator_ids": []})
        await mike.until("resync")
        (await desk.mike.get(f"conversations/{direct}")).problem(404, "not_found")
