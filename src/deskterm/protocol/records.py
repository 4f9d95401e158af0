"""The nouns of the HTTP contract (docs/protocol.md), without pydantic; what is not seen has its default."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from deskterm.protocol.numbered import Numbered
from deskterm.record import record


class Role(StrEnum):
    """What a person is in an organization."""

    ADMIN = "admin"
    STAFF = "staff"
    CUSTOMER = "customer"


class Kind(StrEnum):
    """What a conversation is for."""

    SUPPORT = "support"
    DIRECT = "direct"
    PERSONAL = "personal"
    GROUP = "group"


class Status(StrEnum):
    """Where a conversation stands; only support conversations leave `open`."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent a conversation is, from low to urgent."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for urgent; what storage keeps and sorts by."""
        return list(Priority).index(self)


class Source(StrEnum):
    """Where a conversation came from."""

    CUSTOMER = "customer"
    LEAD = "lead"
    WIDGET = "widget"
    API = "api"
    EMAIL = "email"
    CONSOLE = "console"


class ContactKind(StrEnum):
    """How well the desk knows a contact."""

    CUSTOMER = "customer"
    LEAD = "lead"
    VISITOR = "visitor"


class AuthorKind(StrEnum):
    """Who a message appears to be from."""

    CONTACT = "contact"
    AGENT = "agent"
    PERSONA = "persona"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message is."""

    TEXT = "text"
    IMAGE = "image"
    LINK = "link"
    FILE = "file"
    NOTIFICATION = "notification"
    ACTIVITY = "activity"


class Visibility(StrEnum):
    """Who reads a message: everyone in the conversation, or agents only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Presence(StrEnum):
    """Whether an agent is there: online = a live socket and not set to away."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@record
class Named:
    """An id with the name people know it by."""

    id: str
    name: str


@record
class Contact:
    """Whoever writes in."""

    id: str
    kind: ContactKind
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    lead_status: str | None = None
    last_seen_at: datetime | None = None

    @property
    def label(self) -> str:
        """The best short name there is."""
        return self.name or self.email or "Visitor"


@record
class Assignee:
    """The agent who works a conversation."""

    id: str
    name: str
    presence: Presence = Presence.OFFLINE


@record
class Participant:
    """Someone in a direct conversation or a room."""

    kind: AuthorKind
    id: str
    name: str


@record
class Persona:
    """A name and face that agents speak through; a `retired` one is only read where it has spoken."""

    id: str
    name: str
    title: str | None = None
    initials: str | None = None
    color: str | None = None
    open: bool = False
    support: bool = False
    operator_ids: tuple[str, ...] = ()
    retired: bool = False
    online: bool | None = None  # whether somebody answers as it now, as contacts are told


@record
class TicketSummary:
    """The ticket of a support conversation."""

    id: str
    subject: str
    status: Status
    priority: Priority


@record
class Conversation:
    """One thread. A contact's view has only the first block; the rest keeps its defaults."""

    id: str
    number: int
    kind: Kind
    status: Status
    rev: int
    created_at: datetime
    updated_at: datetime
    subject: str | None = None
    persona: Persona | None = None
    participants: tuple[Participant, ...] = ()
    unread: int = 0
    preview: str | None = None
    previous_id: str | None = None
    next_id: str | None = None
    agent_read_seq: int = 0
    last_message_at: datetime | None = None

    source: Source | None = None
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    contact: Contact | None = None
    assignee: Assignee | None = None
    ticket: TicketSummary | None = None
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    first_reply_at: datetime | None = None
    agent_joined_at: datetime | None = None
    escalated: bool = False
    escalated_reason: str | None = None
    escalated_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: Named | None = None
    page_url: str | None = None
    referrer: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    archived_at: datetime | None = None
    contact_read_seq: int = 0
    merged_from: tuple[Numbered, ...] = ()


@record
class Author:
    """Who a message appears to be from; system messages have neither id nor name."""

    kind: AuthorKind
    id: str | None = None
    name: str | None = None


@record
class Attachment:
    """A file that travels with a message."""

    id: str
    filename: str
    media_type: str
    size: int


@record
class Message:
    """One entry of a thread; `seq` is the organization's log position at which it was written.

    A reply with `held_until` goes out then, at a new `seq`; until then its author may take it back.
    """

    id: str
    conversation_id: str
    seq: int
    rev: int
    author: Author
    body: str
    kind: MessageKind
    created_at: datetime
    visibility: Visibility = Visibility.PUBLIC
    operator: Named | None = None
    style: dict[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    edited_at: datetime | None = None
    deleted: bool = False
    held_until: datetime | None = None


@record
class Member:
    """A person of the organization as colleagues see them."""

    id: str
    name: str
    role: Role
    presence: Presence = Presence.OFFLINE
    email: str | None = None
    max_concurrent: int | None = None
    disabled: bool = False


@record
class Organization:
    """The organization one is signed in to, as far as the reader may see its settings."""

    name: str
    id: str | None = None
    slug: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


@record
class Me:
    """Who is signed in."""

    user_id: str | None
    name: str
    email: str | None
    role: Role | None
    member_id: str | None
    contact_id: str | None
    organization: Organization
    away: bool = False
