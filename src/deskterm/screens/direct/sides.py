"""Who is at which side of a direct conversation or a room, from where the reader stands. Pure."""

from collections.abc import Collection
from typing import Final

from deskterm.protocol.records import Conversation, Kind, Participant
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


def face_color(conversation: Conversation) -> str:
    """The colour of the persona that a direct conversation is with."""
    return (conversation.persona.color if conversation.persona else None) or ""


def label_of(conversation: Conversation, own: Collection[str]) -> str:
    """What a room or a direct conversation is called."""
    if conversation.kind is Kind.GROUP:
        return conversation.subject or tr("Room")
    other = other_side(conversation, own)
    return (
        other.name if other else conversation.persona.name if conversation.persona else tr("Direct message")
    )
