"""Rows of messages as they change: edits with what was there before, deletions, previews after them."""

from deskterm.server.storage.database import Reader, Tx, statement
from deskterm.server.storage.messages import MessageRow

_FIRST_BODY = statement("""
    SELECT body FROM message_edit WHERE organization_id = :organization_id AND message_id = :id
    ORDER BY edited_at LIMIT 1""")
_KEEP_EDIT = statement("""
    INSERT INTO message_edit (organization_id, message_id, edited_at, editor_id, body)
    VALUES (:organization_id, :id, :now, :editor_id, :body)
    ON CONFLICT (organization_id, message_id, edited_at) DO NOTHING""")
_EDIT = statement("""
    UPDATE message SET body = :body, rev = :rev, edited_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_DELETE = statement("""
    UPDATE message SET body = '', rev = :rev, deleted_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_RESTORE = statement("""
    UPDATE message SET body = :body, rev = :rev, deleted_at = NULL,
        edited_at = CASE WHEN :body = (
            SELECT body FROM message_edit WHERE organization_id = :organization_id AND message_id = :id
            ORDER BY edited_at DESC LIMIT 1) THEN edited_at ELSE :now END
    WHERE organization_id = :organization_id AND id = :id""")
_LAST_BODY = statement("""
    SELECT body FROM message WHERE organization_id = :organization_id AND conversation_id = :conversation_id
        AND kind <> 'activity' AND deleted_at IS NULL AND id <> :id ORDER BY seq DESC LIMIT 1""")
_LAST_PUBLIC_BODY = statement("""
    SELECT body FROM public_message WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND kind <> 'activity' AND deleted_at IS NULL AND id <> :id
    ORDER BY seq DESC LIMIT 1""")
_NEWER = statement("""
    SELECT 1 FROM message WHERE organization_id = :organization_id AND conversation_id = :conversation_id
        AND seq > :seq AND kind <> 'activity' AND deleted_at IS NULL LIMIT 1""")
_PUBLIC_NEWER = statement("""
    SELECT 1 FROM public_message WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND seq > :seq AND kind <> 'activity' AND deleted_at IS NULL
    LIMIT 1""")


def body_as_sent(reader: Reader, organization_id: int, row: MessageRow) -> str:
    """The body before any edit or deletion."""
    if row.edited_at is None and row.deleted_at is None:
        return row.body
    first: str | None = reader.value(_FIRST_BODY, organization_id=organization_id, id=row.id)
    return row.body if first is None else first


def keep_body(tx: Tx, organization_id: int, row: MessageRow, editor_id: bytes) -> None:
    """Keep the body as it is before it changes."""
    tx.run(
        _KEEP_EDIT,
        organization_id=organization_id,
        id=row.id,
        now=tx.now,
        editor_id=editor_id,
        body=row.body,
    )


def edit(tx: Tx, organization_id: int, message_id: bytes, body: str, rev: int) -> None:
    """Give a message another body."""
    tx.run(_EDIT, organization_id=organization_id, id=message_id, body=body, rev=rev, now=tx.now)


def delete(tx: Tx, organization_id: int, message_id: bytes, rev: int) -> None:
    """Empty a message and mark it deleted."""
    tx.run(_DELETE, organization_id=organization_id, id=message_id, rev=rev, now=tx.now)


def restore(tx: Tx, organization_id: int, message_id: bytes, body: str, rev: int) -> None:
    """Bring a deleted message back; with another body than it had, it counts as edited."""
    tx.run(_RESTORE, organization_id=organization_id, id=message_id, body=body, rev=rev, now=tx.now)


def last_body_without(
    reader: Reader, organization_id: int, conversation_id: bytes, message_id: bytes, *, public: bool
) -> str | None:
    """The body of the last message but `message_id`, for previews."""
    found: str | None = reader.value(
        _LAST_PUBLIC_BODY if public else _LAST_BODY,
        organization_id=organization_id,
        conversation_id=conversation_id,
        id=message_id,
    )
    return found


def is_last(reader: Reader, organization_id: int, conversation_id: bytes, seq: int, *, public: bool) -> bool:
    """Whether no message that a preview would show comes after `seq`."""
    found = reader.value(
        _PUBLIC_NEWER if public else _NEWER,
        organization_id=organization_id,
        conversation_id=conversation_id,
        seq=seq,
    )
    return found is None
