"""At rest: a replica equals a fresh one, and both equal the model as far as the person may see it."""

from dataclasses import replace
from typing import Any

from deskterm.client.http import parse
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Kind, Message, Persona, Presence, Role
from tests.server.live.story.history import History
from tests.server.live.story.model import ACTIVE, Model, Place, Talk
from tests.server.live.story.reader import Reader, canned


async def check(history: History, reader: Reader) -> None:
    """Everything about one reader."""
    fresh, _ = await reader.fresh()
    await same_as_fresh(reader, fresh)
    await _same_threads(history, reader)
    await _same_as_model(history, reader, fresh)
    await _same_canned(history, reader)
    await _same_drafts(history, reader)


def settled(conversation: Conversation) -> Conversation:
    """Without presence, which is not logged, without who was last seen when, which makes no event, and
    without what a persona is like, which is told of the persona."""
    assignee = conversation.assignee and replace(conversation.assignee, presence=Presence.OFFLINE)
    contact = conversation.contact and replace(conversation.contact, last_seen_at=None)
    persona = conversation.persona and Persona(conversation.persona.id, "")
    return replace(conversation, assignee=assignee, contact=contact, persona=persona)


async def same_as_fresh(reader: Reader, fresh: Replica) -> None:
    """A replica that events kept true equals one that was loaded just now.

    Contacts' notifications are told live to them alone: agents who looked do not follow them.
    """
    held = {each.id: settled(each) for each in reader.replica.conversations()}
    new = {each.id: settled(each) for each in fresh.conversations()}
    assert set(new) <= set(held), "something is missing"
    for id_ in set(held) - set(new):  # a snapshot for agents has only what is worked on
        found = await reader.ask(parse.one(Conversation), f"conversations/{id_}")
        assert found is not None, f"{id_} is kept but out of sight"
        new[id_] = settled(found)
    followed = [id_ for id_, each in held.items() if not (reader.who.is_agent and each.kind == "personal")]
    differing = {id_: (held[id_], new[id_]) for id_ in followed if held[id_] != new[id_]}
    assert not differing, "\n".join(f"{mine}\n{theirs}" for mine, theirs in differing.values())
    assert _own(reader.replica) == _own(fresh)
    assert _roster(reader.replica) == _roster(fresh)
    assert _personas(reader.replica) == _personas(fresh)


def _personas(replica: Replica) -> dict[str, Persona]:
    """Without whether somebody is there, which is told by presence."""
    return {id_: replace(each, online=None) for id_, each in replica.roster.personas.items()}


def _own(replica: Replica) -> tuple[Any, Any]:
    """Who one is and where; whether support is online is told by presence."""
    assert replica.me is not None
    assert replica.organization is not None
    settings = {**replica.organization.settings, "support": None}
    organization = replace(replica.organization, settings=settings)
    assert replica.me.organization == replica.organization
    return replace(replica.me, organization=organization), organization


def _roster(replica: Replica) -> dict[str, Any]:
    return {
        id_: replace(each, presence=Presence.OFFLINE)
        for id_, each in replica.roster.members.items()
        if each.role is not Role.CUSTOMER
    }


async def _same_threads(history: History, reader: Reader) -> None:
    for id_ in reader.replica.open_threads():
        thread = reader.replica.thread(id_)
        here = reader.replica.conversation(id_)
        if thread is None or not thread.loaded or here is None:
            continue
        if here.kind is Kind.PERSONAL and reader.who.is_agent:
            continue  # agents may look at what somebody was notified of; only that person is told of more
        page = await reader.ask(parse.page_of(Message), f"conversations/{id_}/messages?limit=200")
        stored = [each for each in page.items if thread.at_start or each.seq >= thread.messages[0].seq]
        assert list(thread.messages) == stored
        said = history.model_of(reader.who).said
        told = {each.id: (each.body, each.deleted) for each in thread.messages if each.id in said}
        expected = {id_: (each.body, each.deleted) for id_, each in said.items() if id_ in told}
        assert told == {id_: ("" if gone else body, gone) for id_, (body, gone) in expected.items()}


async def _same_as_model(history: History, reader: Reader, fresh: Replica) -> None:
    model, who = history.model_of(reader.who), reader.who
    seen = {
        each.id: each for each in model.talks.values() if model.sees(who.role, who.member, who.contact, each)
    }
    places = {
        each.id: each
        for each in model.places.values()
        if model.sees_place(who.role, who.member, who.contact, each)
    }
    held = {each.id: each for each in reader.replica.conversations()}
    assert set(held) <= set(seen) | set(places)
    worked_on = {id_ for id_, each in seen.items() if each.status in ACTIVE or not who.is_agent}
    worked_on |= {id_ for id_, each in places.items() if each.kind != "personal" or not who.is_agent}
    assert {each.id for each in fresh.conversations()} == worked_on
    for id_, each in held.items():
        if id_ in places:
            await _same_place(model, reader, places[id_], each)
            continue
        assert _facts(each, whole=who.is_agent) == _expected(seen[id_], whole=who.is_agent)
        await _same_messages(model, reader, id_)


async def _same_place(model: Model, reader: Reader, place: Place, held: Conversation) -> None:
    """What was said there, and who is in it as far as the reader is shown that."""
    assert (held.kind, held.status) == (place.kind, "open")
    await _same_messages(model, reader, place.id)
    if place.kind == "personal":
        page = await reader.ask(parse.page_of(Message), f"conversations/{place.id}/messages?limit=200")
        assert [each.kind for each in page.items] == ["notification"] * place.notifications
    elif place.kind == "group" and reader.who.is_agent:
        assert len(held.participants) == len(place.people)
        room = await reader.ask(lambda raw: raw, f"groups/{place.id}")
        assert room["member_count"] == len(place.people)


async def _same_messages(model: Model, reader: Reader, talk: str) -> None:
    page = await reader.ask(parse.page_of(Message), f"conversations/{talk}/messages?limit=200")
    stored = {each.id: each.body for each in page.items if each.id in model.said}
    wanted = {
        each.id: "" if each.deleted else each.body
        for each in model.said.values()
        if each.talk == talk and model.reads(reader.who.role, each)
    }
    assert stored == wanted


def _facts(each: Conversation, *, whole: bool) -> tuple[Any, ...]:
    if not whole:
        return each.status, each.subject
    return each.status, each.subject, each.assignee and each.assignee.id, each.priority, frozenset(each.tags)


def _expected(talk: Talk, *, whole: bool) -> tuple[Any, ...]:
    if not whole:
        return "open" if talk.status == "snoozed" else talk.status, talk.subject
    return talk.status, talk.subject, talk.assignee, talk.priority, talk.tags


async def _same_canned(history: History, reader: Reader) -> None:
    if not reader.who.is_agent:
        return
    page = await reader.ask(lambda raw: raw, "canned-replies?limit=200")
    assert {each.id: each for each in reader.replica.canned.all()} == {
        each["id"]: canned(each) for each in page["items"]
    }
    wanted = history.model_of(reader.who).canned.values()
    assert {each.id: each.body for each in reader.replica.canned.all()} == {
        each.id: each.body for each in wanted if each.owner in (None, reader.who.member)
    }


async def _same_drafts(history: History, reader: Reader) -> None:
    """Drafts come by events only: each that was told of is as the model has it."""
    model = history.model_of(reader.who)
    for talk, told in reader.drafts.items():
        if reader.replica.conversation(talk) is None:
            continue
        for internal, draft in ((False, told.reply), (True, told.note)):
            wanted = model.drafts.get((reader.who.actor, talk, internal), "")
            assert (draft.body if draft else "") == wanted
