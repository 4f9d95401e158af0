"""Answers and frames made into records. Imports pydantic, so nothing before the first frame imports this.

Unknown keys are ignored, so that a newer server works; a missing or wrong one is `UnexpectedAnswer`.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from deskterm.client.answers import (
    Assignment,
    Counts,
    Page,
    PresenceChange,
    ReadState,
    Revocation,
    Snapshot,
    Ticket,
    Typing,
    Update,
    Viewing,
)
from deskterm.client.errors import UnexpectedAnswer
from deskterm.protocol.records import Author, Conversation, Me, Message, Organization
from deskterm.protocol.wire import frames

T = TypeVar("T")


class Unfit(Exception):
    """Something that does not fit the contract; the text is for the log."""


@cache
def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)


def parse(kind: type[T], raw: object) -> T:
    """`raw` as a `kind` of record; Unfit if it is none."""
    try:
        return _adapter(kind).validate_python(raw)
    except ValidationError as error:
        wrong = "; ".join(
            f"{_place(each['loc'])} {each['msg']}" for each in error.errors(include_input=False)
        )
        raise Unfit(f"{kind.__name__}: {wrong}") from None


def page(kind: type[T], raw: object) -> Page[T]:
    """A page of a list."""
    document = _object(raw)
    items = document.get("items")
    if not isinstance(items, list):
        raise Unfit("a page without items")
    counts = document.get("counts")
    return Page(
        tuple(parse(kind, each) for each in items),
        document.get("next_cursor"),
        parse(Counts, counts) if counts else None,
    )


def organization(raw: object) -> Organization:
    """The organization; what contacts get of it (welcome, support hours, logo) becomes its settings."""
    document = dict(_object(raw))
    named = {key: document.pop(key, None) for key in ("id", "slug", "name")}
    settings = document.pop("settings", None) or {}
    return parse(Organization, {**named, "settings": {**document, **settings}})


def me(raw: object) -> Me:
    """`GET /me`, flattened: the name is the user's, for visitors the contact's."""
    document = _object(raw)
    user, member, contact = (document.get(key) or {} for key in ("user", "member", "contact"))
    flat = {
        "user_id": user.get("id"),
        "name": user.get("name") or member.get("name") or contact.get("name") or "Visitor",
        "email": user.get("email") or contact.get("email"),
        "role": member.get("role"),
        "member_id": member.get("id"),
        "contact_id": contact.get("id"),
        "organization": Organization(name=""),
    }
    return replace(parse(Me, flat), organization=organization(document.get("organization")))


def snapshot(raw: object) -> Snapshot:
    """A page of the snapshot."""
    document = dict(_object(raw))
    whole = {"organization": organization, "me": me}
    special = {key: make(document.pop(key)) for key, make in whole.items() if document.get(key)}
    document = {key: value for key, value in document.items() if value is not None or key == "next_page"}
    return replace(parse(Snapshot, document), **special)


def update(kind: str, data: dict[str, Any]) -> Update | None:
    """What an event or an ephemeral says; None for kinds of a later version."""
    try:
        said = frames.parse_data(kind, data)
    except frames.BadFrame as error:
        raise Unfit(f"{kind}: {error}") from None
    match said:
        case frames.MessageCreated():
            ticket = parse(Ticket, said.ticket) if said.ticket else None
            return Update(kind, conversation=said.conversation, messages=(said.message,), ticket=ticket)
        case frames.MessageChanged():
            return Update(kind, messages=(said.message,))
        case frames.ConversationChanged():
            return Update(kind, conversation=said.conversation)
        case frames.ConversationGranted():
            return Update(kind, conversation=said.conversation, messages=said.messages)
        case frames.ConversationRevoked():
            return Update(kind, revocation=Revocation(said.conversation_id, said.rev, said.reason, said.by))
        case frames.TicketChanged():
            return Update(kind, ticket=parse(Ticket, said.ticket))
        case frames.AssignmentCreated():
            return Update(kind, assignment=parse(Assignment, said.assignment))
        case frames.ReadUpdated():
            read = ReadState(said.conversation_id, said.seq, said.unread)
            return Update(kind, conversation=said.conversation, read=read)
        case _:
            return _people(kind, said)


def _people(kind: str, said: frames.EventData | None) -> Update | None:
    match said:
        case frames.PersonaChanged():
            return Update(kind, persona=said.persona)
        case frames.MemberChanged():
            return Update(kind, member=said.member)
        case frames.PresenceShown():
            return Update(kind, presence=PresenceChange(said.member_id, said.presence))
        case frames.ViewingShown():
            return Update(kind, viewing=Viewing(said.conversation_id, said.agents))
        case frames.TypingShown():
            typing = said.model_dump(exclude_none=True) | {"who": parse(Author, said.who)}
            return Update(kind, typing=parse(Typing, typing))
        case _:
            return None


def messages(raw: object) -> tuple[Message, ...]:
    """A bare list of messages, as the refusal `stale` carries it."""
    return tuple(parse(Message, each) for each in raw) if isinstance(raw, list) else ()


def conversation(raw: object) -> Conversation:
    """A whole conversation."""
    return parse(Conversation, raw)


def unexpected(server: str, error: Unfit) -> UnexpectedAnswer:
    """The error to show for something that does not fit."""
    return UnexpectedAnswer(server, str(error))


def _object(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise Unfit("not an object")
    return raw


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(each) for each in location)
