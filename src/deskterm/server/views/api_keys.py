"""API keys as JSON-ready dictionaries."""

import json
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.storage.api_keys import ApiKeyRow
from deskterm.server.views.times import rfc3339


def api_key(row: ApiKeyRow, key: str | None) -> dict[str, Any]:
    """A key; `key` is itself, where it may be read."""
    return {
        "id": to_text(row.id),
        "kind": row.kind,
        "name": row.name,
        "scopes": json.loads(row.scopes),
        "allowed_origins": json.loads(row.allowed_origins),
        "created_by": {"id": to_text(row.created_by), "name": row.created_by_name},
        "created_at": rfc3339(row.created_at),
        "expires_at": None if row.expires_at is None else rfc3339(row.expires_at),
        "last_used_at": None if row.last_used_at is None else rfc3339(row.last_used_at),
        "key": key,
    }
