"""Rows by which conversations are given out: who could take one, what waits, who is there."""

from typing import NamedTuple

from deskterm.protocol.states import ACTIVE
from deskterm.server.storage.database import Reader, Tx, statement


class AgentRow(NamedTuple):
    """An agent as routing weighs them (`desk/routing.py`)."""

    id: bytes
    name: str
    role: str
    enabled: int
    present: int
    away: int
    load: int
    maximum: int | None
    last: int


class StandingRow(NamedTuple):
    """A support conversation as routing weighs it; `given_back_by` took it from whoever had it last."""

    id: bytes
    number: int
    status: str
    assignee_name: str | None
    written: int
    given_back_by: bytes | None


class PresentRow(NamedTuple):
    """An agent with a live socket."""

    organization_id: int
    member_id: bytes


class ElsewhereRow(NamedTuple):
    """An agent with a live socket on another node, which said so at `seen_at`."""

    organization_id: int
    member_id: bytes
    away: int
    seen_at: int


class LeftRow(NamedTuple):
    """An open conversation of somebody who has been away for too long."""

    id: bytes
    member_name: str


_AGENTS = statement("""
    SELECT m.id, u.name, m.role, m.disabled_at IS NULL, EXISTS (SELECT 1 FROM agent_online o
            WHERE o.organization_id = m.organization_id AND o.member_id = m.id), m.away,
        coalesce((SELECT n.total FROM conversation_count n WHERE n.organization_id = m.organization_id
            AND n.assignee_id = m.id AND n.status = 'open'), 0),
        m.max_concurrent, m.routed_seq
    FROM member m JOIN user_account u ON u.id = m.user_id
    WHERE m.organization_id = :organization_id AND m.role <> 'customer' ORDER BY u.name, m.id""")
_SELECT = """
    SELECT c.id, c.number, c.status,
        (SELECT u.name FROM member m JOIN user_account u ON u.id = m.user_id
            WHERE m.organization_id = c.organization_id AND m.id = c.assignee_id),
        EXISTS (SELECT 1 FROM ticket t WHERE t.organization_id = c.organization_id
            AND t.conversation_id = c.id),
        (SELECT CASE WHEN a.assignee_id IS NULL THEN a.assigned_by END FROM assignment a
            WHERE a.organization_id = c.organization_id AND a.conversation_id = c.id
            ORDER BY a.seq DESC LIMIT 1)
    FROM conversation c
    WHERE c.organization_id = :organization_id AND c.kind = 'support' AND c.archived_at IS NULL"""
_BY_ID = statement(f"{_SELECT} AND c.id = :id")
_QUEUED = f"""{_SELECT} AND c.status = 'open' AND c.assignee_id IS NULL
    AND EXISTS (SELECT 1 FROM ticket t WHERE t.organization_id = c.organization_id
        AND t.conversation_id = c.id)"""
_UNANSWERED = statement(f"""{_QUEUED} AND c.waiting_since IS NOT NULL
    ORDER BY c.priority DESC, c.waiting_since, c.id LIMIT :limit""")
_ANSWERED = statement(f"""{_QUEUED} AND c.waiting_since IS NULL
    ORDER BY c.priority DESC, c.id LIMIT :limit""")
_IS_QUEUED = statement("""
    SELECT 1 FROM conversation c
    WHERE c.organization_id = :organization_id AND c.kind = 'support' AND c.archived_at IS NULL
        AND c.status = 'open' AND c.assignee_id IS NULL LIMIT 1""")
_ROUTED = statement("""
    UPDATE member SET routed_seq = :seq WHERE organization_id = :organization_id AND id = :id""")
_PRESENT = statement("SELECT organization_id, member_id FROM agent_online WHERE node = :node")
_ELSEWHERE = statement("""
    SELECT o.organization_id, o.member_id, m.away, o.seen_at
    FROM agent_online o JOIN member m ON m.organization_id = o.organization_id AND m.id = o.member_id
    WHERE o.node <> :node""")
_CAME = statement("""
    INSERT INTO agent_online (organization_id, member_id, node, seen_at)
    VALUES (:organization_id, :id, :node, :now)""")
