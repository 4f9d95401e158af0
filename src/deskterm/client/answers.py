"""What the server answers beyond the nouns of the desk: pages, counts, sign-ins, history.

Plain slotted dataclasses without pydantic, so that screens may name them before the first frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypedDict, TypeVar

from deskterm.protocol.canned_replies import CannedReply, CannedReplyGone
from deskterm.protocol.notifications import Notification
from deskterm.protocol.records import (
    Assignee,
    Author,
    Contact,
    Conversation,
    Me,
    Member,
    Message,
    Named,
    Organization,
    Persona,
    Presence,
    Priority,
    Status,
    Visibility,
)
from deskterm.protocol.rooms import Room, RoomMember
from deskterm.protocol.saved_views import SavedView, SavedViewGone

Item = TypeVar("Item")


@dataclass(slots=True, frozen=True)
class Counts:
    """How many conversations stand where, under all filters except status. 1,000 may mean that or more."""

    open: int = 0
    pending: int = 0
    snoozed: int = 0
    resolved: int = 0
    closed: int = 0


@dataclass(slots=True, frozen=True)
class Page(Generic[Item]):
    """One page of a list; `next_cursor` is None on the last one, `counts` only there on an inbox's first."""

    items: tuple[Item, ...]
    next_cursor: str | None = None
    counts: Counts | None = None


@dataclass(slots=True, frozen=True)
class Health:
    """Who answers at an address: `GET /healthz`."""

    product: str
    version: str
    protocol: int


@dataclass(slots=True, frozen=True)
class SignedIn:
    """A fresh session. The token is a secret: never log or show it."""

    token: str = field(repr=False)
    expires_at: datetime
    me: Me


@dataclass(slots=True, frozen=True)
class Session:
    """One of the own signed-in devices; `current` is this one."""

    id: str
    current: bool
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ip: str | None = None
    user_agent: str | None = None


@dataclass(slots=True, frozen=True)
class Ticket:
    """The ticket of a support conversation; status, assignee and priority are the conversation's."""

    id: str
    conversation_id: str
    number: int
    subject: str
    description: str
    status: Status
    priority: Priority
    rev: int
    created_at: datetime
    updated_at: datetime
    assignee: Assignee | None = None
    contact: Contact | None = None


@dataclass(slots=True, frozen=True)
class Assignment:
    """One line of a conversation's assignment history; no assignee means it went back to the queue."""

    id: str
    conversation_id: str
    reason: str
    at: datetime
    assignee: Named | None = None
    assigned_by: Named | None = None
    explanation: str | None = None


@dataclass(slots=True, frozen=True)
class ReadState:
    """How far a conversation was read, and what is left unread after that."""

    conversation_id: str
    seq: int
    unread: int


@dataclass(slots=True, frozen=True)
class Revocation:
    """A conversation left the reader's sight at `rev`; anything older about it is void, from any channel."""

    conversation_id: str
    rev: int
    reason: str
    by: Named | None = None


@dataclass(slots=True, frozen=True)
class Typing:
    """Somebody types; it is over at `until` at the latest."""

    conversation_id: str
    who: Author
    until: datetime
    visibility: Visibility = Visibility.PUBLIC


@dataclass(slots=True, frozen=True)
class Viewing:
    """Which agents look at a conversation now."""

    conversation_id: str
    agents: tuple[Named, ...] = ()


@dataclass(slots=True, frozen=True)
class PresenceChange:
    """An agent came, went or stepped away."""

    member_id: str
    presence: Presence


@dataclass(slots=True, frozen=True)
class ContactsHere:
    """Contacts came or went; `offline` None = all others."""

    online: tuple[str, ...]
    offline: tuple[str, ...] | None = ()


@dataclass(slots=True, frozen=True)
class Snapshot:
    """One page of the snapshot; only the first has a roster, and its cursor is where events go on from.

    Of another `epoch`, what was read before is void: the database was set back, or one sees by another right.
    """

    cursor: str
    next_page: str | None
    organization: Organization | None = None
    me: Me | None = None
    members: tuple[Member, ...] = ()
    personas: tuple[Persona, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    epoch: str = ""


@dataclass(slots=True, frozen=True)
class Draft:
    """A text kept on the server that its author has not sent yet; an empty one was sent or thrown away."""

    body: str
    rev: int
    updated_at: datetime
    blanks: Mapping[str, int] = field(default_factory=dict)
    """What canned replies left to be filled in there, as `text.placeholders` has it."""


@dataclass(slots=True, frozen=True)
class Drafts:
    """One's own drafts in a conversation."""

    conversation_id: str
    reply: Draft | None = None
    note: Draft | None = None

    def of(self, visibility: Visibility) -> Draft | None:
        """The reply or the note."""
        return self.reply if visibility is Visibility.PUBLIC else self.note


@dataclass(slots=True, frozen=True)
class Update:
    """What one event says, whatever its kind: the entities it carries as this reader may see them.

    `skipped` messages of this room before the one it carries were left out: they are fetched when wanted.
    """

    kind: str
    conversation: Conversation | None = None
    messages: tuple[Message, ...] = ()
    ticket: Ticket | None = None
    assignment: Assignment | None = None
    revocation: Revocation | None = None
    read: ReadState | None = None
    member: Member | None = None
    persona: Persona | None = None
    organization: Organization | None = None
    canned_reply: CannedReply | None = None
    canned_reply_gone: CannedReplyGone | None = None
    view: SavedView | None = None
    view_gone: SavedViewGone | None = None
    room: Room | None = None
    room_member: tuple[str, RoomMember] | None = None
    notification: Notification | None = None
    typing: Typing | None = None
    viewing: Viewing | None = None
    presence: PresenceChange | None = None
    contacts: ContactsHere | None = None
    drafts: Drafts | None = None
    skipped: int = 0


@dataclass(slots=True, frozen=True)
class NotificationPreview:
    """Whom a notification would reach: how many, and the first of them."""

    recipients: int
    contacts: tuple[Named, ...] = ()


@dataclass(slots=True, frozen=True)
class SentNotification:
    """A notification that is on its way; `conversation_id` is the thread of a single recipient."""

    id: str
    recipients: int
    sent: int
    conversation_id: str | None = None


class ConversationPatch(TypedDict, total=False):
    """The fields of `PATCH /conversations/{id}`; an absent one stays as it is, None empties it."""

    status: str
    priority: str
    assignee_id: str | None
    subject: str | None
    add_tags: list[str]
    remove_tags: list[str]
    snoozed_until: datetime | None
    escalated: bool
    escalated_reason: str
    unread: bool
    if_rev: int


class NewConversation(TypedDict, total=False):
    """The fields of `POST /conversations`; contacts may give only subject, body and message_id."""

    contact_id: str
    subject: str
    body: str
    message_id: str
    priority: str
    assignee_id: str
    metadata: dict[str, Any]
