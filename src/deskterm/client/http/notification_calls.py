"""The server's routes for notifications; admins alone may use them."""

from collections.abc import Sequence
from typing import Any

from deskterm.client.answers import NotificationPreview, Page, SentNotification
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.notifications import Notification, Recipient


class NotificationCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def preview_notification(
        self, contact_ids: Sequence[str], body: str, style: dict[str, str]
    ) -> NotificationPreview:
        """Whom it would reach; nothing is sent."""
        fields = _fields(contact_ids, body, style) | {"dry_run": True}
        return self._fit(one(NotificationPreview), await self._do("POST", "/notifications", fields))

    async def send_notification(
        self, contact_ids: Sequence[str], body: str, style: dict[str, str], key: str
    ) -> SentNotification:
        """Send it; under the same `key` it reaches nobody twice. It may be under way when this returns."""
        raw = await self._do("POST", "/notifications", _fields(contact_ids, body, style), key)
        return self._fit(one(SentNotification), raw)

    async def notifications(self, cursor: str | None = None, limit: int = 50) -> Page[Notification]:
        """A page of what was sent, the latest first."""
        return await self._get("/notifications", page_of(Notification), _paged(cursor, limit))

    async def notification(self, notification_id: str) -> Notification:
        """One of them: how far it is, and how many have read it."""
        return await self._get(f"/notifications/{notification_id}", one(Notification))

    async def recipients(
        self, notification_id: str, cursor: str | None = None, limit: int = 200
    ) -> Page[Recipient]:
        """A page of the contacts whom it is for."""
        path = f"/notifications/{notification_id}/recipients"
        return await self._get(path, page_of(Recipient), _paged(cursor, limit))


def _fields(contact_ids: Sequence[str], body: str, style: dict[str, str]) -> dict[str, Any]:
    several = len(contact_ids) != 1
    who = {"contact_ids": list(contact_ids)} if several else {"contact_id": contact_ids[0]}
    return {**who, "body": body, "style": style}


def _paged(cursor: str | None, limit: int) -> dict[str, str]:
    return {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
