"""How far a conversation is read: the two cursors of support conversations and one per person elsewhere."""

from deskterm.server.storage.database import Reader, Tx, statement

#: Unread messages are counted up to here; more reads the same.
UNREAD_LIMIT = 1_000

_CONTACTS_AFTER = statement("""
    SELECT count(*) FROM (SELECT 1 FROM message m
        WHERE m.organization_id = :organization_id AND m.conversation_id = :conversation_id AND m.seq > :seq
            AND m.author_kind = 'contact' AND m.deleted_at IS NULL LIMIT :limit) found""")
_OTHERS_AFTER = statement("""
    SELECT count(*) FROM (SELECT 1 FROM message m
        WHERE m.organization_id = :organization_id AND m.conversation_id = :conversation_id AND m.seq > :seq
            AND m.visibility = 'public' AND m.kind <> 'activity' AND m.deleted_at IS NULL
            AND m.held_until IS NULL
            AND (m.author_id IS NULL OR m.author_id <> :reader_id) LIMIT :limit) found""")
_CURSOR = statement("""
    SELECT seq FROM read_cursor WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND reader_id = :reader_id""")
_SET_CURSOR = statement("""
    INSERT INTO read_cursor (organization_id, conversation_id, reader_id, seq)
    VALUES (:organization_id, :conversation_id, :reader_id, :seq)
    ON CONFLICT (organization_id, conversation_id, reader_id) DO UPDATE SET seq = excluded.seq""")


def from_contacts(reader: Reader, organization_id: int, conversation_id: bytes, seq: int) -> int:
    """How many messages contacts wrote after `seq`."""
    return int(
        reader.value(
            _CONTACTS_AFTER,
            organization_id=organization_id,
            conversation_id=conversation_id,
            seq=seq,
            limit=UNREAD_LIMIT,
        )
    )


def from_others(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int, reader_id: bytes
) -> int:
    """How many public messages somebody else than the reader wrote after `seq`."""
    return int(
        reader.value(
            _OTHERS_AFTER,
            organization_id=organization_id,
            conversation_id=conversation_id,
            seq=seq,
            reader_id=reader_id,
            limit=UNREAD_LIMIT,
        )
    )


def cursor(reader: Reader, organization_id: int, conversation_id: bytes, reader_id: bytes) -> int:
    """How far a person has read a direct, group or personal conversation; 0 = nothing."""
    return int(
        reader.value(
            _CURSOR, organization_id=organization_id, conversation_id=conversation_id, reader_id=reader_id
        )
        or 0
    )


def set_cursor(tx: Tx, organization_id: int, conversation_id: bytes, reader_id: bytes, seq: int) -> None:
    """Write how far a person has read."""
    tx.run(
        _SET_CURSOR,
        organization_id=organization_id,
        conversation_id=conversation_id,
        reader_id=reader_id,
        seq=seq,
    )
