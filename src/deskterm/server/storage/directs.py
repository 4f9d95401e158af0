"""Direct conversations by their two ends."""

from typing import NamedTuple

from deskterm.server.principal import Principal
from deskterm.server.storage.database import Reader, statement

_BY_PAIR = statement("""
    SELECT id FROM conversation WHERE organization_id = :organization_id AND pair_key = :pair_key""")


_OF = statement("""
    SELECT p.conversation_id FROM participant p
    JOIN conversation c ON c.organization_id = p.organization_id AND c.id = p.conversation_id
    WHERE p.organization_id = :organization_id AND p.participant_id = :participant_id AND c.kind = 'direct'
    ORDER BY p.conversation_id""")
_MET = statement("""
    WITH own AS (
        SELECT p.conversation_id FROM participant p
        WHERE p.organization_id = :organization_id AND p.participant_id IN (:member_id, :contact_id)
        UNION
        SELECT p.conversation_id FROM persona_operator o
        JOIN participant p ON p.organization_id = o.organization_id AND p.participant_id = o.persona_id
        WHERE o.organization_id = :organization_id AND o.member_id = :member_id)
    SELECT DISTINCT q.participant_id FROM own
    JOIN conversation c ON c.organization_id = :organization_id AND c.id = own.conversation_id
    JOIN participant q ON q.organization_id = c.organization_id AND q.conversation_id = c.id
    WHERE c.kind = 'direct' AND q.kind = 'contact'""")

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


def met(reader: Reader, principal: Principal) -> list[bytes]:
    """The contacts with whom somebody has one, themselves or as a persona that they operate."""
    found = reader.all(
        _Id,
        _MET,
        organization_id=principal.organization_id,
        member_id=principal.member_id,
        contact_id=principal.contact_id,
    )
    return [each.id for each in found]
