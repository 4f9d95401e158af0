"""What stands over a direct conversation or a room: who is at the other side, and whether they are there."""

from datetime import datetime

from textual.app import App
from textual.color import Color

from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Kind, Presence
from deskterm.screens.direct.sides import label_of, other_here, other_side, takes_part
from deskterm.text.words import later, tr, trn
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.conversations.facts import seen_words
from deskterm.widgets.face import face_style, initials
from deskterm.widgets.paint import Part

PRESENCE_WORDS = {
    Presence.ONLINE: later("online"),
    Presence.AWAY: later("away"),
    Presence.OFFLINE: later("not here"),
}


def heading(
    conversation: Conversation, replica: Replica, app: App[object], background: Color, now: datetime
) -> tuple[list[Part], list[Part]]:
    """The words at both ends of the frame: the participant with their face, and their presence."""
    if conversation.kind is Kind.GROUP:
        room = replica.rooms.get(conversation.id)
        count = trn("{count} person", "{count} people", room.member_count) if room else ""
        return [("# ", "$author-persona bold"), (conversation.subject or tr("Room"), "bold")], [
            (count, "$muted")
        ]
    name = label_of(conversation, replica.own_ids)
    persona = conversation.persona
    other = other_side(conversation, replica.own_ids)
    mine = persona is not None and (other is None or other.id != persona.id)
    person = initials(other.name if other else name)
    face = person if mine or persona is None else persona.initials or person
    color = None if mine or persona is None else persona.color
    left: list[Part] = [(face, face_style(app, color, background)), " ", (name, "bold")]
    if mine and persona is not None:
        left += [(" ⇄ ", "$muted"), (f"◆ {persona.name}", face_style(app, persona.color, background))]
    elif persona is not None and persona.title:
        left.append((f" · {persona.title}", "$muted"))
    return left, _presence(conversation, replica, now)


def _presence(conversation: Conversation, replica: Replica, now: datetime) -> list[Part]:
    presence = presence_of(conversation, replica)
    if presence is None:
        return []
    seen = conversation.contact.last_seen_at if conversation.contact else None
    words = tr(PRESENCE_WORDS[presence])
    if presence is Presence.OFFLINE and seen is not None:
        words = seen_words(seen, now)
    return [PRESENCE_MARKS[presence], (f" {words}", "$muted")]


def presence_of(conversation: Conversation, replica: Replica) -> Presence | None:
    """Whether the other side is there: a person, or one of those behind a persona; None if nobody knows.

    An admin who looks at a conversation of two others is at neither side.
    """
    other = other_side(conversation, replica.own_ids)
    if other is None or (conversation.persona is None and not takes_part(conversation, replica.own_ids)):
        return None
    return other_here(other, replica.roster)
