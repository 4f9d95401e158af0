"""Pages of short lists that are ordered by id: the cursor is the last id of the page before."""

from typing import Any

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.wire.requests import Page
from deskterm.server.errors import Invalid, mistake

FIRST = bytes(16)
LAST = b"\xff" * 16


def position(query: Page, start: bytes) -> bytes:
    """The id to go on after, or `start`; a cursor that none of these lists gave out is `Invalid`."""
    if query.cursor is None:
        return start
    try:
        return to_bytes(query.cursor)
    except ValueError:
        raise Invalid([mistake("is not a cursor of this list", "query", "cursor")]) from None


def page(shown: list[dict[str, Any]], query: Page, *, key: str = "id") -> dict[str, Any]:
    """The answer of a list of which one more than asked for was fetched, ordered by the id in `key`."""
    items = shown[: query.limit]
    more = len(shown) > query.limit
    return {"items": items, "next_cursor": items[-1][key] if more else None}
