"""What clients may ask: one pydantic model per request body and query. Unknown fields are refused.

Text is cleaned here, at the edge: control characters go, CRLF becomes LF.
"""

import re
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.query import MOST_CHARACTERS
from deskterm.protocol.records import Kind, MessageKind, Priority, Status, Visibility
from deskterm.text.clean import clean, clean_line

BODY_LIMIT = 10_000  # code points of a message
SUBJECT_LIMIT = 200
TAG_LIMIT = 40
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+$")
LAST_YEAR = 9000  # later ones end beyond what other zones can say


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _one_line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _address(value: str) -> str:
    if _ADDRESS.fullmatch(value) is None:
        raise PydanticCustomError("email", "is not an e-mail address")
    return value


Id = Annotated[str, StringConstraints(pattern=UUID_PATTERN.pattern)]
#: A text of the filter language (`protocol/query.py`).
FilterText = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]
Body = Annotated[
    str, BeforeValidator(_cleaned), StringConstraints(max_length=BODY_LIMIT), AfterValidator(_not_blank)
]
Line = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=SUBJECT_LIMIT)]
Words = Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=SUBJECT_LIMIT)]
Tag = Annotated[
    str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=TAG_LIMIT, to_lower=True)
]
Email = Annotated[
    str,
    BeforeValidator(_one_line),
    StringConstraints(max_length=254, to_lower=True),
    AfterValidator(_address),
    Field(json_schema_extra={"pattern": _ADDRESS.pattern}),
]


def _tidy(value: Any) -> Any:
    """JSON without control characters in its texts and without numbers that JSON cannot say."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("must be a finite number")
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if isinstance(value, dict):
        return {clean_line(name): _tidy(each) for name, each in value.items()}
    return value


def _ends(value: datetime) -> datetime:
    if value.year > LAST_YEAR:
        raise ValueError(f"must be before the year {LAST_YEAR + 1}")
    return value


Metadata = Annotated[dict[str, Any], Field(max_length=50), AfterValidator(_tidy)]
#: A time with its zone, as RFC 3339 wants it.
Moment = Annotated[AwareDatetime, AfterValidator(_ends)]


class Request(BaseModel):
    """A body or query: strict about its fields."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Login(Request):
    """`POST /auth/login`; `organization` (slug) only for people in several."""

    email: Annotated[str, StringConstraints(max_length=254), BeforeValidator(_one_line)]
    password: Annotated[str, StringConstraints(max_length=256)]
    organization: Annotated[str, StringConstraints(max_length=100)] | None = None


class SwitchOrganization(Request):
    """`POST /auth/switch`"""

    organization: Annotated[str, StringConstraints(max_length=100)]


class ChangePassword(Request):
    """`POST /auth/password`"""

    current: Annotated[str, StringConstraints(max_length=256)]
    new: Annotated[str, StringConstraints(min_length=8, max_length=256)]


class PatchMe(Request):
    """`PATCH /me`. `presence` is for agents; `email` for visitors, who have no account with one.

    `mail` is for contacts: whether they want e-mail about replies that they have not read.
    """

    presence: Literal["auto", "away"] | None = None
    name: Line | None = None
    email: Email | None = None
    mail: bool | None = None


class CreateConversation(Request):
    """`POST /conversations`. Contacts may give only subject, body and message_id."""

    contact_id: Id | None = None
    subject: Line | None = None
    body: Body | None = None
    message_id: Id | None = None
    priority: Priority | None = None
    assignee_id: Id | None = None
    metadata: Metadata | None = None


class PatchConversation(Request):
    """`PATCH /conversations/{id}`. Absent fields stay; `model_fields_set` tells null from absent."""

    status: Status | None = None
    priority: Priority | None = None
    assignee_id: Id | None = None
    subject: Line | None = None
    add_tags: Annotated[list[Tag], Field(max_length=40)] | None = None
    remove_tags: Annotated[list[Tag], Field(max_length=40)] | None = None
    snoozed_until: Moment | None = None
    escalated: bool | None = None
    escalated_reason: Line | None = None
    unread: bool | None = None
    if_rev: int | None = None


