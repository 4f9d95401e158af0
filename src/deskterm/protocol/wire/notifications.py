"""What clients may ask about notifications, and what is answered (see `protocol/wire/requests.py`)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from deskterm.protocol.wire.personas import Color
from deskterm.protocol.wire.requests import Body, FilterText, Page, Request
from deskterm.protocol.wire.requests import Id as AskedId
from deskterm.protocol.wire.responses.base import Id, Named, Response, Seq, Time, listing

RECIPIENTS_LIMIT = 10_000
PREVIEWED = 20  # recipients that a dry run names


class Template(Request):
    """A named look; what its colours are is for whoever shows it."""

    template: Literal["info", "success", "warning", "offer"]


class Colors(Request):
    """Three colours; a reader's console corrects what cannot be read."""

    background_color: Color
    text_color: Color
    border_color: Color


class SendNotification(Request):
    """`POST /notifications`, to one of: a contact, several, or those of all conversations that `q` finds."""

    contact_id: AskedId | None = None
    contact_ids: Annotated[list[AskedId], Field(min_length=1, max_length=RECIPIENTS_LIMIT)] | None = None
    q: FilterText | None = None
    body: Body
    style: Template | Colors | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _names_recipients(self) -> "SendNotification":
        given = [name for name in ("contact_id", "contact_ids", "q") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("name one of contact_id, contact_ids and q")
        return self


class RecipientsQuery(Page):
    """`GET /notifications/{id}/recipients`: all, or those who have read it or not."""

    read: bool | None = None


class SentNotification(Response):
    """What was sent, or is being sent; `conversation_id` is the thread of a single recipient."""

    id: Id
    recipients: int
    sent: int
    conversation_id: Id | None


class NotificationPreview(Response):
    """What a dry run finds: how many it would reach, and the first of them."""

    recipients: int
    contacts: list[Named]


class Notification(Response):
    """A notification with how far it is: sent to so many, read by so many."""

    id: Id
    body: str
    style: Template | Colors | None
    created_by: Named
    recipients: int
    sent: int
    read: int
    created_at: Time
    finished_at: Time | None
    rev: Seq


class Recipient(Response):
    """One contact whom a notification is for; the times are null until it is so."""

    contact: Named
    message_id: Id | None
    sent_at: Time | None
    read_at: Time | None


Notifications = listing(Notification)
Recipients = listing(Recipient)
