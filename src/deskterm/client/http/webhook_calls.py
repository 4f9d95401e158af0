"""The server's routes for webhooks (admins)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.webhooks import WebhookEvent


@dataclass(slots=True, frozen=True)
class Webhook:
    """Where events go. `secret` only right after it was made; `problem` says why it is paused."""

    id: str
    url: str
    events: tuple[WebhookEvent, ...]
    paused: bool
    created_at: datetime
    problem: str | None = None
    failing_since: datetime | None = None
    secret: str = field(default="", repr=False)


@dataclass(slots=True, frozen=True)
class Delivery:
    """One event for one endpoint; it waits or is tried again until it is finished."""

    id: str
    event_id: str
    kind: WebhookEvent
    attempts: int
    created_at: datetime
    status: int | None = None
    problem: str | None = None
    tried_at: datetime | None = None
    finished_at: datetime | None = None


class WebhookCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def webhooks(self) -> Page[Webhook]:
        """The organization's endpoints, newest first; there are at most 20."""
        return await self._get("/webhooks", page_of(Webhook))

    async def make_webhook(self, url: str, events: Sequence[str]) -> Webhook:
        """A new endpoint, with the secret that its deliveries are signed by."""
        body = {"url": url, "events": list(events)}
        return self._fit(one(Webhook), await self._do("POST", "/webhooks", body))

    async def patch_webhook(self, webhook_id: str, **fields: Any) -> Webhook:
        """Change its address or events, pause it or let it go on."""
        return self._fit(one(Webhook), await self._do("PATCH", f"/webhooks/{webhook_id}", fields))

    async def rotate_webhook(self, webhook_id: str) -> Webhook:
        """Another secret; for a day deliveries are signed by the one before, too."""
        return self._fit(one(Webhook), await self._do("POST", f"/webhooks/{webhook_id}/rotate"))

    async def delete_webhook(self, webhook_id: str) -> None:
        """Send nothing more there."""
        await self._do("DELETE", f"/webhooks/{webhook_id}")

    async def deliveries(self, webhook_id: str) -> Page[Delivery]:
        """What was sent there lately, newest first."""
        return await self._get(f"/webhooks/{webhook_id}/deliveries", page_of(Delivery), {"limit": "200"})

    async def replay(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Send something there again, under the same event id."""
        path = f"/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"
        return self._fit(one(Delivery), await self._do("POST", path))
