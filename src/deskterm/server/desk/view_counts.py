"""How many conversations a saved view has: counted when somebody looks, and not more often than is of use.

Nothing is counted when something is written. Who looks at the same with the same eyes within `KEPT_MS` gets
the same answer, and no count looks at more than one page of a list would.
"""

from collections.abc import Iterable
from typing import NamedTuple

from deskterm.server.desk.filtering import read_query
from deskterm.server.desk.listing import count_matching
from deskterm.server.errors import Invalid
from deskterm.server.principal import Principal
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Reader
from deskterm.server.storage.kept import SavedViewRow

KEPT_MS = 5_000
_MOST_KEPT = 4_096


class Counted(NamedTuple):
    """`more`: that many or more. Without a `total` the filter names what is there no longer."""

    id: bytes
    total: int | None
    more: bool


class ViewCounts:
    """Counts of saved views, kept for a moment. Used by one reader thread after another."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[int, Counted]] = {}

    def of(
        self, reader: Reader, principal: Principal, views: Iterable[SavedViewRow], now: int
    ) -> list[Counted]:
        """How many conversations the principal finds in each."""
        return [self._of(reader, principal, each, now) for each in views]

    def _of(self, reader: Reader, principal: Principal, view: SavedViewRow, now: int) -> Counted:
        key = (principal.organization_id, view.id, view.rev, _eyes(principal, view.q))
        at, counted = self._kept.get(key, (0, None))
        if counted is None or not 0 <= now - at < KEPT_MS:
            counted = _count(reader, principal, view, now)
            if len(self._kept) >= _MOST_KEPT:
                self._kept = {}
            self._kept[key] = now, counted
        return counted


def _eyes(principal: Principal, q: str) -> object:
    """All admins see the same, unless it is asked what is their own."""
    query = read_query(q)
    personal = query.of("unread") or any("me" in each.values for each in query.of("assignee"))
    return "admins" if principal.is_admin and not personal else principal.member_id


def _count(reader: Reader, principal: Principal, view: SavedViewRow, now: int) -> Counted:
    settings = organizations.settings(reader, principal.organization_id)
    try:
        total, more = count_matching(reader, principal, settings, view.q, now)
    except Invalid:
        return Counted(view.id, None, False)
    return Counted(view.id, total, more)
