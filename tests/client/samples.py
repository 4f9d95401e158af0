"""Small records for tests of the client; everything not named has a plain value."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deskterm.client.answers import Update
from deskterm.protocol.records import (
    Assignee,
    Author,
    AuthorKind,
    Contact,
    ContactKind,
    Conversation,
    Kind,
    Me,
    Member,
    Message,
    MessageKind,
    Organization,
    Role,
    Source,
    Status,
)

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANA = Contact("contact-ana", ContactKind.CUSTOMER, name="Ana Souza")
SARAH = Member("member-sarah", "Sarah Johnson", Role.STAFF)
ME = Me(
    "user-sarah", "Sarah Johnson", "sarah@designpi.com", Role.STAFF, SARAH.id, None, Organization("designpi")
)


def number(index: int) -> str:
    """An id that sorts by its index."""
    return f"00000000-0000-7000-8000-{index:012d}"


def at(minutes: int) -> datetime:
    """A moment, so many minutes after the start."""
    return START + timedelta(minutes=minutes)


def conversation(index: int = 1, rev: int = 1, **fields: Any) -> Conversation:
    """A support conversation of Ana's with Sarah."""
    usual: dict[str, Any] = {
        "kind": Kind.SUPPORT,
        "status": Status.OPEN,
        "created_at": at(0),
        "updated_at": at(rev),
        "last_message_at": at(rev),
        "source": Source.CUSTOMER,
        "contact": ANA,
        "assignee": Assignee(SARAH.id, SARAH.name),
    }
    return Conversation(id=number(index), number=index, rev=rev, **(usual | fields))


def message(index: int = 1, seq: int = 1, conversation_index: int = 1, **fields: Any) -> Message:
    """A message by Ana."""
    usual: dict[str, Any] = {
        "rev": seq,
        "author": Author(AuthorKind.CONTACT, ANA.id, ANA.name),
        "body": f"message {index}",
        "kind": MessageKind.TEXT,
        "created_at": at(seq),
    }
    return Message(
        id=number(1000 + index), conversation_id=number(conversation_index), seq=seq, **(usual | fields)
    )


def sent(written: Message, **fields: Any) -> Update:
    """The event of a message, with its conversation as it is then."""
    index = int(written.conversation_id[-12:])
    return Update(
        "message.created", conversation=conversation(index, written.rev, **fields), messages=(written,)
    )


#: The organization as the server writes it for agents.
ORGANIZATION: dict[str, Any] = {
    "id": number(90),
    "slug": "designpi",
    "name": "DesignPi",
    "logo": None,
    "settings": {"voice": "persona"},
    "rev": 4,
}
#: `GET /me` as the server writes it.
WHO: dict[str, Any] = {
    "user": {"id": number(91), "name": "Sarah Johnson", "email": "sarah@designpi.com", "phone": None},
    "member": {"id": number(92), "role": "staff", "presence": "online", "away": False},
    "organization": ORGANIZATION,
    "contact": None,
}
