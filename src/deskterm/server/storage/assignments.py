"""Rows of the assignment history: who got a conversation, from whom, why."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class AssignmentRow(NamedTuple):
    """One change of the assignee, with the names of both."""

    id: bytes
    conversation_id: bytes
    assignee_id: bytes | None
    assignee_name: str | None
    assigned_by: bytes | None
    assigned_by_name: str | None
    reason: str
    explanation: str | None
    at: int
    seq: int


_SELECT = """
    SELECT a.id, a.conversation_id, a.assignee_id, u.name, a.assigned_by, v.name, a.reason, a.explanation,
        a.at, a.seq
    FROM assignment a
    LEFT JOIN member m ON m.organization_id = a.organization_id AND m.id = a.assignee_id
    LEFT JOIN user_account u ON u.id = m.user_id
    LEFT JOIN member n ON n.organization_id = a.organization_id AND n.id = a.assigned_by
    LEFT JOIN user_account v ON v.id = n.user_id
    WHERE a.organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND a.id = :id")
_HISTORY = statement(f"""{_SELECT} AND a.conversation_id = :conversation_id AND a.seq < :before
    ORDER BY a.seq DESC LIMIT :limit""")
_INSERT = statement("""
    INSERT INTO assignment (organization_id, id, conversation_id, assignee_id, assigned_by, reason,
        explanation, at, seq)
    VALUES (:organization_id, :id, :conversation_id, :assignee_id, :assigned_by, :reason,
        :explanation, :now, :seq)""")


def by_id(reader: Reader, organization_id: int, assignment_id: bytes) -> AssignmentRow | None:
    """The entry with this id."""
    return reader.one(AssignmentRow, _BY_ID, organization_id=organization_id, id=assignment_id)


def history(
    reader: Reader, organization_id: int, conversation_id: bytes, *, before: int, limit: int
) -> list[AssignmentRow]:
    """The entries of a conversation before the log position, newest first."""
    return reader.all(
        AssignmentRow,
        _HISTORY,
        organization_id=organization_id,
        conversation_id=conversation_id,
        before=before,
        limit=limit,
    )


def insert(
    tx: Tx,
    organization_id: int,
    *,
    assignment_id: bytes,
    conversation_id: bytes,
    assignee_id: bytes | None,
    assigned_by: bytes | None,
    reason: str,
    explanation: str | None,
    seq: int,
) -> None:
    """Add an entry."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=assignment_id,
        conversation_id=conversation_id,
        assignee_id=assignee_id,
        assigned_by=assigned_by,
        reason=reason,
        explanation=explanation,
        seq=seq,
        now=tx.now,
    )
