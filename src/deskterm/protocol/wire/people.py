"""What clients may ask about people and the organization (see `protocol/wire/requests.py`)."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, field_validator

from deskterm.protocol.records import Role
from deskterm.protocol.wire.requests import Body, Email, Line, Page, Request, Words
from deskterm.protocol.wire.retention import PatchRetention
from deskterm.protocol.wire.widget import PatchWidget

#: Settings whose shape belongs to features to come: bounded, and kept as they are.
Free = Annotated[dict[str, Any], Field(max_length=50)]


class PatchMember(Request):
    """`PATCH /members/{id}`; `max_concurrent` null = no maximum."""

    role: Role | None = None
    presence: Literal["auto", "away"] | None = None
    max_concurrent: Annotated[int, Field(ge=0, le=10_000)] | None = None
    disabled: bool | None = None

    @field_validator("role", "presence", "disabled")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


class MemberQuery(Page):
    """`GET /members`: agents, or those of one role."""

    role: Role | None = None


class PatchSettings(Request):
    """Settings to change; an absent one stays as it is."""

    staff_sees: Literal["assigned", "unassigned", "all"] = "assigned"
    assignment: Literal["manual", "balanced", "round_robin"] = "manual"
    staff_may_claim: bool = True
    staff_may_return: bool = True
    assign_on_first_reply: bool = False
    voice: Literal["persona", "agent"] = "persona"
    reopen_hours: Annotated[int, Field(ge=0, le=24 * 365)] = 168
    close_after_days: Annotated[int, Field(ge=1, le=3650)] = 7
    send_hold_seconds: Annotated[int, Field(ge=0, le=120)] = 0
    away_return_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30
    escalate_after_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0
    escalate_words: Words = ""
    escalate_priority: Literal["never", "high", "urgent"] = "never"
    mail_after_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 10
    mail_every_minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60)] = 60
    welcome: Body = ""
    business_hours: Free | None = None
    retention: PatchRetention = PatchRetention()
    widget: PatchWidget = PatchWidget()


class PatchOrganization(Request):
    """`PATCH /organization`; a null logo takes it away."""

    name: Line | None = None
    logo: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s]+$")] | None = None
    settings: PatchSettings | None = None

    @field_validator("name", "settings")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


_LINE: TypeAdapter[str] = TypeAdapter(Line)
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


def as_line(text: str) -> str:
    """A name as the API would take it, cleaned; ValueError if it would refuse it."""
    return _LINE.validate_python(text)


def as_email(text: str) -> str:
    """An e-mail address as the API would take it, in lower case; ValueError if it would refuse it."""
    return _EMAIL.validate_python(text)
