"""Rows of tickets. Status, priority, assignee and contact are the conversation's and read from there."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class TicketRow(NamedTuple):
    """A ticket with what it takes from its conversation.

    `rev` and `updated_at` are the later ones of both, since a change of either changes what a reader sees.
    """

    id: bytes
    conversation_id: bytes
    number: int
    subject: str
    description: str
    status: str
    priority: int
    assignee_id: bytes | None
    assignee_name: str | None
    contact_id: bytes | None
    contact_kind: str | None
    contact_lead_status: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    contact_company: str | None
    contact_last_seen_at: int | None
    rev: int
    created_at: int
    updated_at: int


_SELECT = """
    SELECT t.id, t.conversation_id, c.number, t.subject, t.description, c.status, c.priority,
        c.assignee_id, u.name,
        k.id, k.kind, k.lead_status, coalesce(k.name, 'Visitor ' || k.visitor_number), k.email, k.phone,
        k.company, k.last_seen_at,
        CASE WHEN c.rev > t.rev THEN c.rev ELSE t.rev END, t.created_at,
        CASE WHEN c.updated_at > t.updated_at THEN c.updated_at ELSE t.updated_at END
    FROM ticket t
    JOIN conversation c ON c.organization_id = t.organization_id AND c.id = t.conversation_id
    LEFT JOIN contact k ON k.organization_id = c.organization_id AND k.id = c.contact_id
    LEFT JOIN member m ON m.organization_id = c.organization_id AND m.id = c.assignee_id
    LEFT JOIN user_account u ON u.id = m.user_id
    WHERE t.organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND t.id = :id")
_BY_CONVERSATION = statement(f"{_SELECT} AND t.conversation_id = :conversation_id")
_INSERT = statement("""
    INSERT INTO ticket (organization_id, id, conversation_id, subject, description, rev,
        created_at, updated_at)
    VALUES (:organization_id, :id, :conversation_id, :subject, :description, :rev, :now, :now)""")
_EXISTS = statement("""
    SELECT 1 FROM ticket WHERE organization_id = :organization_id AND conversation_id = :conversation_id""")
_UPDATE = statement("""
    UPDATE ticket SET subject = :subject, description = :description, rev = :rev, updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")


def by_id(reader: Reader, organization_id: int, ticket_id: bytes) -> TicketRow | None:
    """The ticket with this id, whoever may see it."""
    return reader.one(TicketRow, _BY_ID, organization_id=organization_id, id=ticket_id)


def exists(reader: Reader, organization_id: int, conversation_id: bytes) -> bool:
    """Whether the conversation has its ticket."""
    found = reader.value(_EXISTS, organization_id=organization_id, conversation_id=conversation_id)
    return found is not None


def by_conversation(reader: Reader, organization_id: int, conversation_id: bytes) -> TicketRow | None:
    """The ticket of a conversation."""
    return reader.one(
        TicketRow, _BY_CONVERSATION, organization_id=organization_id, conversation_id=conversation_id
    )


def insert(
    tx: Tx,
    organization_id: int,
    *,
    ticket_id: bytes,
    conversation_id: bytes,
    subject: str,
    description: str,
    rev: int,
) -> None:
    """Make the ticket of a conversation."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=ticket_id,
        conversation_id=conversation_id,
        subject=subject,
        description=description,
        rev=rev,
        now=tx.now,
    )


def update(
    tx: Tx, organization_id: int, ticket_id: bytes, *, subject: str, description: str, rev: int
) -> None:
    """Write the ticket's own fields."""
    tx.run(
        _UPDATE,
        organization_id=organization_id,
        id=ticket_id,
        subject=subject,
        description=description,
        rev=rev,
        now=tx.now,
    )
