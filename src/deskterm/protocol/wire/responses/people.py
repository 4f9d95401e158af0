"""Answers about people and the organization."""

from typing import Any, Literal

from pydantic import RootModel

from deskterm.protocol.records import ContactKind, Presence, Role
from deskterm.protocol.wire.responses.base import Id, Response, Seq, Time, listing


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
    registered: bool
    merged_into: Id | None
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


class PersonaOfConversation(Persona):
    """The same as it stands in a conversation. Where it is `retired`, nobody writes any more."""

    retired: bool


class PersonaForContacts(Persona):
    """The same as contacts read it: whether somebody who may answer as it is there, never who."""

    online: bool


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


Theme = Literal["auto", "light", "dark"]
Position = Literal["bottom-right", "bottom-left"]


class WidgetSettings(Response):
    """`settings.widget`, all of it."""

    enabled: bool
    origins: list[str]
    theme: Theme
    color: str
    position: Position
    welcome: str
    avatar: bool
    collect_name: bool
    collect_email: bool
    offline_text: str


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
    escalate_after_minutes: int
    escalate_words: str
    escalate_priority: Literal["never", "high", "urgent"]
    mail_after_minutes: int
    mail_every_minutes: int
    welcome: str
    business_hours: dict[str, Any] | None
    retention: dict[str, Any]
    widget: WidgetSettings


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


class Unread(Response):
    """How many of the newest conversations (200 at most) have something unread for the reader."""

    conversations: int


class Place(Response):
    """An organization that one is in, by the short name that signing in takes."""

    slug: str
    name: str
    role: Role
    current: bool


class Organizations(Response):
    """All of them, by short name."""

    items: list[Place]


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


Contacts = listing(ContactDetail)
Members = listing(MemberForAdmins, Member)
Personas = listing(PersonaForAgents, PersonaForContacts)
SessionsOfMine = listing(Session)
