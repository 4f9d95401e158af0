"""Places messages: into the support conversation of their customer, their notifications, or a kept room."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any

from deskterm.protocol.records import AuthorKind, Kind, MessageKind, Source, Status, Visibility
from deskterm.server.desk.contact_messages import DESCRIPTION_LIMIT
from deskterm.server.desk.journal import Journal
from deskterm.server.legacy.place import Place
from deskterm.server.legacy.standing import Said, Standing
from deskterm.server.storage import contacts, conversations, messages, reads, tickets
from deskterm.server.storage.another_time import AnotherTime
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.legacy_records import Message
from deskterm.server.storage.messages import NewMessage

KINDS = {"support": Kind.SUPPORT, "personal": Kind.PERSONAL, "group": Kind.GROUP}


def do_place_messages(tx: Tx, place: Place, given: Sequence[Message]) -> None:
    """Place messages that come in the order of their conversations; what is here already stays as it is."""
    for _, together in groupby(given, key=lambda each: (each.place, each.owner)):
        new = [each for each in together if place.made(tx, "message", each.key) is None]
        if new:
            _place_into_one(tx, place, new)


def _place_into_one(tx: Tx, place: Place, new: Sequence[Message]) -> None:
    first, last = new[0], new[-1]
    contact_id = place.there(tx, "contact", first.owner) if first.place != "group" else None
    before = _conversation(tx, place, first, contact_id)
    thread_id = place.id_of(first.place, first.owner) if before is None else before.id
    journal = Journal(tx, place.key, None)
    if before is None:
        _tell(journal, "conversation.created", "conversation", thread_id, thread_id)
    for each in new:
        stored = _stored(tx, place, each, thread_id, contact_id)
        write = partial(_store, AnotherTime(tx, each.at), place, stored, each.key)
        _tell(journal, "message.created", "message", stored.id, thread_id, write=write)
    then = AnotherTime(tx, last.at)

    def write_thread(head: int) -> None:
        said = [
            Said(each.author, each.body, each.at, head - len(new) + 1 + at) for at, each in enumerate(new)
        ]
        if before is None:
            _make(then, place, first, thread_id, contact_id, said, head)
        else:
            _go_on(then, place, before, said, head)
        if first.place == "support":
            _make_ticket(tx, place, new, thread_id, contact_id, head)
        elif contact_id is not None:
            reads.set_cursor(tx, place.key, thread_id, contact_id, head)

    journal.close(write_thread)


def _tell(journal: Journal, kind: str, entity: str, id_: bytes, thread_id: bytes, **more: Any) -> None:
    journal.add(kind, entity, id_, Audience.CONVERSATION, conversation_id=thread_id, **more)


def _conversation(tx: Tx, place: Place, first: Message, contact_id: bytes | None) -> ConversationRow | None:
    """Where the message goes; None = into a new one. A contact's notifications here take the old ones too."""
    found = place.made(tx, first.place, first.owner)
    if found is None and first.place == "personal" and contact_id is not None:
        found = conversations.personal_of(tx, place.key, contact_id)
    return None if found is None else conversations.in_organization(tx, place.key, found)


def _stored(tx: Tx, place: Place, given: Message, thread_id: bytes, contact_id: bytes | None) -> NewMessage:
    author_kind, author_id, persona_id, voice = AuthorKind.SYSTEM, None, None, None
    if given.author == "contact":
        author_kind = AuthorKind.CONTACT
        author_id = contact_id or place.there(tx, "contact", given.author_key)
    elif given.author == "persona":
        author_kind, author_id = AuthorKind.AGENT, place.there(tx, "agent", "")
        persona_id = voice = place.there(tx, "persona", given.author_key)
    elif given.author == "agent":
        author_kind, author_id = AuthorKind.AGENT, place.there(tx, "agent", given.author_key)
        voice = place.support_persona_id
    return NewMessage(
        id=place.id_of("message", given.key),
        conversation_id=thread_id,
        author_kind=author_kind,
        author_id=author_id,
        persona_id=persona_id,
        voice_persona_id=voice,
        kind=MessageKind.NOTIFICATION if given.place == "personal" else MessageKind.TEXT,
        visibility=Visibility.PUBLIC,
        body=given.body,
        style=given.style,
    )


def _store(then: Tx, place: Place, message: NewMessage, key: str, seq: int) -> None:
    messages.insert(then, place.key, seq, message)
    place.note(then, "message", key, message.id)


def _make(
    then: Tx,
    place: Place,
    first: Message,
    thread_id: bytes,
    contact_id: bytes | None,
    said: Sequence[Said],
    rev: int,
) -> None:
    standing = Standing()
    standing.follow(said)
    columns = {
        "id": thread_id,
        "number": conversations.next_number(then, place.key),
        "kind": KINDS[first.place].value,
        "status": Status.OPEN.value,
        "source": Source.CUSTOMER.value if first.place == "support" else Source.CONSOLE.value,
        "contact_id": contact_id,
        "rev": rev,
        "public_rev": rev,
        "created_at": first.at,
        "updated_at": then.now,
        "public_updated_at": then.now,
        **standing.order(),
    }
    if first.place == "support" and contact_id is not None:
        if conversations.active_of(then, place.key, contact_id) is not None:  # what is going on here goes on
            columns |= {"status": Status.CLOSED.value, "closed_at": then.now}
        columns |= standing.support(columns["status"])
    conversations.insert(then, place.key, columns)
    place.note(then, first.place, first.owner, thread_id)


def _go_on(then: Tx, place: Place, before: ConversationRow, said: Sequence[Said], rev: int) -> None:
    standing = Standing(
        before.waiting_since, before.agent_unread, before.agent_read_seq, before.first_reply_at
    )
    standing.follow(said)
    columns = standing.order() | {
        "rev": rev,
        "public_rev": rev,
        "updated_at": then.now,
        "public_updated_at": then.now,
    }
    if before.kind == Kind.SUPPORT:
        columns |= standing.support(before.status)
    conversations.update(then, place.key, before.id, columns)


def _make_ticket(
    tx: Tx, place: Place, new: Sequence[Message], thread_id: bytes, contact_id: bytes | None, rev: int
) -> None:
    """The ticket of a support conversation comes with the first thing that its customer wrote."""
    first = next((each for each in new if each.author == "contact"), None)
    contact = None if contact_id is None else contacts.by_id(tx, place.key, contact_id)
    if first is None or contact is None or tickets.exists(tx, place.key, thread_id):
        return
    tickets.insert(
        AnotherTime(tx, first.at),
        place.key,
        ticket_id=place.id_of("ticket", first.owner),
        conversation_id=thread_id,
        subject=f"Support request from {contact.name or contact.email}",
        description=first.body[:DESCRIPTION_LIMIT],
        rev=rev,
    )