_WENT = statement("""
    DELETE FROM agent_online WHERE organization_id = :organization_id AND member_id = :id AND node = :node""")
_STAY = statement("UPDATE agent_online SET seen_at = :now WHERE node = :node")
_VOID = statement("DELETE FROM agent_online WHERE node <> :node AND seen_at <= :before")
_LEFT = statement("""
    SELECT c.id, u.name
    FROM member m JOIN user_account u ON u.id = m.user_id
    JOIN conversation c ON c.organization_id = m.organization_id AND c.assignee_id = m.id
        AND c.status = 'open' AND c.kind = 'support' AND c.archived_at IS NULL
    WHERE m.organization_id = :organization_id AND m.role <> 'customer' AND m.away_since <= :before
    ORDER BY m.id, c.last_message_at, c.id LIMIT :limit""")
_HELD = statement("""
    SELECT c.id FROM conversation c
    WHERE c.organization_id = :organization_id AND c.assignee_id = :member_id AND c.status = :status
        AND c.kind = 'support' AND c.merged_into IS NULL
    ORDER BY c.number""")


class _Id(NamedTuple):
    id: bytes


def agents(reader: Reader, organization_id: int) -> list[AgentRow]:
    """All agents of the organization, disabled ones too."""
    return reader.all(AgentRow, _AGENTS, organization_id=organization_id)


def standing(reader: Reader, organization_id: int, conversation_id: bytes) -> StandingRow | None:
    """How a support conversation stands."""
    return reader.one(StandingRow, _BY_ID, organization_id=organization_id, id=conversation_id)


def waiting(reader: Reader, organization_id: int, limit: int) -> list[StandingRow]:
    """What nobody has: whose contact waits first, by priority, then the longest; then what is answered."""
    found = reader.all(StandingRow, _UNANSWERED, organization_id=organization_id, limit=limit)
    if len(found) < limit:
        left = limit - len(found)
        found += reader.all(StandingRow, _ANSWERED, organization_id=organization_id, limit=left)
    return found


def is_any_waiting(reader: Reader, organization_id: int) -> bool:
    """Whether there is an open conversation that nobody has."""
    return reader.value(_IS_QUEUED, organization_id=organization_id) is not None


def routed(tx: Tx, organization_id: int, member_id: bytes, seq: int) -> None:
    """The member got a conversation automatically."""
    tx.run(_ROUTED, organization_id=organization_id, id=member_id, seq=seq)


def present(reader: Reader, node: bytes) -> frozenset[tuple[int, bytes]]:
    """Who is there on a node, of all organizations: (organization, member)."""
    return frozenset(
        (row.organization_id, row.member_id) for row in reader.all(PresentRow, _PRESENT, node=node)
    )


def elsewhere(reader: Reader, node: bytes) -> list[ElsewhereRow]:
    """Who is there on the other nodes, of all organizations."""
    return reader.all(ElsewhereRow, _ELSEWHERE, node=node)


def came(tx: Tx, organization_id: int, member_id: bytes, node: bytes) -> None:
    """An agent is there from now on."""
    tx.run(_CAME, organization_id=organization_id, id=member_id, node=node, now=tx.now)


def went(tx: Tx, organization_id: int, member_id: bytes, node: bytes) -> None:
    """An agent is not there any more."""
    tx.run(_WENT, organization_id=organization_id, id=member_id, node=node)


def stay(tx: Tx, node: bytes, lease: int) -> None:
    """Everybody on the node is still there; nodes that did not say so for `lease` milliseconds are gone."""
    tx.run(_STAY, node=node, now=tx.now)
    tx.run(_VOID, node=node, before=tx.now - lease)


def held_by(reader: Reader, organization_id: int, member_id: bytes) -> list[bytes]:
    """A member's conversations that are not done."""
    held = {"organization_id": organization_id, "member_id": member_id}
    return [row.id for status in sorted(ACTIVE) for row in reader.all(_Id, _HELD, status=status, **held)]


def left_behind(reader: Reader, organization_id: int, before: int, limit: int) -> list[LeftRow]:
    """Open conversations of agents who have been away since `before` or longer."""
    return reader.all(LeftRow, _LEFT, organization_id=organization_id, before=before, limit=limit)
