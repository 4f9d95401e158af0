"""Direct conversations by their two ends."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, statement

_BY_PAIR = statement("""
    SELECT id FROM conversation WHERE organization_id = :organization_id AND pair_key = :pair_key""")


_WITH_PERSONA = statement("""
    SELECT p.conversation_id FROM participant p
    JOIN conversation c ON c.organization_id = p.organization_id AND c.id = p.conversation_id
    WHERE p.organization_id = :organization_id AND p.participant_id = :persona_id AND c.kind = 'direct'
    ORDER BY p.conversation_id""")


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


def with_persona(reader: Reader, organization_id: int, persona_id: bytes) -> list[bytes]:
    """The conversations that a persona has."""
    found = reader.all(_Id, _WITH_PERSONA, organization_id=organization_id, persona_id=persona_id)
    return [each.id for each in found]
