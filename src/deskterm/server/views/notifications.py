"""Notifications as admins see them."""

import json
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.storage.notifications import NotificationRow, RecipientRow
from deskterm.server.views.times import rfc3339


def notification(row: NotificationRow) -> dict[str, Any]:
    """A notification and how far it is."""
    return {
        "id": to_text(row.id),
        "body": row.body,
        "style": None if row.style is None else json.loads(row.style),
        "created_by": {"id": to_text(row.created_by), "name": row.created_by_name},
        "recipients": row.recipients,
        "sent": row.sent,
        "read": row.read,
        "created_at": rfc3339(row.created_at),
        "finished_at": rfc3339(row.finished_at),
        "rev": row.rev,
    }


def recipient(row: RecipientRow) -> dict[str, Any]:
    """One contact whom it is for."""
    return {
        "contact": {"id": to_text(row.contact_id), "name": row.name},
        "message_id": None if row.message_id is None else to_text(row.message_id),
        "sent_at": rfc3339(row.sent_at),
        "read_at": rfc3339(row.read_at),
    }
