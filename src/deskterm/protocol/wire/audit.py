"""What clients may ask of the audit, and what is answered."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from deskterm.protocol.wire.requests import Id, Moment, Page
from deskterm.protocol.wire.responses.base import Response, Time, listing

Word = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)?$", max_length=60)]


class AuditQuery(Page):
    """`GET /audit`: filters all hold. `action`: `member.added`, or its first part, `member`."""

    actor: Id | None = None
    action: Word | None = None
    entity: Word | None = None
    entity_id: Id | None = None
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")


class Actor(Response):
    """Who did it: a member or a contact."""

    kind: str
    id: str
    name: str | None


class AuditEntry(Response):
    """Something that happened. `label` says in words what it happened to, where that is known by now."""

    id: str
    at: Time
    actor: Actor | None
    action: str
    entity: str | None
    entity_id: str | None
    label: str | None
    detail: dict[str, Any]


AuditEntries = listing(AuditEntry)
