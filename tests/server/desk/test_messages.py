"""Sending: repeats, reused ids, replies that cross, voices, limits, paging, notes."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession

from deskterm.server.services import Services
from tests.server.desk.acting import (
    Json,
    assigned,
    call,
    do,
    get,
    member_id,
    new_id,
    note,
    patch,
    portal,
    refusal,
    send,
    settings,
    thread,
)
from tests.server.desk.rows import add_conversation, add_persona, add_upload


async def test_24_the_same_send_five_times_is_one_message(
    dana: ClientSession, john: ClientSession, services: Services
) -> None:
    conversation = await portal(john)
    events: list[str] = []
    services.db.on_commit(lambda batch: events.extend(each.kind for each in batch))
    message_id = new_id()
    answers = await asyncio.gather(*(send(john, conversation, "once", id=message_id) for _ in range(5)))
    assert sorted(each.pop("replayed") for each in answers) == [False, True, True, True, True]
    assert all(each == answers[0] for each in answers)
    assert len(await thread(dana, conversation)) == 1
    assert len((await do(dana, "GET", "tickets"))["items"]) == 1
    assert events == ["message.created"]


@pytest.mark.parametrize(
    "other",
    [
        {"body": "something else"},
        {"body": "first secret", "kind": "link"},
        {"body": "first secret", "visibility": "internal"},
    ],
)
async def test_25_another_message_under_the_id_learns_nothing_of_the_first(
    dana: ClientSession, john: ClientSession, other: Json
) -> None:
    conversation = await portal(john)
    reply = await send(dana, conversation, "first secret")
    answer = await refusal(
        dana, "POST", f"conversations/{conversation}/messages", {"id": reply["id"], **other}
    )
    assert (answer["http"], answer["code"]) == (409, "id_reused")
    assert "first secret" not in str(answer)


async def test_25_another_author_or_conversation_under_the_id(
    dana: ClientSession, john: ClientSession, jane: ClientSession, sarah: ClientSession
) -> None:
    johns, janes = await portal(john), await portal(jane)
    message = await send(john, johns, "hello")
    for who, where in ((jane, janes), (dana, johns), (sarah, johns), (john, janes)):
        body = {"id": message["id"], "body": "hello"}
        answer = await refusal(who, "POST", f"conversations/{where}/messages", body)
        assert (answer["http"], answer["code"]) == (409, "id_reused")


async def test_the_id_of_another_organizations_message_is_free(
    nora: ClientSession, john: ClientSession
) -> None:
    conversation = await portal(john)
    message = await send(john, conversation, "hello")
    theirs = await do(nora, "POST", "conversations", {"body": "ours", "message_id": message["id"]})
    assert theirs["preview"] == "ours"


async def test_a_repeat_is_answered_even_after_losing_the_conversation(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    reply = await send(sarah, conversation, "mine")
    await patch(dana, conversation, assignee_id=await member_id(mike))
    again = await send(sarah, conversation, "mine", id=reply["id"])
    assert again == {**reply, "replayed": True}
    answer = await refusal(
        sarah, "POST", f"conversations/{conversation}/messages", {"id": new_id(), "body": "x"}
    )
    assert answer["http"] == 404


async def test_a_repeat_of_what_went_into_the_next_conversation(
    dana: ClientSession, john: ClientSession
) -> None:
    conversation = await portal(john)
    await send(john, conversation, "one")
    await patch(dana, conversation, status="closed")
    sent = await send(john, conversation, "two")
    assert sent["conversation_id"] != conversation
    assert await send(john, conversation, "two", id=sent["id"]) == {**sent, "replayed": True}
    assert len((await do(john, "GET", "conversations"))["items"]) == 2


async def test_a_repeat_of_an_edited_or_deleted_note(dana: ClientSession, john: ClientSession) -> None:
    conversation = await portal(john)
    first = await note(dana, conversation, "as written")
    await do(dana, "PATCH", f"messages/{first['id']}", {"body": "as edited"})
    again = await send(dana, conversation, "as written", id=first["id"], visibility="internal")
    assert (again["replayed"], again["body"]) == (True, "as edited")
    await do(dana, "DELETE", f"messages/{first['id']}")
    again = await send(dana, conversation, "as written", id=first["id"], visibility="internal")
    assert (again["replayed"], again["body"], again["deleted"]) == (True, "", True)


async def test_26_two_devices_flush_the_same_outbox(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await portal(john)
    outbox = [new_id() for _ in range(10)]
    await asyncio.gather(
        *(
            send(john, conversation, f"text {at}", id=each)
            for at, each in enumerate(outbox * 2)
            for at in [at % 10]
        )
    )
    assert sorted(each["id"] for each in await thread(dana, conversation)) == sorted(outbox)


async def test_27_a_reply_that_crossed_another_is_stopped_and_can_be_sent_anyway(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    seen = (await thread(sarah, conversation))[-1]["seq"]
    newer = await send(dana, conversation, "I was faster")
    body = {"id": new_id(), "body": "me too", "seen_seq": seen}
    path = f"conversations/{conversation}/messages"
    answer = await refusal(sarah, "POST", path, body)
    assert (answer["http"], answer["code"]) == (409, "stale")
    assert [each["id"] for each in answer["newer"]] == [newer["id"]]
    assert len(await thread(john, conversation)) == 2, "nothing was stored"
    assert (await do(sarah, "POST", path, {**body, "seen_seq": newer["seq"]}))["replayed"] is False
    body = {"id": new_id(), "body": "and without"}
    assert (await do(sarah, "POST", path, body))["replayed"] is False


async def test_what_never_stops_a_reply(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    seen = (await thread(sarah, conversation))[-1]["seq"]
    await send(john, conversation, "one more thing")
    await note(dana, conversation, "a colleague's note")
    await send(sarah, conversation, "my own earlier reply")
    await patch(dana, conversation, priority="high")
    assert (await send(sarah, conversation, "reply", seen_seq=seen))["replayed"] is False


@pytest.mark.parametrize(("setting", "spoken"), [("persona", "persona"), ("agent", "agent")])
async def test_whose_name_contacts_read_without_a_persona(
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    services: Services,
    setting: str,
    spoken: str,
) -> None:
    support = await add_persona(services, "Support", support=True)
    conversation = await assigned(dana, john, sarah)
    await settings(dana, voice=setting)
    reply = await send(sarah, conversation, "reply")
    sarahs = {"kind": "agent", "id": await member_id(sarah), "name": "Sarah Johnson"}
    assert (reply["author"], reply["operator"]) == (sarahs, None)
    assert (await thread(dana, conversation))[-1]["author"] == sarahs
    assert (await thread(dana, conversation))[-1]["operator"] is None
    personas = {"kind": "persona", "id": support, "name": "Support"}
    wanted = {"persona": personas, "agent": sarahs}[spoken]
    assert (await thread(john, conversation))[-1]["author"] == wanted
    await settings(dana, voice={"persona": "agent", "agent": "persona"}[setting])
    assert (await thread(john, conversation))[-1]["author"] == wanted, "the voice is fixed when sent"
    shown = (await get(john, conversation))["persona"]
    assert (None if shown is None else shown["name"]) == {"persona": None, "agent": "Support"}[spoken]


async def test_with_a_persona_everybody_reads_it_and_only_admins_the_operator(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    mia = await add_persona(services, "Mia", await member_id(sarah))
    conversation = await assigned(dana, john, sarah)
    sent = await send(sarah, conversation, "hi, Mia here", persona_id=mia)
    persona = {"kind": "persona", "id": mia, "name": "Mia"}
    assert (sent["author"], sent["operator"]) == (persona, None)
    (for_admin,) = [each for each in await thread(dana, conversation) if each["id"] == sent["id"]]
    assert for_admin["author"] == persona
    assert for_admin["operator"] == {"id": await member_id(sarah), "name": "Sarah Johnson"}
    (for_contact,) = [each for each in await thread(john, conversation) if each["id"] == sent["id"]]
    assert for_contact["author"] == persona
    assert {"operator", "visibility"}.isdisjoint(for_contact)


async def test_staff_use_personas_they_operate_and_admins_any(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, services: Services
) -> None:
    mikes = await add_persona(services, "Mia", await member_id(mike))
    foreign = await add_persona(services, "Nord", slug="northwind")
    conversation = await assigned(dana, john, sarah)
    path = f"conversations/{conversation}/messages"
    tried = {"id": new_id(), "body": "hi", "persona_id": mikes}
    assert (await refusal(sarah, "POST", path, tried))["http"] == 403
    assert (await send(dana, conversation, "hi", persona_id=mikes))["author"]["name"] == "Mia"
    for who in (dana, sarah):
        unknown = await refusal(who, "POST", path, {"id": new_id(), "body": "hi", "persona_id": new_id()})
        theirs = await refusal(who, "POST", path, {"id": new_id(), "body": "hi", "persona_id": foreign})
        assert unknown == theirs
        assert unknown["http"] == 404
    noted = {"id": new_id(), "body": "hi", "persona_id": mikes, "visibility": "internal"}
    assert (await refusal(dana, "POST", path, noted))["http"] == 422


async def test_what_the_sender_gets_back_is_what_is_stored(
    dana: ClientSession, sarah: ClientSession, john: ClientSession, services: Services
) -> None:
    mia = await add_persona(services, "Mia", await member_id(sarah))
    conversation = await assigned(dana, john, sarah)
    extras: list[Json] = [{}, {"visibility": "internal"}, {"persona_id": mia}, {"kind": "link"}]
    for who in (sarah, dana, john):
        for extra in extras if who is not john else [{}]:
            sent = await send(who, conversation, "https://example.com", **extra)
            assert sent.pop("replayed") is False
            assert await do(who, "GET", f"messages/{sent['id']}") == sent


async def test_contacts_write_no_notes_and_speak_as_nobody(john: ClientSession) -> None:
    conversation = await portal(john)
    extras: list[Json] = [{"visibility": "internal"}, {"persona_id": new_id()}]
    for extra in extras:
        for where in (conversation, new_id()):
            body = {"id": new_id(), "body": "hi", **extra}
            assert (await refusal(john, "POST", f"conversations/{where}/messages", body))["http"] == 403


async def test_28_paging_backwards_while_new_ones_arrive(
    dana: ClientSession, john: ClientSession, services: Services
) -> None:
    conversation = await portal(john)
    sent = [(await send(john, conversation, f"text {at}"))["id"] for at in range(25)]
    await note(dana, conversation, "not for John")
    path = f"conversations/{conversation}/messages?limit=10"
    page = await do(john, "GET", path)
    seen = page["items"]
    while page["next_cursor"] is not None:
        await send(john, conversation, "newer")
        page = await do(john, "GET", f"{path}&before={page['next_cursor']}")
        seen = page["items"] + seen
    assert [each["id"] for each in seen] == sent
    around = await thread(john, conversation, around=sent[12], limit=5)
    assert [each["id"] for each in around] == sent[10:15]
    after = await do(john, "GET", f"{path}&after={sent[20]}")
    assert [each["id"] for each in after["items"]][:4] == sent[21:]
    assert after["next_cursor"] == sent[21]


async def test_pages_are_asked_for_by_messages_of_the_thread(
    dana: ClientSession, john: ClientSession, jane: ClientSession
) -> None:
    conversation = await portal(john)
    other = await send(jane, await portal(jane), "hi")
    hidden = await note(dana, conversation, "hidden")
    path = f"conversations/{conversation}/messages"
    unknown = await refusal(john, "GET", f"{path}?before={new_id()}")
    assert unknown["http"] == 422
    for each in (other, hidden):
        assert await refusal(john, "GET", f"{path}?before={each['id']}") == unknown
    assert (await refusal(dana, "GET", f"{path}?before={hidden['id']}&after={hidden['id']}"))["http"] == 422
    assert (await refusal(dana, "GET", f"{path}?cursor=x"))["http"] == 422


@pytest.mark.parametrize("text", ["", "   ", "\n\t \r\n", "\x00\x07"])
async def test_29_nothing_is_not_sent(john: ClientSession, text: str) -> None:
    body = {"id": new_id(), "body": text}
    answer = await refusal(john, "POST", f"conversations/{await portal(john)}/messages", body)
    assert (answer["http"], answer["code"]) == (422, "invalid")


async def test_29_ten_thousand_characters_and_one(john: ClientSession) -> None:
    conversation = await portal(john)
    assert (await send(john, conversation, "界" * 10_000))["body"] == "界" * 10_000
    body = {"id": new_id(), "body": "x" * 10_001}
    assert (await refusal(john, "POST", f"conversations/{conversation}/messages", body))["http"] == 422


async def test_29_text_survives_as_cleaned(john: ClientSession) -> None:
    text = "漢字 👩‍👩‍👧 עברית\tTab\r\nline\x1b[31m\u2028end"
    sent = await send(john, await portal(john), text)
    assert sent["body"] == "漢字 👩‍👩‍👧 עברית\tTab\nline[31m\nend"


async def test_unknown_fields_are_refused(john: ClientSession) -> None:
    path = f"conversations/{await portal(john)}/messages"
    extras: list[Json] = [{"author_id": new_id()}, {"rev": 1}, {"organization_id": new_id()}, {"style": {}}]
    for extra in extras:
        answer = await refusal(john, "POST", path, {"id": new_id(), "body": "hi", **extra})
        assert answer["http"] == 422


async def test_a_note_is_changed_and_deleted_by_its_author_only(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation = await assigned(dana, john, sarah)
    noted = await note(sarah, conversation, "draft of a note")
    edited = await do(sarah, "PATCH", f"messages/{noted['id']}", {"body": "better"})
    assert (edited["body"], edited["edited_at"] is not None) == ("better", True)
    assert edited["rev"] > noted["rev"]
    assert edited["seq"] == noted["seq"]
    assert (await get(sarah, conversation))["preview"] == "better"
    assert (await do(sarah, "PATCH", f"messages/{noted['id']}", {"body": "better"}))["rev"] == edited["rev"]
    assert (await refusal(dana, "PATCH", f"messages/{noted['id']}", {"body": "x"}))["http"] == 403
    assert (await refusal(john, "PATCH", f"messages/{noted['id']}", {"body": "x"}))["http"] == 403
    assert (await refusal(john, "GET", f"messages/{noted['id']}"))["http"] == 404
    reply = await send(sarah, conversation, "public")
    assert (await refusal(sarah, "DELETE", f"messages/{reply['id']}"))["http"] == 403
    assert (await call(sarah, "DELETE", f"messages/{noted['id']}"))[0] == 204
    assert (await call(sarah, "DELETE", f"messages/{noted['id']}"))[0] == 204
    gone = await do(dana, "GET", f"messages/{noted['id']}")
    assert (gone["deleted"], gone["body"]) == (True, "")
    assert (await refusal(dana, "PATCH", f"messages/{noted['id']}", {"body": "x"}))["http"] == 403
    back = await do(sarah, "PATCH", f"messages/{noted['id']}", {"body": "better"})
    assert (back["deleted"], back["body"], back["edited_at"]) == (False, "better", edited["edited_at"])
    assert (await get(sarah, conversation))["preview"] == "public"
    assert (await call(sarah, "DELETE", f"messages/{noted['id']}"))[0] == 204
    other = await do(sarah, "PATCH", f"messages/{noted['id']}", {"body": "x"})
    assert (other["deleted"], other["body"]) == (False, "x")


async def test_a_direct_conversation_with_a_persona_speaks_as_it(
    dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession, services: Services
) -> None:
    mia = await add_persona(services, "Mia", await member_id(sarah))
    contact = (await do(john, "GET", "me"))["contact"]["id"]
    people = (("contact", contact), ("persona", mia))
    conversation = await add_conversation(services, "direct", *people, contact=contact, persona=mia)
    await send(john, conversation, "hi Mia")
    await send(sarah, conversation, "hi John")
    shown: list[Any] = [each["author"]["name"] for each in await thread(john, conversation)]
    assert shown == ["John Doe", "Mia"]
    assert {each["name"] for each in (await get(john, conversation))["participants"]} == {"John Doe", "Mia"}
    assert (await refusal(mike, "GET", f"conversations/{conversation}"))["http"] == 404
    for wanted in ({"status": "closed"}, {"snoozed_until": "2027-01-01T00:00:00Z"}):
        answer = await refusal(sarah, "PATCH", f"conversations/{conversation}", wanted)
        assert (answer["code"], answer["status"], answer["allowed"]) == ("illegal_transition", "open", [])


async def test_nobody_writes_into_a_personal_conversation(
    dana: ClientSession, john: ClientSession, jane: ClientSession, services: Services
) -> None:
    contact = (await do(john, "GET", "me"))["contact"]["id"]
    conversation = await add_conversation(services, "personal", contact=contact)
    path = f"conversations/{conversation}/messages"
    for who, wanted in ((dana, 403), (john, 403), (jane, 404)):
        assert (await refusal(who, "POST", path, {"id": new_id(), "body": "hi"}))["http"] == wanted


async def test_11_files_are_taken_by_their_uploader_and_once(
    dana: ClientSession, john: ClientSession, jane: ClientSession, services: Services
) -> None:
    own, other = [(await do(who, "GET", "me"))["contact"]["id"] for who in (john, jane)]
    mine, janes = await add_upload(services, own, "log.txt"), await add_upload(services, other, "hers.txt")
    conversation = await portal(john)
    path = f"conversations/{conversation}/messages"
    missing = await refusal(john, "POST", path, {"id": new_id(), "body": "", "attachment_ids": [new_id()]})
    foreign = await refusal(john, "POST", path, {"id": new_id(), "body": "", "attachment_ids": [janes]})
    assert missing == foreign
    assert missing["http"] == 404
    sent = await send(john, conversation, " ", kind="file", attachment_ids=[mine])
    assert sent["attachments"] == [{"id": mine, "filename": "log.txt", "media_type": "text/plain", "size": 3}]
    assert (await get(dana, conversation))["preview"] == "log.txt"
    again = await send(john, conversation, " ", id=sent["id"], kind="file", attachment_ids=[mine])
    assert again["replayed"] is True
    taken = {"id": new_id(), "body": "again", "attachment_ids": [mine]}
    assert (await refusal(john, "POST", path, taken))["http"] == 409
    assert (await send(jane, await portal(jane), "", attachment_ids=[janes]))["attachments"][0]["id"] == janes
