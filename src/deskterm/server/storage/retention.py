"""Rows that are old enough to be put away: closed conversations, and visitors nobody knows."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class _Id(NamedTuple):
    id: bytes


class BothRow(NamedTuple):
    """How much is old enough."""

    conversations: int
    visitors: int


_CLOSED = """
    FROM conversation c WHERE c.organization_id = :organization_id AND c.kind = 'support'
        AND c.status = 'closed' AND c.archived_at IS NULL AND c.merged_into IS NULL
        AND coalesce(c.closed_at, c.updated_at) < :closed_before"""
#: Neither signed for by a website nor in a conversation that goes on.
_VISITORS = """
    FROM contact x WHERE x.organization_id = :organization_id AND x.kind = 'visitor'
        AND x.external_id IS NULL AND x.merged_into IS NULL AND x.erased_at IS NULL
        AND coalesce(x.last_seen_at, x.created_at) < :seen_before AND NOT EXISTS (
            SELECT 1 FROM conversation c WHERE c.organization_id = x.organization_id AND c.contact_id = x.id
            AND c.kind = 'support' AND c.status IN ('open', 'pending', 'snoozed'))"""
_BOTH = statement(f"SELECT (SELECT count(*) {_CLOSED}), (SELECT count(*) {_VISITORS})")
_CLOSED_IDS = statement(f"SELECT c.id {_CLOSED} LIMIT :limit")
_VISITOR_IDS = statement(f"SELECT x.id {_VISITORS} LIMIT :limit")
_ARCHIVE = statement("""
    UPDATE conversation SET archived_at = :now, rev = :rev, updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")


def both(reader: Reader, organization_id: int, *, closed_before: int, seen_before: int) -> BothRow:
    """How much is older than these times."""
    values = {"closed_before": closed_before, "seen_before": seen_before}
    return reader.one(BothRow, _BOTH, organization_id=organization_id, **values) or BothRow(0, 0)


def closed(reader: Reader, organization_id: int, closed_before: int, limit: int) -> list[bytes]:
    """Conversations that were closed before that time and are in nobody's way."""
    values = {"organization_id": organization_id, "closed_before": closed_before, "limit": limit}
    return [each.id for each in reader.all(_Id, _CLOSED_IDS, **values)]


def visitors(reader: Reader, organization_id: int, seen_before: int, limit: int) -> list[bytes]:
    """Anonymous visitors who have not been there since."""
    values = {"organization_id": organization_id, "seen_before": seen_before, "limit": limit}
    return [each.id for each in reader.all(_Id, _VISITOR_IDS, **values)]


def archive(tx: Tx, organization_id: int, conversation_id: bytes, rev: int) -> None:
    """Put one away."""
    tx.run(_ARCHIVE, organization_id=organization_id, id=conversation_id, rev=rev, now=tx.now)
