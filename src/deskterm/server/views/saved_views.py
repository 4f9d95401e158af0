"""Saved views as JSON-ready dictionaries."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.storage.kept import SavedViewRow
from deskterm.server.views.times import rfc3339


def saved_view(row: SavedViewRow) -> dict[str, Any]:
    """A view as everybody reads it who has it."""
    return {
        "id": to_text(row.id),
        "visibility": "shared" if row.owner_id is None else "own",
        "name": row.name,
        "q": row.q,
        "sort": row.sort,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
        "rev": row.rev,
    }
