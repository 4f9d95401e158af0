"""The chat on websites as its launcher and its page read it: nothing of who is behind it."""

from collections.abc import Callable
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Presence
from deskterm.server.storage import organizations, personas
from deskterm.server.storage.database import Reader
from deskterm.server.views.people import OFFLINE_TEXT, is_online

_SHOWN = ("enabled", "theme", "color", "position", "avatar", "collect_name", "collect_email")


def widget(
    reader: Reader, organization_id: int, key_id: bytes, presence: Callable[[bytes], Presence]
) -> dict[str, Any]:
    """What `GET /widget` answers a website that came by this key."""
    row = organizations.by_key(reader, organization_id)
    if row is None:
        raise LookupError("a key has an organization")
    settings = organizations.parse_settings(row.settings)
    support = personas.support_of(reader, organization_id) if settings.voice == "persona" else None
    return {
        **{name: settings.widget[name] for name in _SHOWN},
        "name": row.name,
        "welcome": settings.widget["welcome"] or settings.welcome,
        "online": is_online(reader, organization_id, presence),
        "offline_text": settings.widget["offline_text"] or OFFLINE_TEXT,
        "persona": support and {"name": support.name, "initials": support.initials, "color": support.color},
        "page": f"/widget/{to_text(key_id)}",
    }
