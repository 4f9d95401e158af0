"""Sending messages: repeats, voices, replies that are stopped, successors."""

import asyncio

import pytest

from tests.contract.desk import Desk, Person, Reply
from tests.contract.shapes import AGENT_MESSAGE, CONTACT_MESSAGE, UNSEEN, Json


async def post(who: Person, where: str, **body: object) -> Reply:
    return await who.post(f"conversations/{where}/messages", body)


async def test_a_send_is_answered_with_the_message_and_replayed(desk: Desk) -> None:
    one = await desk.numbered(1)
    for who, keys in ((desk.sarah, AGENT_MESSAGE), (desk.john, CONTACT_MESSAGE)):
        id_ = desk.new_id()
        reply = await post(who, one["id"], id=id_, body="Hi")
        assert reply.status == 201
        sent = reply.ok
        assert set(sent) == keys | {"replayed"}
        assert (sent["id"], sent["body"], sent["replayed"], sent["kind"]) == (id_, "Hi", False, "text")
        assert sent["rev"] == sent["seq"]
        shown = (await who.get(f"messages/{id_}")).ok
        assert shown == {name: sent[name] for name in keys}
        assert (await desk.thread(who, one["id"]))[-1] == shown
        assert (await desk.numbered(1))["rev"] == sent["rev"]
        assert (await desk.numbered(1))["last_message_at"] == sent["created_at"]


async def test_a_repeat_finds_what_it_would_have_made(desk: Desk) -> None:
    one = await desk.numbered(1)
    body = {"id": desk.new_id(), "body": "One\r\ntwo\x00"}
    replies = await asyncio.gather(*(post(desk.sarah, one["id"], **body) for _ in range(5)))
    assert sorted(each.status for each in replies) == [200] * 4 + [201]
    assert sorted(each.ok["replayed"] for each in replies) == [False] + [True] * 4
    cleaned = await post(desk.sarah, one["id"], **(body | {"body": "One\ntwo"}))
    assert (cleaned.status, cleaned.ok["replayed"]) == (200, True)
    same = [m for m in await desk.thread(desk.sarah, one["id"]) if m["id"] == body["id"]]
    assert len(same) == 1
    assert cleaned.ok == same[0] | {"replayed": True}


async def test_its_author_gets_it_even_after_losing_the_conversation(desk: Desk) -> None:
    one = await desk.numbered(1)
    body = {"id": desk.new_id(), "body": "Mine"}
    (await post(desk.sarah, one["id"], **body)).accepted()
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id, status="resolved")
    again = await post(desk.sarah, one["id"], **body)
    assert (again.status, again.ok["replayed"], again.ok["body"]) == (200, True, "Mine")
    (await post(desk.sarah, one["id"], id=desk.new_id(), body="Else")).problem(404, "not_found")
    (await desk.sarah.get(f"messages/{body['id']}")).problem(404, "not_found")


