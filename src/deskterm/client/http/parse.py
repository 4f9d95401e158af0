"""Answers and frames made into records. Imports pydantic, so nothing before the first frame imports this.

Unknown keys are ignored, so that a newer server works; a missing or wrong one is `UnexpectedAnswer`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from deskterm.client.answers import (
    Assignment,
    ContactsHere,
    Counts,
    Drafts,
    Page,
    PresenceChange,
    ReadState,
    Revocation,
    SignedIn,
    Snapshot,
    Ticket,
    Typing,
    Update,
    Viewing,
)
from deskterm.protocol.canned_replies import CannedReplyGone
from deskterm.protocol.records import Author, Me, Message, Organization
from deskterm.protocol.saved_views import SavedViewGone
from deskterm.protocol.wire import events
from deskterm.protocol.wire.frames import BadFrame

T = TypeVar("T")


class Unfit(Exception):
    """Something that does not fit the contract; the text is for the log."""


_adapters: dict[Any, TypeAdapter[Any]] = {}


def parse(kind: type[T], raw: object) -> T:
    """`raw` as a `kind` of record; Unfit if it is none."""
    adapter = _adapters.get(kind)
    if adapter is None:
        adapter = _adapters[kind] = TypeAdapter(kind)
    try:
        record: T = adapter.validate_python(raw)
    except ValidationError as error:
        wrong = "; ".join(
            f"{_place(each['loc'])} {each['msg']}" for each in error.errors(include_input=False)
        )
        raise Unfit(f"{kind.__name__}: {wrong}") from None
    return record


def one(kind: type[T]) -> Callable[[object], T]:
    """A parser of one record."""
    return lambda raw: parse(kind, raw)


def page_of(kind: type[T]) -> Callable[[object], Page[T]]:
    """A parser of a page of a list."""
    return lambda raw: page(kind, raw)


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
    document.pop("rev", None)
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
        "away": member.get("away", False),
    }
    return replace(parse(Me, flat), organization=organization(document.get("organization")))


def snapshot(raw: object) -> Snapshot:
    """A page of the snapshot."""
    document = dict(_object(raw))
    about, who = document.pop("organization", None), document.pop("me", None)
    document = {key: value for key, value in document.items() if value is not None or key == "next_page"}
    return replace(
        parse(Snapshot, document),
        organization=organization(about) if about else None,
        me=me(who) if who else None,
    )


def update(kind: str, data: dict[str, Any]) -> Update | None:
    """What an event or an ephemeral says; None for kinds of a later version."""
    try:
        said = events.parse_data(kind, data)
    except BadFrame as error:
        raise Unfit(f"{kind}: {error}") from None
    match said:
        case events.MessageCreated():
            ticket = parse(Ticket, said.ticket) if said.ticket else None
            said_now = (said.message,)
            return Update(
                kind, conversation=said.conversation, messages=said_now, ticket=ticket, skipped=said.skipped
            )
        case events.MessageChanged():
            return Update(kind, messages=(said.message,))
        case events.ConversationChanged():
            return Update(kind, conversation=said.conversation)
        case events.ConversationGranted():
            return Update(kind, conversation=said.conversation, messages=said.messages)
        case events.ConversationRevoked():
            return Update(kind, revocation=Revocation(said.conversation_id, said.rev, said.reason, said.by))
        case events.TicketChanged():
            return Update(kind, ticket=parse(Ticket, said.ticket))
        case events.AssignmentCreated():
            return Update(kind, assignment=parse(Assignment, said.assignment))
        case events.ReadUpdated():
            read = ReadState(said.conversation_id, said.seq, said.unread)
            return Update(kind, conversation=said.conversation, read=read)
        case _:
            return _people(kind, said)


def _people(kind: str, said: events.EventData | None) -> Update | None:
    match said:
        case events.PersonaChanged():
            return Update(kind, persona=said.persona)
        case events.MemberChanged():
            return Update(kind, member=said.member)
        case events.OrganizationChanged():
            return Update(kind, organization=organization(said.organization))
        case events.CannedReplyChanged():
            return Update(kind, canned_reply=said.canned_reply)
        case events.CannedReplyDeleted():
            return Update(kind, canned_reply_gone=CannedReplyGone(said.canned_reply_id, said.rev))
        case events.ViewChanged():
            return Update(kind, view=said.view)
        case events.ViewDeleted():
            return Update(kind, view_gone=SavedViewGone(said.view_id, said.rev))
        case events.GroupChanged():
            return Update(kind, conversation=said.group.conversation, room=said.group)
        case events.GroupMemberChanged():
            return Update(kind, room_member=(said.group_id, said.member))
        case events.NotificationChanged():
            return Update(kind, notification=said.notification)
        case events.DraftUpdated():
            return Update(kind, drafts=parse(Drafts, said.draft))
        case events.PresenceShown():
            return Update(kind, presence=PresenceChange(said.member_id, said.presence))
        case events.ContactsShown():
            return Update(kind, contacts=ContactsHere(said.online, said.offline))
        case events.ViewingShown():
            return Update(kind, viewing=Viewing(said.conversation_id, said.agents))
        case events.TypingShown():
            typing = said.model_dump(exclude_none=True) | {"who": parse(Author, said.who)}
            return Update(kind, typing=parse(Typing, typing))
        case _:
            return None


def signed_in(raw: object) -> SignedIn:
    """The answer to a sign-in."""
    document = _object(raw)
    expires_at = parse(datetime, document.get("expires_at"))
    return SignedIn(parse(str, document.get("token")), expires_at, me(document.get("me")))


def messages(raw: object) -> tuple[Message, ...]:
    """A bare list of messages, as the refusal `stale` carries it."""
    return tuple(parse(Message, each) for each in raw) if isinstance(raw, list) else ()


def _object(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise Unfit("not an object")
    return raw


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(each) for each in location)
