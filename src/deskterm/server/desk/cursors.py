"""Cursors of lists: opaque text that names the last row of a page, bound to the list it came from."""

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from deskterm.server.errors import Invalid, mistake
from deskterm.server.storage.listing import Position

_BOUND_BYTES = 6
_ID_BYTES = 16
_LARGEST = 2**63 - 1


def pack_cursor(position: Position, bound_to: str) -> str:
    """The cursor after `position` in the list that `bound_to` describes (filters and sort)."""
    key = json.dumps([position.first, position.second], separators=(",", ":")).encode()
    return urlsafe_b64encode(_digest(bound_to) + position.id + key).rstrip(b"=").decode()


def unpack_cursor(text: str, bound_to: str) -> Position:
    """The position in a cursor of this very list; anything else is `Invalid`."""
    try:
        packed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        first, second = json.loads(packed[_BOUND_BYTES + _ID_BYTES :])
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise _invalid("is not one of this list") from None
    if packed[:_BOUND_BYTES] != _digest(bound_to):
        raise _invalid("belongs to other filters or another order")
    position = Position(first, second, packed[_BOUND_BYTES : _BOUND_BYTES + _ID_BYTES])
    if not _is_number(first) or not _is_number(second) or pack_cursor(position, bound_to) != text:
        raise _invalid("is not one of this list")
    return position


def _is_number(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value <= _LARGEST)


def _digest(bound_to: str) -> bytes:
    return hashlib.blake2b(bound_to.encode(), digest_size=_BOUND_BYTES).digest()


def _invalid(reason: str) -> Invalid:
    return Invalid([mistake(reason, "query", "cursor")])
