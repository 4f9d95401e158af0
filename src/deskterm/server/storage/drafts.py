"""Rows of drafts. Every statement names the author: nobody else's text is ever read."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class DraftRow(NamedTuple):
    """A text that its author has not sent yet; an empty one was sent or thrown away."""

    visibility: str
    body: str
    blanks: str  # JSON
    rev: int
    updated_at: int


_OF = (
    """organization_id = :organization_id AND author_id = :author_id AND conversation_id = :conversation_id"""
)
_ALL = statement(f"SELECT visibility, body, blanks, rev, updated_at FROM draft WHERE {_OF}")
_PUT = statement("""
    INSERT INTO draft (organization_id, author_id, conversation_id, visibility, body, blanks, rev, updated_at)
    VALUES (:organization_id, :author_id, :conversation_id, :visibility, :body, :blanks, :rev, :now)
    ON CONFLICT (organization_id, author_id, conversation_id, visibility)
    DO UPDATE SET body = excluded.body, blanks = excluded.blanks, rev = excluded.rev,
        updated_at = excluded.updated_at""")
_FORGET = statement("DELETE FROM draft WHERE body = '' AND updated_at <= :before")


def of(reader: Reader, organization_id: int, author_id: bytes, conversation_id: bytes) -> dict[str, DraftRow]:
    """What the author has not sent yet in a conversation, by visibility."""
    rows = reader.all(
        DraftRow, _ALL, organization_id=organization_id, author_id=author_id, conversation_id=conversation_id
    )
    return {row.visibility: row for row in rows}


def put(
    tx: Tx,
    organization_id: int,
    author_id: bytes,
    conversation_id: bytes,
    visibility: str,
    *,
    body: str,
    blanks: str,
    rev: int,
) -> None:
    """Keep a text in the place of the one before."""
    tx.run(
        _PUT,
        organization_id=organization_id,
        author_id=author_id,
        conversation_id=conversation_id,
        visibility=visibility,
        body=body,
        blanks=blanks,
        rev=rev,
        now=tx.now,
    )


def forget_empty(tx: Tx, before: int) -> None:
    """Let go of those that were thrown away so long ago that every device knows."""
    tx.run(_FORGET, before=before)
