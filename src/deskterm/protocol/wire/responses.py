"""What the server answers: one pydantic model per entity and answer, exactly as docs/protocol.md fixes them.

The server does not build its answers through these: they are the OpenAPI document, and tests check every
answer against them. Two models of one thing show it to different eyes: what somebody may not see is absent.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, create_model

from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.records import (
    AuthorKind,
    ContactKind,
    Kind,
    MessageKind,
    Presence,
    Priority,
    Role,
    Source,
    Status,
    Visibility,
)

Id = Annotated[str, StringConstraints(pattern=UUID_PATTERN.pattern)]
Time = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"),
    Field(json_schema_extra={"format": "date-time"}),
]
Seq = Annotated[int, Field(ge=0)]


class Response(BaseModel):
    """All keys are always present; none is there that is not named."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """A refusal (RFC 9457); clients match `code`. Some refusals add members."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int | Status
    detail: str
    code: str


class OpenApiDocument(BaseModel):
    """`GET /openapi.json`"""

    model_config = ConfigDict(extra="allow")

    openapi: Literal["3.1.0"]


class Health(Response):
    """`GET /healthz`"""

    product: Literal["deskterm"]
    version: str
    protocol: int


class Ready(Response):
    """`GET /readyz`"""

    ready: Literal[True]


class Named(Response):
    """An id with the name people know it by."""

    id: Id
    name: str


# --- people ---------------------------------------------------------------------------------------------


class Contact(Response):
    """Whoever writes in."""

    id: Id
    kind: ContactKind
    lead_status: str | None
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    last_seen_at: Time | None


class ContactDetail(Contact):
    """A contact by itself, with what only its own page shows."""

    metadata: dict[str, Any]
    rev: Seq
    created_at: Time
    updated_at: Time


class Member(Response):
    """A person of the organization as colleagues see them."""

    id: Id
    name: str
    role: Role
    presence: Presence
    disabled: bool
    rev: Seq


class MemberForAdmins(Member):
    """The same with what only admins see."""

    email: str
    max_concurrent: int | None


class Persona(Response):
    """A name and face that agents speak through."""

    id: Id
    name: str
    title: str | None
    initials: str | None
    color: str | None
    open: bool
    support: bool


class PersonaForAgents(Persona):
    """The same with its operators (member ids): admins see all of them, staff only themselves."""

    operator_ids: list[Id]


class Support(Response):
    """Whether somebody who may answer is there now, and a sentence that says so."""

    online: bool
    text: str


class OrganizationForContacts(Response):
    """The organization as the people see it who write to it."""

    name: str
    logo: str | None
    welcome: str
    support: Support


class Settings(Response):
    """How an organization works."""

    staff_sees: Literal["assigned", "unassigned", "all"]
    assignment: Literal["manual", "balanced", "round_robin"]
    staff_may_claim: bool
    staff_may_return: bool
    assign_on_first_reply: bool
    voice: Literal["persona", "agent"]
    reopen_hours: int
    close_after_days: int
    send_hold_seconds: int
    away_return_minutes: int
    welcome: str
    business_hours: dict[str, Any] | None
    retention: dict[str, Any]
    widget: dict[str, Any]


class Organization(Response):
    """The organization as its agents see it."""

    id: Id
    slug: str
    name: str
    logo: str | None
    settings: Settings
    rev: Seq


class OrganizationAnswer(RootModel[Organization | OrganizationForContacts]):
    """`GET /organization`: with settings for agents, with a welcome for contacts."""


class User(Response):
    """One's own login."""

    id: Id
    name: str
    email: str
    phone: str | None


class MeMember(Response):
    """Oneself in the organization; `away` is what one has set, `presence` what others see."""

    id: Id
    role: Role
    presence: Presence
    away: bool
    max_concurrent: int | None
    rev: Seq


class Me(Response):
    """Who is signed in. Visitors have neither user nor member; agents usually no contact."""

    user: User | None
    member: MeMember | None
    organization: Organization | OrganizationForContacts
    contact: Contact | None


class SignedIn(Response):
    """A new session. The token is shown this once."""

    token: str
    expires_at: Time
    me: Me


class Session(Response):
    """One of one's own signed-in devices."""

    id: Id
    current: bool
    ip: str | None
    user_agent: str | None
    created_at: Time
    last_used_at: Time
    expires_at: Time


# --- conversations --------------------------------------------------------------------------------------


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
    persona: Persona | None
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


class Conversation(Response):
    """A conversation as agents see it."""

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
    persona: Persona | None
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
    """The same as agents see it; `operator`, who is behind a persona, is null for all but admins."""

    visibility: Visibility
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


# --- lists ----------------------------------------------------------------------------------------------


def listing(*items: type[BaseModel], **more: Any) -> type[BaseModel]:
    """The model of a list of any of `items`, with further keys."""
    item: Any = items[0]
    for each in items[1:]:
        item = item | each
    name = items[0].__name__ + "List"
    return create_model(
        name,
        __base__=Response,
        __doc__="One page; `next_cursor` leads to the next one, null = this is the last.",
        items=(list[item], ...),
        next_cursor=(str | None, ...),
        **more,
    )


class ConversationList(Response):
    """A page of conversations; `counts` only on the first one."""

    items: list[Conversation | ConversationForContacts]
    next_cursor: str | None
    counts: Counts | None = None


Contacts = listing(ContactDetail)
Members = listing(MemberForAdmins, Member)
Personas = listing(PersonaForAgents, Persona)
SessionsOfMine = listing(Session)
Messages = listing(Message, MessageForContacts)
Tickets = listing(Ticket)
Assignments = listing(Assignment)


class ConversationAnswer(RootModel[Conversation | ConversationForContacts]):
    """A conversation as the caller sees it."""


class MessageAnswer(RootModel[Message | MessageForContacts]):
    """A message as the caller sees it."""


class SentMessageAnswer(RootModel[SentMessage | SentMessageForContacts]):
    """A sent message as its sender sees it."""
