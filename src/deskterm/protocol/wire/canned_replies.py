"""What clients may ask about canned replies, and what is answered (see `protocol/wire/requests.py`)."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints, field_validator

from deskterm.protocol.wire.requests import Body, Line, Request
from deskterm.protocol.wire.responses.base import Id, Response, Seq, Time, listing
from deskterm.text.clean import clean_line

SHORTCUT_LIMIT = 40


def _one_line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


#: What one types to find a canned reply: one word, as `refund` or `billing/refund`.
Shortcut = Annotated[
    str,
    BeforeValidator(_one_line),
    StringConstraints(min_length=1, max_length=SHORTCUT_LIMIT, to_lower=True, pattern=r"^[^\s{}]+$"),
]


class CreateCannedReply(Request):
    """`POST /canned-replies`. Whether it is shared or one's own is settled for good."""

    visibility: Literal["shared", "own"] = "own"
    shortcut: Shortcut
    title: Line
    body: Body


class PatchCannedReply(Request):
    """`PATCH /canned-replies/{id}`; an absent field stays."""

    shortcut: Shortcut | None = None
    title: Line | None = None
    body: Body | None = None

    @field_validator("shortcut", "title", "body")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


class CannedReply(Response):
    """A text that agents keep; `{contact.name}` and the like in `body` are filled in by whoever uses it."""

    id: Id
    visibility: Literal["shared", "own"]
    shortcut: str
    title: str
    body: str
    created_at: Time
    updated_at: Time
    rev: Seq


CannedReplies = listing(CannedReply)
