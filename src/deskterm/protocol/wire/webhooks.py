"""What admins may ask about webhooks, and what is answered."""

from typing import Annotated

from pydantic import Field, StringConstraints

from deskterm.protocol.webhooks import WebhookEvent
from deskterm.protocol.wire.requests import Request
from deskterm.protocol.wire.responses.base import Id, Response, Time, listing

Url = Annotated[str, StringConstraints(min_length=8, max_length=1_000, strip_whitespace=True)]
Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=len(WebhookEvent))]


class CreateWebhook(Request):
    """`POST /webhooks`."""

    url: Url
    events: Events


class PatchWebhook(Request):
    """`PATCH /webhooks/{id}`. After a pause what waits is sent, not what happened meanwhile."""

    url: Url | None = None
    events: Events | None = None
    paused: bool | None = None


class Webhook(Response):
    """Where events go. `problem` says why it is paused, or null."""

    id: Id
    url: str
    events: list[WebhookEvent]
    paused: bool
    problem: str | None
    failing_since: Time | None
    created_at: Time


class NewWebhook(Webhook):
    """An endpoint just made. `secret` is shown this once."""

    secret: str


class Delivery(Response):
    """One event for one endpoint. `finished_at` null: it waits, or is tried again."""

    id: Id
    event_id: str
    kind: WebhookEvent
    attempts: int
    status: int | None
    problem: str | None
    created_at: Time
    tried_at: Time | None
    finished_at: Time | None


Webhooks = listing(Webhook)
Deliveries = listing(Delivery)
