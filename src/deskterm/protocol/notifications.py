"""Notifications as an admin's console shows them. Plain, like `protocol/records`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.protocol.records import Named

#: The looks that have a name.
TEMPLATES = ("info", "success", "warning", "offer")


@dataclass(slots=True, frozen=True)
class Notification:
    """A text that went, or is going, to some contacts; `style` names a template or three colours."""

    id: str
    body: str
    created_by: Named
    recipients: int
    sent: int
    read: int
    created_at: datetime
    rev: int
    style: dict[str, Any] | None = None
    finished_at: datetime | None = None


@dataclass(slots=True, frozen=True)
class Recipient:
    """One contact whom a notification is for; the times are None until it is so."""

    contact: Named
    message_id: str | None = None
    sent_at: datetime | None = None
    read_at: datetime | None = None
