"""The rows of the lists of places: a heading for rooms, one for direct messages. Pure."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from deskterm.protocol.records import Conversation, Kind, Persona, Presence
from deskterm.screens.direct.sides import face_color, label_of, other_side
from deskterm.text.words import tr
from deskterm.widgets.chrome.places import Heading, Place, Row
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.conversations.row import is_over
from deskterm.widgets.face import initials
from deskterm.widgets.paint import Part

#: The id of Help & Support, whichever request is active.
HELP: Final = "help"
_ONLINE: Final[dict[bool | None, Part]] = {
    True: PRESENCE_MARKS[Presence.ONLINE],
    False: PRESENCE_MARKS[Presence.OFFLINE],
}
_UNKNOWN: Final[Mapping[str, Presence | None]] = MappingProxyType({})
#: Stands where somebody types.
TYPING: Final[Part] = ("…", "$muted")
#: Seconds after which that is over.
TYPING_LASTS: Final = 6.5
#: The face of every room.
ROOM: Final = "#"


def heading_rows(
    others: Iterable[Conversation],
    own: Collection[str],
    support: Persona | None,
    unread: int,
    drafts: Collection[str],
    support_id: str | None,
    online: bool | None = None,
    typing: Collection[str] = (),
    presences: Mapping[str, Presence | None] = _UNKNOWN,
) -> list[Row]:
    """What a customer has: Help & Support first, with `unread` there, then `others` under their headings.

    `online` tells whether somebody of support is there, as far as that is known, `typing` in which
    conversations somebody types, `presences` who is there at the other side of each.
    """
    face = (support.initials if support else None) or "?"
    note = "✎" if support_id in drafts else ""
    mark = TYPING if support_id in typing else _ONLINE.get(online, "") if unread == 0 else ""
    first = Place(HELP, tr("Help & Support"), face, support.color if support else None, mark, unread, note)
    rooms: list[Place] = []
    directs: list[Place] = []
    for each in others:
        (rooms if each.kind is Kind.GROUP else directs).append(
            place_of(each, own, drafts, presences.get(each.id), typing=each.id in typing)
        )
    rows: list[Row] = [first]
    for label, found in ((tr("Rooms"), rooms), (tr("Direct messages"), directs)):
        if found:
            rows += [Heading(""), Heading(label), *found]
    return rows


def place_of(
    conversation: Conversation,
    own: Collection[str],
    drafts: Collection[str] = (),
    presence: Presence | None = None,
    *,
    typing: bool = False,
) -> Place:
    """One room or direct conversation; of a persona that one speaks as, with its name.

    `presence` is that of the other side, where it is known; while somebody is `typing` there, that is said.
    """
    label = label_of(conversation, own)
    persona, other = conversation.persona, other_side(conversation, own)
    if persona is not None and other is not None and other.id != persona.id:
        label = f"{label} ◆ {persona.name}"
    face = ROOM if conversation.kind is Kind.GROUP else (persona.initials if persona else None)
    over = is_over(conversation)
    mark: Part = PRESENCE_MARKS[presence] if presence else ""
    return Place(
        conversation.id,
        label,
        face or initials(label),
        None if over else face_color(conversation),
        mark=(tr("retired"), "$muted") if over else TYPING if typing else mark,
        unread=conversation.unread,
        note="✎" if conversation.id in drafts else "",
        over=over,
    )
