"""Unsent texts: what is asked about them, and what is answered."""

from typing import Annotated

from pydantic import BeforeValidator, Field, RootModel, StringConstraints

from deskterm.protocol.records import Visibility
from deskterm.protocol.wire.requests import BODY_LIMIT, Request
from deskterm.protocol.wire.responses.base import Id, Response, Seq, Time
from deskterm.text.clean import clean
from deskterm.text.placeholders import BLANK, MOST_BLANKS, MOST_LIKE


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


#: What a canned reply left open, as `{order_number}`: how many that look alike stand there for other reasons.
Blanks = Annotated[
    dict[Annotated[str, StringConstraints(pattern=BLANK)], Annotated[int, Field(ge=0, le=MOST_LIKE)]],
    Field(max_length=MOST_BLANKS),
]


class PutDraft(Request):
    """`PUT /conversations/{id}/draft`. A blank text forgets it.

    `if_rev` is the `rev` of the draft that the writer knows, 0 for none; where another is kept, nothing is
    written.
    """

    body: Annotated[str, BeforeValidator(_cleaned), StringConstraints(max_length=BODY_LIMIT)]
    visibility: Visibility = Visibility.PUBLIC
    blanks: Blanks = Field(default_factory=dict)
    if_rev: Annotated[int, Field(ge=0, le=2**53)] | None = None


class DraftQuery(Request):
    """`DELETE /conversations/{id}/draft`; without a visibility both go."""

    visibility: Visibility | None = None


class Draft(Response):
    """One unsent text; an empty one was sent or thrown away, at that time."""

    body: str
    blanks: dict[str, int]
    rev: Seq
    updated_at: Time


class DraftsForContacts(Response):
    """What a contact has not sent yet in a conversation."""

    conversation_id: Id
    reply: Draft | None


class Drafts(DraftsForContacts):
    """The same of an agent, who also writes notes."""

    note: Draft | None


class DraftsAnswer(RootModel[Drafts | DraftsForContacts]):
    """The caller's own drafts in a conversation."""
