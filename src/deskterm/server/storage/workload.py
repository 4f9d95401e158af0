"""How much everybody has to do, from counts that triggers keep: a million conversations cost what ten do."""

from typing import NamedTuple

from deskterm.protocol.records import Status
from deskterm.server.storage.database import Reader, statement

HOUR_MS = 3_600_000

_AGENTS = statement("""
    SELECT m.id, u.name, coalesce(n.total, 0), m.max_concurrent, m.disabled_at IS NOT NULL
    FROM member m JOIN user_account u ON u.id = m.user_id
    LEFT JOIN conversation_count n ON n.organization_id = m.organization_id
        AND n.assignee_id = m.id AND n.status = :status
    WHERE m.organization_id = :organization_id AND m.role <> 'customer'
    ORDER BY u.name, m.id""")
_ALL = statement("""
    SELECT coalesce(sum(total), 0) FROM conversation_count
    WHERE organization_id = :organization_id AND status = :status""")
_OF = statement("""
    SELECT coalesce(sum(total), 0) FROM conversation_count
    WHERE organization_id = :organization_id AND assignee_id = :assignee_id AND status = :status""")
_LONGEST = statement("""
    SELECT waiting_since FROM conversation
    WHERE organization_id = :organization_id AND waiting_since IS NOT NULL
        AND kind = 'support' AND status = 'open' AND archived_at IS NULL
    ORDER BY waiting_since LIMIT 1""")
_HANDLED = statement("""
    SELECT coalesce(sum(total), 0) FROM conversation_handled
    WHERE organization_id = :organization_id AND hour >= :hour""")


class LoadRow(NamedTuple):
    """An agent with their open conversations."""

    id: bytes
    name: str
    open: int
    max_concurrent: int | None
    disabled: int


def loads(reader: Reader, organization_id: int) -> list[LoadRow]:
    """Every agent by name, disabled ones too."""
    return reader.all(LoadRow, _AGENTS, organization_id=organization_id, status=Status.OPEN.value)


def open_in_all(reader: Reader, organization_id: int) -> int:
    """How many conversations are open."""
    return int(reader.value(_ALL, organization_id=organization_id, status=Status.OPEN.value))


def open_of_nobody(reader: Reader, organization_id: int) -> int:
    """How many open conversations nobody has."""
    return int(reader.value(_OF, organization_id=organization_id, assignee_id=b"", status=Status.OPEN.value))


def waiting_longest_since(reader: Reader, organization_id: int) -> int | None:
    """Since when the contact of an open conversation waits that waits longest; None if none does."""
    found: int | None = reader.value(_LONGEST, organization_id=organization_id)
    return found


def handled_since(reader: Reader, organization_id: int, since: int) -> int:
    """How many conversations were resolved or closed by somebody since, to the hour, and still are."""
    return int(reader.value(_HANDLED, organization_id=organization_id, hour=since // HOUR_MS))
