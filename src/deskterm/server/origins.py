"""On which websites the widgets of this server's organizations may stand."""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from deskterm.server.clock import Clock
from deskterm.server.storage import api_keys, organizations
from deskterm.server.storage.database import Database, Event

#: Keys also expire by themselves: then what is known is at most this old, in seconds.
KEPT = 60.0


def allowed_by(allowed_origins: str, settings: str) -> frozenset[str]:
    """A key's own origins, else the widget's of its organization (both as stored)."""
    own: list[str] = json.loads(allowed_origins)
    return frozenset(own or organizations.parse_settings(settings).widget["origins"])


def is_own(origin: str, host: str) -> bool:
    """Whether a page of this very server asks."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc != "" and parts.netloc == host


class Origins:
    """Knows the allowed origins of all organizations, and hears when they change."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[str, frozenset[int]] | None = None
        self._read_at = 0.0
        db.on_commit(self.hear)

    def knows(self, origin: str) -> bool:
        """Whether any organization allows it."""
        return origin in self._all()

    def allows(self, origin: str, organization_id: int) -> bool:
        """Whether this organization allows it."""
        return organization_id in self._all().get(origin, frozenset())

    def hear(self, events: Sequence[Event]) -> None:
        """Look again after a key or an organization has changed."""
        if any(event.entity in ("api_key", "organization") for event in events):
            self._known = None

    def _all(self) -> dict[str, frozenset[int]]:
        now = self._clock.monotonic()
        if self._known is None or now - self._read_at >= KEPT:
            rows = self._db.read(lambda reader: api_keys.origins(reader, self._clock.now()))
            self._known, self._read_at = _by_origin(rows), now
        return self._known


def _by_origin(rows: Iterable[api_keys.OriginsRow]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        for origin in allowed_by(row.allowed_origins, row.settings):
            found.setdefault(origin, set()).add(row.organization_id)
    return {origin: frozenset(keys) for origin, keys in found.items()}
