"""Rows of who takes part in direct conversations and rooms."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class _Id(NamedTuple):
    id: bytes


_INSERT = statement("""
    INSERT INTO participant (organization_id, conversation_id, kind, participant_id, member_id, contact_id,
        persona_id, joined_at)
    VALUES (:organization_id, :conversation_id, :kind, :id, :member_id, :contact_id, :persona_id, :now)""")
_REMOVE = statement("""
    DELETE FROM participant WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND kind = 'member' AND participant_id = :member_id""")
_MUTE = statement("""
    UPDATE participant SET muted = :muted WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND kind = 'member' AND participant_id = :member_id""")
_IN_PERSON = statement("""
    SELECT 1 FROM participant WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND kind <> 'persona'
        AND participant_id IN (:member_id, :contact_id)""")
_COUNT = statement("""
    SELECT count(*) FROM participant
    WHERE organization_id = :organization_id AND conversation_id = :conversation_id""")
_DIRECT = statement("""
    SELECT count(*) FROM participant p
    JOIN conversation c ON c.organization_id = p.organization_id AND c.id = p.conversation_id
    LEFT JOIN persona q ON q.organization_id = c.organization_id AND q.id = c.persona_id
    WHERE p.organization_id = :organization_id AND p.participant_id = :id AND c.kind = 'direct'
        AND c.archived_at IS NULL AND q.retired_at IS NULL""")
_SHARED = statement("""
    SELECT 1 FROM participant a
    JOIN participant b ON b.organization_id = a.organization_id AND b.conversation_id = a.conversation_id
    JOIN conversation c ON c.organization_id = a.organization_id AND c.id = a.conversation_id
    WHERE a.organization_id = :organization_id AND a.participant_id = :member_id
        AND b.participant_id = :other_id AND c.kind = 'group' AND c.archived_at IS NULL LIMIT 1""")
_OF_PERSON = statement("""
    SELECT p.conversation_id FROM participant p
    WHERE p.organization_id = :organization_id AND p.participant_id IN (:member_id, :contact_id)
    ORDER BY p.conversation_id""")
_AROUND = statement("""
    SELECT p.participant_id FROM participant p WHERE p.organization_id = :organization_id
        AND p.conversation_id = :conversation_id AND p.kind = 'member'
    UNION
    SELECT o.member_id FROM participant p JOIN persona_operator o
        ON o.organization_id = p.organization_id AND o.persona_id = p.participant_id
    WHERE p.organization_id = :organization_id
        AND p.conversation_id = :conversation_id AND p.kind = 'persona'""")


def add(tx: Tx, organization_id: int, conversation_id: bytes, kind: str, id_: bytes) -> None:
    """Let a member, contact or persona take part."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        conversation_id=conversation_id,
        kind=kind,
        id=id_,
        member_id=id_ if kind == "member" else None,
        contact_id=id_ if kind == "contact" else None,
        persona_id=id_ if kind == "persona" else None,
        now=tx.now,
    )


def add_member(tx: Tx, organization_id: int, conversation_id: bytes, member_id: bytes) -> None:
    """Let a member take part."""
    add(tx, organization_id, conversation_id, "member", member_id)


def remove_member(tx: Tx, organization_id: int, conversation_id: bytes, member_id: bytes) -> None:
    """Let a member take part no more."""
    tx.run(_REMOVE, organization_id=organization_id, conversation_id=conversation_id, member_id=member_id)


def mute(tx: Tx, organization_id: int, conversation_id: bytes, member_id: bytes, *, muted: bool) -> None:
    """Keep a member of a room from writing, or let them write again."""
    tx.run(
        _MUTE,
        organization_id=organization_id,
        conversation_id=conversation_id,
        member_id=member_id,
        muted=int(muted),
    )


def is_in_person(
    reader: Reader,
    organization_id: int,
    conversation_id: bytes,
    *,
    member_id: bytes | None,
    contact_id: bytes | None,
) -> bool:
    """Whether somebody takes part under their own name."""
    found = reader.value(
        _IN_PERSON,
        organization_id=organization_id,
        conversation_id=conversation_id,
        member_id=member_id,
        contact_id=contact_id,
    )
    return found is not None


def count(reader: Reader, organization_id: int, conversation_id: bytes) -> int:
    """How many take part."""
    return int(reader.value(_COUNT, organization_id=organization_id, conversation_id=conversation_id))


def count_direct(reader: Reader, organization_id: int, id_: bytes) -> int:
    """In how many direct conversations a person takes part; those with retired personas do not count."""
    return int(reader.value(_DIRECT, organization_id=organization_id, id=id_))


def share_room(reader: Reader, organization_id: int, member_id: bytes, other_id: bytes) -> bool:
    """Whether two members are in one room."""
    found = reader.value(_SHARED, organization_id=organization_id, member_id=member_id, other_id=other_id)
    return found is not None


def conversations_of(
    reader: Reader, organization_id: int, *, member_id: bytes | None, contact_id: bytes | None
) -> list[bytes]:
    """The direct conversations and rooms where somebody takes part under their own name."""
    found = reader.all(
        _Id, _OF_PERSON, organization_id=organization_id, member_id=member_id, contact_id=contact_id
    )
    return list(dict.fromkeys(each.id for each in found))


def members_around(reader: Reader, organization_id: int, conversation_id: bytes) -> list[bytes]:
    """The members who take part, themselves or as a persona that they operate."""
    values = {"organization_id": organization_id, "conversation_id": conversation_id}
    return [each.id for each in reader.all(_Id, _AROUND, **values)]
