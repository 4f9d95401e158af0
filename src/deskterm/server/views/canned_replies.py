"""Canned replies as JSON-ready dictionaries."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.storage.kept import CannedReplyRow
from deskterm.server.views.times import rfc3339


def canned_reply(row: CannedReplyRow) -> dict[str, Any]:
    """A canned reply as everybody reads it who may use it."""
    return {
        "id": to_text(row.id),
        "visibility": "shared" if row.owner_id is None else "own",
        "shortcut": row.shortcut,
        "title": row.title,
        "body": row.body,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
        "rev": row.rev,
    }
