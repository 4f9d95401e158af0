"""Direct conversations by their two ends."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, statement

_BY_PAIR = statement("""
    SELECT id FROM conversation WHERE organization_id = :organization_id AND pair_key = :pair_key""")


_OF = statement("""
    SELECT p.conversation_id FROM participant p
    JOIN conversation c ON c.organization_id = p.organization_id AND c.id = p.conversation_id
    WHERE p.organization_id = :organization_id AND p.participant_id = :participant_id AND c.kind = 'direct'
    ORDER BY p.conversation_id""")
# The order is given: a planner takes all participants of a small organization for the shorter way.
_MET = statement("""
    SELECT q.participant_id FROM participant p CROSS JOIN conversation c CROSS JOIN participant q
    WHERE p.organization_id = :organization_id AND p.participant_id = :participant_id
        AND c.organization_id = p.organization_id AND c.id = p.conversation_id AND c.kind = 'direct'
        AND q.organization_id = c.organization_id AND q.conversation_id = c.id AND q.kind = 'contact'
        AND q.participant_id <> p.participant_id""")
_CONTACTS = statement("""
    SELECT p.participant_id FROM participant p
    JOIN conversation c ON c.organization_id = p.organization_id AND c.id = p.conversation_id
    WHERE p.organization_id = :organization_id AND p.conversation_id = :conversation_id
        AND p.kind = 'contact' AND c.kind = 'direct'""")


class _Id(NamedTuple):
    id: bytes


class End(NamedTuple):
    """One side of a direct conversation: a member, a contact or a persona."""

    kind: str
    id: bytes

    @property
    def is_person(self) -> bool:
        """Whether somebody is there under their own name."""
        return self.kind != "persona"


def pair_key(one: End, other: End) -> str:
    """The same text for the same two, in whichever order; an index lets there be one conversation of it."""
    return "|".join(sorted(f"{end.kind}:{end.id.hex()}" for end in (one, other)))


def between(reader: Reader, organization_id: int, one: End, other: End) -> bytes | None:
    """The conversation of these two."""
    found: bytes | None = reader.value(
        _BY_PAIR, organization_id=organization_id, pair_key=pair_key(one, other)
    )
    return found


def of(reader: Reader, organization_id: int, participant_id: bytes) -> list[bytes]:
    """The conversations that a person or a persona has."""
    found = reader.all(_Id, _OF, organization_id=organization_id, participant_id=participant_id)
    return [each.id for each in found]


def contacts_in(reader: Reader, organization_id: int, conversation_id: bytes) -> list[bytes]:
    """The contacts in a direct conversation; nobody in another one."""
    found = reader.all(_Id, _CONTACTS, organization_id=organization_id, conversation_id=conversation_id)
    return [each.id for each in found]


def met(reader: Reader, organization_id: int, participant_id: bytes) -> list[bytes]:
    """The contacts with whom a person or a persona has one."""
    found = reader.all(_Id, _MET, organization_id=organization_id, participant_id=participant_id)
    return [each.id for each in found]
