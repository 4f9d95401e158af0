"""Everything a client needs before it listens: the roster, and the conversations that are worked on.

Pages are read one by one without holding a transaction: the first fixes the cursor, and whatever changes
while the others are read comes after that cursor in the log, where the newer `rev` wins.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from deskterm.protocol.records import Kind
from deskterm.protocol.wire.requests import ConversationQuery
from deskterm.server.desk.listing import list_conversations
from deskterm.server.errors import Invalid, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Reader

FIRST_PAGE = 50
NEXT_PAGES = 200
#: What is loaded, in this order. Contacts get all that is theirs, agents what is still worked on.
_FOR_AGENTS = (Kind.SUPPORT, Kind.DIRECT, Kind.GROUP)
_FOR_CONTACTS = (Kind.SUPPORT, Kind.PERSONAL, Kind.DIRECT, Kind.GROUP)
_ACTIVE = "open,pending,snoozed"


class Place(NamedTuple):
    """Where the next page starts: in the list of the `phase`-th kind, at its cursor. `since` is for all."""

    since: str
    phase: int = 0
    cursor: str | None = None

    def text(self) -> str:
        """The opaque name of the page."""
        return urlsafe_b64encode(json.dumps(self).encode()).rstrip(b"=").decode()


def parse_place(text: str) -> Place:
    """The place that a page's name stands for; `Invalid` if it is none."""
    try:
        since, phase, cursor = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, RecursionError):
        raise _invalid() from None
    place = Place(since, phase, cursor)
    types = (type(since) is str, type(phase) is int, cursor is None or type(cursor) is str)
    if not all(types) or not 0 <= phase < len(_FOR_CONTACTS) or place.text() != text:
        raise _invalid()
    return place


class Page(NamedTuple):
    """The conversations of a page in order, and where the next one starts."""

    ids: list[bytes]
    following: Place | None


def read_page(reader: Reader, principal: Principal, place: Place, limit: int) -> Page:
    """Up to `limit` conversations that the principal sees now."""
    settings = organizations.settings(reader, principal.organization_id)
    kinds = _FOR_AGENTS if principal.is_agent else _FOR_CONTACTS
    ids: list[bytes] = []
    following: Place | None = place
    while following is not None and len(ids) < limit:
        if following.phase >= len(kinds):
            raise _invalid()
        query = _query(principal, kinds[following.phase], following.cursor, limit - len(ids))
        found = list_conversations(reader, principal, settings, query, now=0)
        ids += found.ids
        following = _next(following, found.next_cursor, len(kinds))
    return Page(ids, following)


def _query(principal: Principal, kind: Kind, cursor: str | None, limit: int) -> ConversationQuery:
    active = principal.is_agent and kind is Kind.SUPPORT
    return ConversationQuery(kind=kind, status=_ACTIVE if active else None, cursor=cursor, limit=limit)


def _next(place: Place, cursor: str | None, phases: int) -> Place | None:
    if cursor is not None:
        return place._replace(cursor=cursor)
    return Place(place.since, place.phase + 1) if place.phase + 1 < phases else None


def _invalid() -> Invalid:
    return Invalid([mistake("is not a page of a snapshot", "query", "page")])
