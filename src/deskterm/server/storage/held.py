"""Replies that are held: stored, and not out yet."""

from typing import Final, NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement

#: The longest hold there is. What is held for longer than that was written before the clock was set back,
#: and must not wait until that time comes again.
LONGEST_MS: Final = 120_000


class HeldRow(NamedTuple):
    """A reply whose time has come."""

    organization_id: int
    id: bytes


class _At(NamedTuple):
    created_at: int


_HELD = "held_until IS NOT NULL AND deleted_at IS NULL"
_DUE = statement(f"""
    SELECT organization_id, id FROM message WHERE {_HELD} AND (held_until <= :now OR held_until > :never)
    ORDER BY held_until, seq LIMIT :limit""")
_NEXT = statement(f"SELECT min(held_until) FROM message WHERE {_HELD}")
_RELEASE = statement("""
    UPDATE message SET seq = :seq, rev = :seq, created_at = :now, held_until = NULL
    WHERE organization_id = :organization_id AND id = :id""")
_FROM_CONTACT = statement("""
    SELECT created_at FROM message WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND seq > :seq AND author_kind = 'contact'
        AND deleted_at IS NULL
    ORDER BY seq LIMIT 1""")


def due(reader: Reader, now: int, limit: int) -> list[HeldRow]:
    """What is to go out by now, in the order it was promised."""
    return reader.all(HeldRow, _DUE, now=now, never=now + LONGEST_MS, limit=limit)


def is_due(reader: Reader, now: int) -> bool:
    """Whether anything is to go out by now."""
    found = next_due(reader)
    return found is not None and (found <= now or found > now + LONGEST_MS)


def next_due(reader: Reader) -> int | None:
    """When the next one goes out; None if none is held."""
    found: int | None = reader.value(_NEXT)
    return found


def release(tx: Tx, organization_id: int, message_id: bytes, seq: int) -> None:
    """Let a reply out: from now on it stands where and when it was let out."""
    tx.run(_RELEASE, organization_id=organization_id, id=message_id, seq=seq, now=tx.now)


def written_by_contact_after(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int
) -> int | None:
    """When the contact wrote first after `seq`; None if they did not."""
    row = reader.one(
        _At, _FROM_CONTACT, organization_id=organization_id, conversation_id=conversation_id, seq=seq
    )
    return None if row is None else row.created_at
