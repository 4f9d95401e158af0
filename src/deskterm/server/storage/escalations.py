"""Rows of conversations whose customer has waited too long."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, statement


class WaitingRow(NamedTuple):
    """An open conversation, and since when its customer waits."""

    id: bytes
    waiting_since: int


_WAITING = statement("""
    SELECT c.id, c.waiting_since FROM conversation c
    WHERE c.organization_id = :organization_id AND c.waiting_since <= :before AND c.kind = 'support'
        AND c.status = 'open' AND c.escalated = 0 AND c.archived_at IS NULL
        AND (c.escalated_wait IS NULL OR c.escalated_wait <> c.waiting_since)
    ORDER BY c.waiting_since, c.id LIMIT :limit""")


def waiting_since(reader: Reader, organization_id: int, before: int, limit: int) -> list[WaitingRow]:
    """Who waits since `before` or longer and was not escalated for that yet, the longest first."""
    return reader.all(WaitingRow, _WAITING, organization_id=organization_id, before=before, limit=limit)
