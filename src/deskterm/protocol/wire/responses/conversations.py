"""Answers about conversations, messages and tickets."""

from typing import Any, Literal

from pydantic import RootModel

from deskterm.protocol.records import (
    AuthorKind,
    Kind,
    MessageKind,
    Presence,
    Priority,
    Source,
    Status,
    Visibility,
)
from deskterm.protocol.wire.responses.base import Id, Named, Response, Seq, Time, listing
from deskterm.protocol.wire.responses.people import Contact, PersonaOfConversation


class Assignee(Response):
    """The agent who works a conversation."""

    id: Id
    name: str
    presence: Presence


class Participant(Response):
    """Someone in a direct conversation or a room."""

    kind: AuthorKind
    id: Id
    name: str


class TicketSummary(Response):
    """The ticket of a support conversation; status and priority are the conversation's."""

    id: Id
    subject: str
    status: Status
    priority: Priority


class ConversationForContacts(Response):
    """A conversation as its contact sees it. `status` never says `snoozed`: that reads as `open`."""

    id: Id
    number: int
    kind: Kind
    status: Literal[Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED]
    subject: str | None
    persona: PersonaOfConversation | None
    participants: list[Participant]
    unread: int
    preview: str | None
    previous_id: Id | None
    next_id: Id | None
    agent_read_seq: Seq
    created_at: Time
    updated_at: Time
    last_message_at: Time | None
    rev: Seq


class Numbered(Response):
    """A conversation by the number people know it by."""

    id: Id
    number: int


class Conversation(Response):
    """A conversation as agents see it; `merged_from` are those of its customer that are in it now."""

    id: Id
    number: int
    kind: Kind
    source: Source
    status: Status
    priority: Priority
    subject: str | None
    tags: list[str]
    contact: Contact | None
    assignee: Assignee | None
    persona: PersonaOfConversation | None
    participants: list[Participant]
    ticket: TicketSummary | None
    unread: int
    preview: str | None
    waiting_since: Time | None
    snoozed_until: Time | None
    first_reply_at: Time | None
    agent_joined_at: Time | None
    escalated: bool
    escalated_reason: str | None
    escalated_at: Time | None
    resolved_at: Time | None
    resolved_by: Named | None
    page_url: str | None
    referrer: str | None
    metadata: dict[str, Any]
    previous_id: Id | None
    next_id: Id | None
    merged_from: list[Numbered]
    archived_at: Time | None
    agent_read_seq: Seq
    contact_read_seq: Seq
    created_at: Time
    updated_at: Time
    last_message_at: Time | None
    rev: Seq


class Counts(Response):
    """How many conversations there are by status, under all filters but status."""

    open: int
    pending: int
    snoozed: int
    resolved: int
    closed: int


class Author(Response):
    """Who a message appears to be from; system messages have neither id nor name."""

    kind: AuthorKind
    id: Id | None
    name: str | None


class Attachment(Response):
    """A file that travels with a message."""

    id: Id
    filename: str
    media_type: str
    size: int


class MessageForContacts(Response):
    """One entry of a thread as contacts see it: public by construction."""

    id: Id
    conversation_id: Id
    seq: Seq
    rev: Seq
    author: Author
    body: str
    kind: MessageKind
    style: dict[str, Any] | None
    attachments: list[Attachment]
    created_at: Time
    edited_at: Time | None
    deleted: bool


class Message(MessageForContacts):
    """The same as agents see it; `operator`, who is behind a persona, is null for all but admins.

    `held_until` is when a reply that is held goes out; null for everything that contacts can read by now.
    """

    visibility: Visibility
    held_until: Time | None
    operator: Named | None


class SentMessage(Message):
    """A message as its sender gets it back; `replayed` = it had been stored before."""

    replayed: bool


class SentMessageForContacts(MessageForContacts):
    """The same for contacts."""

    replayed: bool


class Ticket(Response):
    """The ticket of a support conversation; status, assignee and priority are the conversation's."""

    id: Id
    conversation_id: Id
    number: int
    subject: str
    description: str
    status: Status
    priority: Priority
    assignee: Assignee | None
    contact: Contact | None
    rev: Seq
    created_at: Time
    updated_at: Time


class Assignment(Response):
    """One entry of a conversation's history of assignees; without assignee it went back to the queue."""

    id: Id
    conversation_id: Id
    assignee: Named | None
    assigned_by: Named | None
    reason: Literal["manual", "auto", "bulk", "first_reply", "returned"]
    explanation: str | None
    at: Time


class RoutingAgent(Response):
    """Whether an agent could take a conversation, and why or why not."""

    id: Id
    name: str
    eligible: bool
    open: int
    max_concurrent: int | None
    reason: str


class Routing(Response):
    """Who would get a conversation automatically (null = nobody), and why."""

    conversation_id: Id
    number: int
    assignment: Literal["manual", "balanced", "round_robin"]
    chosen: Named | None
    reason: str
    agents: list[RoutingAgent]


class ReadPosition(Response):
    """Up to where a conversation is read, and what is left."""

    conversation_id: Id
    seq: Seq
    unread: int


class BulkConflict(Response):
    """A conversation that a bulk change could not be applied to, and where it may go instead."""

    id: Id
    code: str
    allowed: list[Status]


class BulkReport(Response):
    """What a bulk change did, or with `dry_run` would do, in the order given."""

    applied: list[Id]
    unchanged: list[Id]
    denied: list[Id]
    conflicted: list[BulkConflict]


class ConversationList(Response):
    """A page of conversations; `counts` only on the first one."""

    items: list[Conversation | ConversationForContacts]
    next_cursor: str | None
    counts: Counts | None = None


Messages = listing(Message, MessageForContacts)
Tickets = listing(Ticket)
Assignments = listing(Assignment)


class ConversationAnswer(RootModel[Conversation | ConversationForContacts]):
    """A conversation as the caller sees it."""


class MessageAnswer(RootModel[Message | MessageForContacts]):
    """A message as the caller sees it."""


class SentMessageAnswer(RootModel[SentMessage | SentMessageForContacts]):
    """A sent message as its sender sees it."""
