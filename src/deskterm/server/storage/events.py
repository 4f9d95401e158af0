"""Reading the event log: its head, pages after a position, and whether a position is of this history."""

from collections.abc import Sequence
from typing import NamedTuple

from deskterm.server.storage.database import Event, Reader, statement


class Head(NamedTuple):
    """The newest position of an organization's log; `nonce` is 0 while the log is empty."""

    seq: int
    nonce: int
    floor: int


class _Position(NamedTuple):
    organization_id: int
    seq: int


class _Nonce(NamedTuple):
    nonce: int


_HEAD = statement("""
    SELECT k.seq, coalesce(e.nonce, 0), k.log_floor
    FROM organization_counter k LEFT JOIN event e ON e.organization_id = k.organization_id AND e.seq = k.seq
    WHERE k.organization_id = :organization_id""")
_HEADS = statement("SELECT organization_id, seq FROM organization_counter")
_PAGE = statement("""
    SELECT organization_id, seq, nonce, kind, entity, entity_id, conversation_id, audience, audience_id,
        actor_id, at, detail
    FROM event
    WHERE organization_id = :organization_id AND seq > :after
    ORDER BY organization_id, seq LIMIT :limit""")
_NONCE = statement("SELECT nonce FROM event WHERE organization_id = :organization_id AND seq = :seq")


def head(reader: Reader, organization_id: int) -> Head:
    """The head of the log of an organization that exists."""
    return reader.one(Head, _HEAD, organization_id=organization_id) or Head(0, 0, 0)


def heads(reader: Reader) -> dict[int, int]:
    """The newest position of each organization's log."""
    return dict(reader.all(_Position, _HEADS))


def page(reader: Reader, organization_id: int, *, after: int, limit: int) -> list[Event]:
    """Up to `limit` events after the position `after`, oldest first."""
    return reader.all(Event, _PAGE, organization_id=organization_id, after=after, limit=limit)


def reaches(reader: Reader, organization_id: int, seq: int, nonce: int) -> bool:
    """Whether the log can be read on from this position: it is of this history and nothing after it is gone.

    The nonce tells what nobody announced: a restored backup, a truncated log, a fail-over that lost its tail.
    """
    if seq == 0:
        return nonce == 0 and head(reader, organization_id).floor == 0
    row = reader.one(_Nonce, _NONCE, organization_id=organization_id, seq=seq)
    return row is not None and row.nonce == nonce


def contiguous(events: Sequence[Event], after: int) -> bool:
    """Whether `events` continue the log right after `after`; a hole is a bug or a damaged database."""
    return all(event.seq == after + number for number, event in enumerate(events, start=1))
