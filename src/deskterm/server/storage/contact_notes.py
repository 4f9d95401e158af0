"""Rows of notes about contacts."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class ContactNoteRow(NamedTuple):
    """What an agent wrote about a contact."""

    id: bytes
    contact_id: bytes
    author_id: bytes | None
    author_name: str | None
    body: str
    created_at: int
    deleted_at: int | None


_SELECT = """
    SELECT n.id, n.contact_id, n.author_id, u.name, n.body, n.created_at, n.deleted_at
    FROM contact_note n
    LEFT JOIN member m ON m.organization_id = n.organization_id AND m.id = n.author_id
    LEFT JOIN user_account u ON u.id = m.user_id
    WHERE n.organization_id = :organization_id AND n.contact_id = :contact_id"""
_OF = statement(f"{_SELECT} AND n.deleted_at IS NULL AND n.id < :before ORDER BY n.id DESC LIMIT :limit")
_BY_ID = statement(f"{_SELECT} AND n.id = :id")
_INSERT = statement("""
    INSERT INTO contact_note (organization_id, id, contact_id, author_id, body, created_at)
    VALUES (:organization_id, :id, :contact_id, :author_id, :body, :now)""")
_DELETE = statement("""
    UPDATE contact_note SET body = '', deleted_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_MOVE = statement("""
    UPDATE contact_note SET contact_id = :into
    WHERE organization_id = :organization_id AND contact_id = :contact_id""")


def of(
    reader: Reader, organization_id: int, contact_id: bytes, *, before: bytes, limit: int
) -> list[ContactNoteRow]:
    """The notes about a contact, newest first."""
    return reader.all(
        ContactNoteRow,
        _OF,
        organization_id=organization_id,
        contact_id=contact_id,
        before=before,
        limit=limit,
    )


def by_id(reader: Reader, organization_id: int, contact_id: bytes, note_id: bytes) -> ContactNoteRow | None:
    """A note about this contact, deleted or not."""
    return reader.one(
        ContactNoteRow, _BY_ID, organization_id=organization_id, contact_id=contact_id, id=note_id
    )


def insert(
    tx: Tx, organization_id: int, *, note_id: bytes, contact_id: bytes, author_id: bytes | None, body: str
) -> None:
    """Keep a note."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=note_id,
        contact_id=contact_id,
        author_id=author_id,
        body=body,
        now=tx.now,
    )


def delete(tx: Tx, organization_id: int, note_id: bytes) -> None:
    """Empty a note; only that there was one stays."""
    tx.run(_DELETE, organization_id=organization_id, id=note_id, now=tx.now)


def move(tx: Tx, organization_id: int, contact_id: bytes, into: bytes) -> None:
    """Let the notes about one contact be about another."""
    tx.run(_MOVE, organization_id=organization_id, contact_id=contact_id, into=into)
