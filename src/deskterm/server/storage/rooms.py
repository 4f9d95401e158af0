"""Rows of rooms and of who is in them."""

import re
from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement

_ESCAPED = re.compile("[!%_]")


class RoomRow(NamedTuple):
    """What a conversation of kind `group` has beside it; `name` is its subject. `muted` is the reader.

    Into one that is `read_only` nobody writes, admins neither.
    """

    id: bytes
    name: str
    description: str | None
    everyone: int
    members: int
    muted: int
    read_only: int


class RoomMemberRow(NamedTuple):
    """A member in a room; customers are shown by their contact, as over their messages."""

    member_id: bytes
    kind: str
    id: bytes
    name: str
    role: str
    muted: int
    joined_at: int


class _Id(NamedTuple):
    id: bytes


_BY_ID = statement("""
    SELECT r.conversation_id, coalesce(c.subject, ''), r.description, r.everyone,
        (SELECT count(*) FROM participant p
            WHERE p.organization_id = r.organization_id AND p.conversation_id = r.conversation_id),
        coalesce((SELECT p.muted FROM participant p WHERE p.organization_id = r.organization_id
            AND p.conversation_id = r.conversation_id AND p.kind = 'member'
            AND p.participant_id = :reader_id), 0), r.read_only
    FROM room r JOIN conversation c ON c.organization_id = r.organization_id AND c.id = r.conversation_id
    WHERE r.organization_id = :organization_id AND r.conversation_id = :id""")
_INSERT = statement("""
    INSERT INTO room (organization_id, conversation_id, description, everyone, read_only)
    VALUES (:organization_id, :id, :description, :everyone, :read_only)""")
_UPDATE = statement("""
    UPDATE room SET description = :description, everyone = :everyone
    WHERE organization_id = :organization_id AND conversation_id = :id""")
_FOR_EVERYONE = statement("""
    SELECT conversation_id FROM room WHERE organization_id = :organization_id AND everyone = 1
    ORDER BY conversation_id""")
_LET_ALL_IN = statement("""
    INSERT INTO participant (organization_id, conversation_id, kind, participant_id, member_id, joined_at)
    SELECT m.organization_id, :id, 'member', m.id, m.id, :now FROM member m
    WHERE m.organization_id = :organization_id
    ON CONFLICT (organization_id, conversation_id, kind, participant_id) DO NOTHING""")
_LACKS = statement("""
    SELECT 1 FROM member m WHERE m.organization_id = :organization_id AND NOT EXISTS (
        SELECT 1 FROM participant p WHERE p.organization_id = m.organization_id
            AND p.conversation_id = :id AND p.kind = 'member' AND p.participant_id = m.id) LIMIT 1""")
_MEMBER = """
    SELECT m.id, CASE WHEN m.role = 'customer' THEN 'contact' ELSE 'agent' END,
        CASE WHEN m.role = 'customer' THEN coalesce(k.id, m.id) ELSE m.id END,
        u.name, m.role, p.muted, p.joined_at
    FROM participant p
    JOIN member m ON m.organization_id = p.organization_id AND m.id = p.member_id
    JOIN user_account u ON u.id = m.user_id
    LEFT JOIN contact k ON k.organization_id = m.organization_id AND k.user_id = m.user_id
    WHERE p.organization_id = :organization_id AND p.conversation_id = :id AND p.kind = 'member'"""
_MEMBER_BY_ID = statement(f"{_MEMBER} AND p.participant_id = :member_id")
_MEMBERS = f"""{_MEMBER} AND p.participant_id > :after AND m.disabled_at IS NULL
    AND lower(u.name) LIKE :name ESCAPE '!'"""
_ALL_MEMBERS = statement(f"{_MEMBERS} ORDER BY p.participant_id LIMIT :limit")
_CUSTOMERS = statement(f"{_MEMBERS} AND m.role = 'customer' ORDER BY p.participant_id LIMIT :limit")


def by_id(
    reader: Reader, organization_id: int, conversation_id: bytes, reader_id: bytes | None
) -> RoomRow | None:
    """The room with this id as the member `reader_id` has it."""
    return reader.one(
        RoomRow, _BY_ID, organization_id=organization_id, id=conversation_id, reader_id=reader_id
    )


def for_everyone(reader: Reader, organization_id: int) -> list[bytes]:
    """The rooms that whoever joins the organization is in."""
    return [each.id for each in reader.all(_Id, _FOR_EVERYONE, organization_id=organization_id)]


def insert(
    tx: Tx,
    organization_id: int,
    conversation_id: bytes,
    description: str | None,
    *,
    everyone: bool,
    read_only: bool = False,
) -> None:
    """Make a room of a conversation; into one that is `read_only` nobody writes."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=conversation_id,
        description=description,
        everyone=int(everyone),
        read_only=int(read_only),
    )


def update(
    tx: Tx, organization_id: int, conversation_id: bytes, description: str | None, *, everyone: bool
) -> None:
    """Write what a room has beside its conversation."""
    tx.run(
        _UPDATE,
        organization_id=organization_id,
        id=conversation_id,
        description=description,
        everyone=int(everyone),
    )


def let_all_in(tx: Tx, organization_id: int, conversation_id: bytes) -> None:
    """Let every member of the organization who is not in the room into it."""
    tx.run(_LET_ALL_IN, organization_id=organization_id, id=conversation_id, now=tx.now)


def lacks_somebody(reader: Reader, organization_id: int, conversation_id: bytes) -> bool:
    """Whether a member of the organization is not in the room."""
    return reader.value(_LACKS, organization_id=organization_id, id=conversation_id) is not None


def member(
    reader: Reader, organization_id: int, conversation_id: bytes, member_id: bytes
) -> RoomMemberRow | None:
    """One member of a room."""
    return reader.one(
        RoomMemberRow, _MEMBER_BY_ID, organization_id=organization_id, id=conversation_id, member_id=member_id
    )


def members(
    reader: Reader,
    organization_id: int,
    conversation_id: bytes,
    *,
    name: str,
    customers: bool,
    after: bytes,
    limit: int,
) -> list[RoomMemberRow]:
    """Who is in a room and has `name` in their name, by member id; `customers` leaves agents out."""
    escaped = _ESCAPED.sub(r"!\g<0>", name.lower())
    return reader.all(
        RoomMemberRow,
        _CUSTOMERS if customers else _ALL_MEMBERS,
        organization_id=organization_id,
        id=conversation_id,
        name=f"%{escaped}%",
        after=after,
        limit=limit,
    )