class Bulk(Request):
    """`POST /conversations/bulk`: by ids, or all that `q` finds if these are as many as `expect` says.

    `if_revs` goes with ids, one for each: what has another `rev` by now is not changed.
    """

    ids: Annotated[list[Id], Field(min_length=1, max_length=500)] | None = None
    if_revs: list[Annotated[int, Field(ge=0, le=2**53)]] | None = None
    q: FilterText | None = None
    expect: Annotated[int, Field(ge=0, le=500)] | None = None
    patch: PatchConversation
    dry_run: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.ids is None) == (self.q is None):
            raise ValueError("name either ids or q")
        if (self.q is None) != (self.expect is None):
            raise ValueError("expect goes with q: how many are meant")
        if self.if_revs is not None and len(self.if_revs) != len(self.ids or ()):
            raise ValueError("if_revs goes with ids: one for each")
        return self


class Balance(Request):
    """`POST /conversations/balance`"""

    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    dry_run: bool = False


class WorkloadQuery(Request):
    """`GET /workload`; `since` is when the reader's day began, without it that of UTC."""

    since: Moment | None = None


class SendMessage(Request):
    """`POST /conversations/{id}/messages`. The id is the sender's and makes retries harmless."""

    id: Id
    body: Annotated[str, BeforeValidator(_cleaned), StringConstraints(max_length=BODY_LIMIT)]
    visibility: Visibility = Visibility.PUBLIC
    persona_id: Id | None = None
    kind: Literal[MessageKind.TEXT, MessageKind.IMAGE, MessageKind.LINK, MessageKind.FILE] = MessageKind.TEXT
    attachment_ids: Annotated[list[Id], Field(max_length=15)] = Field(default_factory=list)
    seen_seq: Annotated[int, Field(ge=0, le=2**53)] | None = None


class EditMessage(Request):
    """`PATCH /messages/{id}`"""

    body: Body


class Merge(Request):
    """`POST /conversations/{id}/merge`: into which one."""

    into_id: Id


class MarkRead(Request):
    """`PUT /conversations/{id}/read`"""

    seq: Annotated[int, Field(ge=0, le=2**53)]


class PatchTicket(Request):
    """`PATCH /tickets/{id}`: status, assignee and priority are the conversation's, under its rules."""

    status: Status | None = None
    priority: Priority | None = None
    assignee_id: Id | None = None
    subject: Line | None = None
    description: Body | None = None


Limit = Annotated[int, Field(ge=1, le=200)]


class Page(Request):
    """The two parameters of every list."""

    limit: Limit = 50
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = None


CommaList = Annotated[str, StringConstraints(max_length=4000)]


class ConversationQuery(Page):
    """`GET /conversations`. Comma lists mean any of, different filters all of."""

    status: CommaList | None = None
    source: CommaList | None = None
    assignee: CommaList | None = None
    priority: CommaList | None = None
    tag: CommaList | None = None
    kind: CommaList = Kind.SUPPORT
    escalated: bool | None = None
    number: Annotated[int, Field(ge=1, le=2**53)] | None = None
    contact_id: Id | None = None
    persona_id: Id | None = None
    archived: bool = False
    q: FilterText | None = None
    sort: Literal["-last_message_at", "-updated_at", "waiting_since", "-priority", "created_at"] = (
        "-last_message_at"
    )


class MessageQuery(Request):
    """`GET /conversations/{id}/messages`. No parameter = the newest page; items come oldest first."""

    before: Id | None = None
    after: Id | None = None
    around: Id | None = None
    limit: Limit = 50


class UploadQuery(Request):
    """`POST /attachments`: the body is the file itself."""

    filename: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
