"""Who is at which side of a direct conversation or a room, from where the reader stands. Pure."""

from collections.abc import Collection
from typing import Final

from deskterm.client.replica.roster import Roster
from deskterm.protocol.records import AuthorKind, Conversation, Kind, Participant, Presence
from deskterm.text.words import tr

DIRECT: Final = frozenset({Kind.DIRECT, Kind.GROUP})


def takes_part(conversation: Conversation, own: Collection[str]) -> bool:
    """Whether a direct conversation or a room is one's own, not only in one's sight."""
    return any(each.id in own for each in conversation.participants)


def other_side(conversation: Conversation, own: Collection[str]) -> Participant | None:
    """Whom a direct conversation is with; None in rooms."""
    if conversation.kind is not Kind.DIRECT:
        return None
    others = [each for each in conversation.participants if each.id not in own]
    return others[0] if others else None


def other_here(other: Participant, roster: Roster) -> Presence | None:
    """Whether somebody at the other side is there: a person, or one of those behind a persona; None if nobody
    knows."""
    if other.kind is AuthorKind.AGENT:
        known = roster.members.get(other.id)
        return known.presence if known else None
    if other.kind is AuthorKind.CONTACT:
        return Presence.ONLINE if roster.is_here(other.id) else Presence.OFFLINE
    persona = roster.personas.get(other.id)
    if persona is not None and persona.online is not None:
        return Presence.ONLINE if persona.online else Presence.OFFLINE
    if persona is None or not persona.operator_ids:
        return None
    presences = {roster.presence(each) for each in persona.operator_ids}
    return next(each for each in Presence if each in presences)


def face_color(conversation: Conversation) -> str:
    """The colour of the persona that a direct conversation is with."""
    return (conversation.persona.color if conversation.persona else None) or ""


def label_of(conversation: Conversation, own: Collection[str]) -> str:
    """What a room or a direct conversation is called; of two others, both."""
    if conversation.kind is Kind.GROUP:
        return conversation.subject or tr("Room")
    if conversation.persona is None and not takes_part(conversation, own) and conversation.participants:
        return " ⇄ ".join(each.name for each in conversation.participants)
    other = other_side(conversation, own)
    return (
        other.name if other else conversation.persona.name if conversation.persona else tr("Direct message")
    )
