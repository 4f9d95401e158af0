"""Since when a contact waits for an answer, and since when an agent answers, as their messages tell."""

from deskterm.server.storage.database import Reader, statement

_SINCE = statement("""
    SELECT min(created_at) FROM message
    WHERE organization_id = :organization_id AND conversation_id = :conversation_id
        AND author_kind = 'contact' AND deleted_at IS NULL AND seq > coalesce((
            SELECT max(seq) FROM message
            WHERE organization_id = :organization_id AND conversation_id = :conversation_id
                AND author_kind = 'agent' AND visibility = 'public' AND held_until IS NULL
                AND deleted_at IS NULL), 0)""")

_FIRST_REPLY = statement("""
    SELECT min(created_at) FROM message
    WHERE organization_id = :organization_id AND conversation_id = :conversation_id
        AND author_kind = 'agent' AND author_id = :author_id AND visibility = 'public'
        AND held_until IS NULL AND deleted_at IS NULL""")


def waiting_since(reader: Reader, organization_id: int, conversation_id: bytes) -> int | None:
    """When the contact first wrote what no agent has answered; None if all is answered."""
    found: int | None = reader.value(_SINCE, organization_id=organization_id, conversation_id=conversation_id)
    return found


def first_reply_of(
    reader: Reader, organization_id: int, conversation_id: bytes, member_id: bytes
) -> int | None:
    """When an agent first answered the contact there; None if they never did."""
    found: int | None = reader.value(
        _FIRST_REPLY, organization_id=organization_id, conversation_id=conversation_id, author_id=member_id
    )
    return found
