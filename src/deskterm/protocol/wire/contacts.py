"""What clients may ask about contacts, and what is answered beside `responses.ContactDetail`."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from deskterm.protocol.wire.requests import Body, Email, Id, Line, Metadata, Page, Request
from deskterm.protocol.wire.responses.base import Id as AnsweredId
from deskterm.protocol.wire.responses.base import Named, Response, Time, listing
from deskterm.protocol.wire.responses.conversations import ConversationForContacts, MessageForContacts
from deskterm.protocol.wire.responses.people import Contact

LeadStatus = Literal["new", "contacted", "qualified", "unqualified", "converted"]
#: Rows of one import, and how many of its mistakes are told one by one.
MOST_ROWS = 1_000


class ContactQuery(Page):
    """`GET /contacts`, newest first; `search` looks for a part of name, e-mail, phone or company."""

    search: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    kind: Literal["customer", "lead", "visitor"] | None = None
    lead_status: LeadStatus | None = None


class ContactFields(Request):
    """What is known of somebody."""

    name: Line | None = None
    email: Email | None = None
    phone: Line | None = None
    company: Line | None = None
    lead_status: LeadStatus | None = None


class CreateContact(ContactFields):
    """`POST /contacts`: a lead or a customer; a name or an e-mail address at least."""

    kind: Literal["customer", "lead"] = "lead"
    metadata: Metadata | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.name is None and self.email is None:
            raise ValueError("a name or an e-mail address is needed")
        return self


class PatchContact(ContactFields):
    """`PATCH /contacts/{id}`; an absent field stays, null takes it away. `kind` only goes up to customer."""

    kind: Literal["customer", "lead"] | None = None
    metadata: Metadata | None = None
    if_rev: int | None = None

    @field_validator("kind", "metadata")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


class MergeContact(Request):
    """`POST /contacts/{id}/merge`: into whom."""

    into_id: Id


class ImportContacts(Request):
    """`POST /contacts/import`: rows of texts by column; each is judged by itself."""

    rows: Annotated[list[dict[str, str | None]], Field(min_length=1, max_length=MOST_ROWS)]
    dry_run: bool = False


class CreateNote(Request):
    """`POST /contacts/{id}/notes`"""

    body: Body


class EraseContact(Request):
    """`POST /contacts/{id}/erase`: a dry run says what would go."""

    dry_run: bool = False


class Erasure(Response):
    """How much of somebody is there, and goes or went; `backup` is the file that was made before."""

    contact_id: AnsweredId
    conversations: int
    messages: int
    files: int
    notes: int
    dry_run: bool
    backup: str | None


class ViewQuery(Request):
    """`GET /contacts/{id}/view`: which of their conversations is shown whole; at first the newest."""

    conversation_id: Id | None = None


class ContactNote(Response):
    """What agents keep about a contact; contacts never see it."""

    id: AnsweredId
    contact_id: AnsweredId
    author: Named | None
    body: str
    created_at: Time


class Rejected(Response):
    """A row that cannot be taken; `row` counts from 1."""

    row: int
    reason: str


class ImportReport(Response):
    """What became of the rows, or would."""

    created: int
    updated: int
    unchanged: int
    rejected: list[Rejected]


class ContactView(Response):
    """What a contact would read: their conversations, and the newest messages of one of them."""

    contact: Contact
    conversations: list[ConversationForContacts]
    conversation_id: AnsweredId | None
    messages: list[MessageForContacts]


ContactNotes = listing(ContactNote)
