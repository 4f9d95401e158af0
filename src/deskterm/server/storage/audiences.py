"""What decides who is told of a change in a conversation, read once for many receivers."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, statement


class AudienceRow(NamedTuple):
    """A conversation as far as permission goes."""

    kind: str
    contact_id: bytes | None
    assignee_id: bytes | None
    persona_id: bytes | None


class _Person(NamedTuple):
    id: bytes


_CONVERSATION = statement("""
    SELECT kind, contact_id, assignee_id, persona_id FROM conversation
    WHERE organization_id = :organization_id AND id = :conversation_id AND merged_into IS NULL""")
_KIND = statement("""
    SELECT kind FROM conversation WHERE organization_id = :organization_id AND id = :conversation_id""")
_PARTICIPANTS = statement("""
    SELECT p.participant_id FROM participant p
    WHERE p.organization_id = :organization_id AND p.conversation_id = :conversation_id
        AND p.kind <> 'persona'""")
_OPERATORS = statement("""
    SELECT o.member_id FROM participant p
    JOIN persona_operator o ON o.organization_id = p.organization_id AND o.persona_id = p.participant_id
    WHERE p.organization_id = :organization_id AND p.conversation_id = :conversation_id
        AND p.kind = 'persona'""")


def conversation(reader: Reader, organization_id: int, conversation_id: bytes) -> AudienceRow | None:
    """The conversation's row, or None if there is none."""
    return reader.one(
        AudienceRow, _CONVERSATION, organization_id=organization_id, conversation_id=conversation_id
    )


def kind(reader: Reader, organization_id: int, conversation_id: bytes) -> str | None:
    """What the conversation is for, or None if there is none."""
    found: str | None = reader.value(_KIND, organization_id=organization_id, conversation_id=conversation_id)
    return found


def participants(reader: Reader, organization_id: int, conversation_id: bytes) -> frozenset[bytes]:
    """The members and contacts who take part in person."""
    rows = reader.all(
        _Person, _PARTICIPANTS, organization_id=organization_id, conversation_id=conversation_id
    )
    return frozenset(row.id for row in rows)


def operators(reader: Reader, organization_id: int, conversation_id: bytes) -> frozenset[bytes]:
    """The members who operate a persona that takes part."""
    rows = reader.all(_Person, _OPERATORS, organization_id=organization_id, conversation_id=conversation_id)
    return frozenset(row.id for row in rows)