async def test_anything_else_under_the_id_is_refused_and_tells_nothing(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    mia = next(p for p in (await desk.dana.get("personas")).ok["items"] if p["name"] == "Mia")
    id_ = desk.new_id()
    (await post(desk.sarah, one["id"], id=id_, body="C4N4RY first")).accepted()
    answers = set()
    for who, where, more in (
        (desk.sarah, one, {"body": "Else"}),
        (desk.sarah, one, {"body": "C4N4RY first", "visibility": "internal"}),
        (desk.sarah, one, {"body": "C4N4RY first", "kind": "link"}),
        (desk.sarah, one, {"body": "C4N4RY first", "persona_id": mia["id"]}),
        (desk.dana, two, {"body": "C4N4RY first"}),
        (desk.dana, one, {"body": "C4N4RY first"}),
        (desk.jane, two, {"body": "C4N4RY first"}),
        (desk.john, one, {"body": "c4n4ry"}),
    ):
        if who.contact:
            more["body"] = more["body"].replace("C4N4RY", "canary")
        reply = await post(who, where["id"], id=id_, **more)
        reply.problem(409, "id_reused")
        assert b"first" not in reply.raw
        answers.add(reply.raw)
    assert len(answers) == 1


async def test_another_organization_cannot_tell_whether_an_id_is_taken(desk: Desk) -> None:
    one = await desk.numbered(1)
    sent = await desk.send(desk.sarah, one["id"], "Here")
    theirs = (await desk.nora.get("conversations")).ok["items"][0]
    (await post(desk.nora, one["id"], id=sent["id"], body="Here")).problem(404, "not_found")
    taken = await post(desk.nora, theirs["id"], id=sent["id"], body="Here")
    assert taken.status == 201
    assert (await desk.dana.get(f"messages/{sent['id']}")).ok["conversation_id"] == one["id"]


@pytest.mark.parametrize(
    "fields",
    [
        {"body": ""}, {"body": " \n\t "}, {"body": "\x00\x1b"}, {"body": "x" * 10_001}, {"body": None},
        {"body": 5},
        {"body": ["x"]}, {"id": "x"}, {"id": None}, {"id": 7}, {"visibility": "secret"}, {"kind": "activity"},
        {"kind": "notification"}, {"kind": "shout"}, {"author": {"kind": "agent"}}, {"author_id": UNSEEN},
        {"seq": 1}, {"style": {}}, {"operator": None}, {"created_at": "2020-01-01T00:00:00Z"},
        {"seen_seq": "x"},
        {"seen_seq": -1}, {"attachment_ids": "x"}, {"attachment_ids": ["x"]}, {"persona_id": "Mia"},
        {"conversation_id": UNSEEN}, {"deleted": True}, {"replayed": True},
    ],
)  # fmt: skip
async def test_what_is_no_message_is_422(desk: Desk, fields: Json) -> None:
    one = await desk.numbered(1)
    for who in (desk.sarah, desk.john):
        body = {"id": desk.new_id(), "body": "Hi"} | fields
        (await post(who, one["id"], **body)).problem(422, "invalid")
        (await post(who, UNSEEN, **body)).problem(422, "invalid")
    assert await desk.numbered(1) == one


async def test_foreign_attachments_and_personas_are_refused(desk: Desk) -> None:
    one = await desk.numbered(1)
    personas = {p["name"]: p["id"] for p in (await desk.dana.get("personas")).ok["items"]}
    theirs = (await desk.nora.get("personas")).ok["items"][0]["id"]
    for more in ({"attachment_ids": [UNSEEN]}, {"persona_id": theirs}, {"persona_id": UNSEEN}):
        reply = await post(desk.sarah, one["id"], id=desk.new_id(), body="Hi", **more)
        assert reply.status in (403, 404, 422), more
    reply = await post(desk.sarah, one["id"], id=desk.new_id(), body="Hi", persona_id=personas["Billing"])
    assert reply.status in (403, 404), "staff use personas they operate"
    reply = await post(desk.john, one["id"], id=desk.new_id(), body="Hi", persona_id=personas["Mia"])
    assert reply.status in (403, 404, 422), "contacts have no persona"
    assert await desk.numbered(1) == one


async def test_contacts_write_no_notes(desk: Desk) -> None:
    one = await desk.numbered(1)
    reply = await post(desk.john, one["id"], id=desk.new_id(), body="Hi", visibility="internal")
    assert reply.status in (403, 422)
    assert await desk.numbered(1) == one


@pytest.mark.parametrize("length", [10_000])
async def test_ten_thousand_characters_survive(desk: Desk, length: int) -> None:
    one = await desk.numbered(1)
    for text in ("x" * length, "𝕏" * length, "\u200f" + "א" * (length - 2) + "ב"):
        assert (await desk.send(desk.john, one["id"], text))["body"] == text
    assert (await desk.send(desk.john, one["id"], "\r\n" * 4_999 + "ab"))["body"] is not None
    assert len((await desk.numbered(1))["preview"] or "") <= 120


@pytest.mark.parametrize(
    "text",
    [
        "日本語テスト",
        "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
        "مرحبا بالعالم",
        "שלום עולם",
        "a\tb\n\n  c",
        "e\u0301 ﬀ Ⅷ",
        "<b>&amp;</b> [bold]x[/]",
        "ﷺ" * 50,
    ],
)
async def test_text_survives_as_sent(desk: Desk, text: str) -> None:
    one = await desk.numbered(1)
    sent = await desk.send(desk.sarah, one["id"], text)
    assert sent["body"] == text
    assert (await desk.thread(desk.john, one["id"]))[-1]["body"] == text


async def test_voices(desk: Desk) -> None:
    one = await desk.numbered(1)
    personas = {p["name"]: p["id"] for p in (await desk.dana.get("personas")).ok["items"]}
    sarah = {"kind": "agent", "id": desk.sarah.id, "name": "Sarah Johnson"}

    async def as_read(by: Person, id_: str) -> Json:
        return (await by.get(f"messages/{id_}")).ok

    plain = await desk.send(desk.sarah, one["id"], "Plain")
    for who in (desk.sarah, desk.dana):
        seen = await as_read(who, plain["id"])
        assert (seen["author"], seen["operator"]) == (sarah, None)
    support = {"kind": "persona", "id": personas["Support"], "name": "Support"}
    assert (await as_read(desk.john, plain["id"]))["author"] == support
    await desk.settings(voice="agent")
    named = await desk.send(desk.sarah, one["id"], "By name")
    assert (await as_read(desk.john, named["id"]))["author"] == sarah
    spoken = await desk.send(desk.sarah, one["id"], "As Mia", persona_id=personas["Mia"])
    mia = {"kind": "persona", "id": personas["Mia"], "name": "Mia"}
    for who in (desk.john, desk.sarah, desk.dana):
        assert (await as_read(who, spoken["id"]))["author"] == mia
    assert (await as_read(desk.dana, spoken["id"]))["operator"] == {
        "id": desk.sarah.id,
        "name": "Sarah Johnson",
    }
    assert (await as_read(desk.sarah, spoken["id"]))["operator"] is None
    assert desk.sarah.id.encode() not in (await desk.john.get(f"messages/{spoken['id']}")).raw
    any_ = await desk.send(desk.dana, one["id"], "As Billing", persona_id=personas["Billing"])
    assert any_["operator"] == {"id": desk.dana.id, "name": "Dana Whitfield"}


async def test_a_reply_that_did_not_see_another_is_stopped(desk: Desk) -> None:
    one = await desk.numbered(1)
    seen = (await desk.thread(desk.sarah, one["id"]))[-1]["seq"]
    mine = await desk.send(desk.sarah, one["id"], "Mine first", seen_seq=seen)
    assert (await desk.send(desk.sarah, one["id"], "Mine again", seen_seq=seen))["seq"] > mine["seq"]
    theirs = await desk.send(desk.dana, one["id"], "A colleague")
    await desk.note(desk.dana, one["id"], "A note stops nobody")
    body = {"id": desk.new_id(), "body": "Late", "seen_seq": seen}
    before = await desk.numbered(1)
    document = (await post(desk.sarah, one["id"], **body)).problem(409, "stale")
    newer = {name: theirs[name] for name in AGENT_MESSAGE}
    assert document["newer"] == [newer]
    assert await desk.numbered(1) == before
    (await desk.sarah.get(f"messages/{body['id']}")).problem(404, "not_found")
    sent = await post(desk.sarah, one["id"], **(body | {"seen_seq": theirs["seq"]}))
    assert sent.status == 201
    repeated = await post(desk.sarah, one["id"], **body)
    assert (repeated.status, repeated.ok["replayed"]) == (200, True), "seen_seq is no part of a repeat"


async def test_customers_and_notes_never_stop_and_are_never_stopped(desk: Desk) -> None:
    one = await desk.numbered(1)
    seen = (await desk.thread(desk.sarah, one["id"]))[-1]["seq"]
    await desk.send(desk.john, one["id"], "One more thing")
    await desk.note(desk.dana, one["id"], "Careful")
    await desk.send(desk.sarah, one["id"], "An answer", seen_seq=seen)
    await desk.send(desk.dana, one["id"], "From Dana")
    await desk.send(desk.john, one["id"], "Thanks", seen_seq=seen)


async def test_a_reply_as_a_persona_stops_too(desk: Desk) -> None:
    one = await desk.numbered(1)
    mia = next(p for p in (await desk.dana.get("personas")).ok["items"] if p["name"] == "Mia")
    seen = (await desk.thread(desk.sarah, one["id"]))[-1]["seq"]
    await desk.send(desk.dana, one["id"], "As Mia", persona_id=mia["id"])
    reply = await post(desk.sarah, one["id"], id=desk.new_id(), body="Late", seen_seq=seen)
    newer = reply.problem(409, "stale")["newer"]
    assert [(m["author"]["name"], m["operator"]) for m in newer] == [("Mia", None)]


async def test_two_at_once_where_each_saw_the_same_stop_one(desk: Desk) -> None:
    one = await desk.numbered(1)
    seen = (await desk.thread(desk.sarah, one["id"]))[-1]["seq"]
    replies = await asyncio.gather(
        *(post(who, one["id"], id=desk.new_id(), body="Me", seen_seq=seen) for who in (desk.sarah, desk.dana))
    )
    assert sorted(each.status for each in replies) == [201, 409]


async def test_messages_to_a_closed_conversation_go_to_the_active_one(desk: Desk) -> None:
    one = await desk.numbered(1)
    new = (await desk.john.post("conversations", {"body": "New"})).ok
    body = {"id": desk.new_id(), "body": "To the old"}
    reply = await post(desk.john, one["id"], **body)
    assert (reply.status, reply.ok["conversation_id"]) == (201, new["id"])
    again = await post(desk.john, one["id"], **body)
    assert (again.status, again.ok["replayed"], again.ok["conversation_id"]) == (200, True, new["id"])
    there = await post(desk.john, new["id"], **body)
    assert there.status in (200, 409)
    assert len(await desk.listed(desk.john)) == 2


async def test_twenty_messages_to_a_closed_one_make_one_successor(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.change(desk.sarah, one["id"], status="closed")
    sent = await asyncio.gather(*(desk.send(desk.john, one["id"], f"{n}") for n in range(20)))
    assert len({each["conversation_id"] for each in sent}) == 1
    assert len(await desk.listed(desk.john)) == 2


async def test_two_authors_race_for_one_id(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    id_ = desk.new_id()
    replies = await asyncio.gather(
        *(
            post(who, at["id"], id=id_, body="Mine")
            for who, at in ((desk.sarah, one), (desk.mike, two))
            for _ in "12345"
        ),
        *(post(desk.john, one["id"], id=id_, body="Mine") for _ in range(5)),
    )
    assert sorted(each.status for each in replies) == [200] * 4 + [201] + [409] * 10
    stored = (await desk.dana.get(f"messages/{id_}")).ok
    threads = [await desk.thread(desk.dana, each["id"]) for each in (one, two)]
    assert [m["id"] for thread in threads for m in thread].count(id_) == 1
    assert stored["body"] == "Mine"


async def test_ids_in_strange_letters_are_no_second_name(desk: Desk) -> None:
    one = await desk.numbered(1)
    sent = await desk.send(desk.sarah, one["id"], "Named")
    for id_ in (sent["id"].upper(), sent["id"] + "\n", "{" + sent["id"] + "}", sent["id"].replace("-", "")):
        reply = await post(desk.sarah, one["id"], id=id_, body="Named")
        assert reply.status in (200, 409, 422)
        assert (await desk.sarah.get(f"messages/{id_.strip()}")).status in (200, 404), id_
    assert len([m for m in await desk.thread(desk.sarah, one["id"]) if m["body"] == "Named"]) == 1
