"""Whom one may begin a direct conversation with, as rows and as choices. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from deskterm.client.replica.roster import Roster
from deskterm.protocol.records import AuthorKind, Conversation, Persona, Presence
from deskterm.protocol.rooms import RoomMember
from deskterm.screens.direct.sides import other_side
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.places import Heading, Place, Row
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.face import initials
from deskterm.widgets.paint import Part

#: Why no further direct conversation is begun.
NO_MORE: Final = later(
    "You have 20 direct conversations, which is the most there can be. Go on in one of them."
)


def people_rows(members: Sequence[RoomMember], roster: Roster, own: Collection[str]) -> list[Row]:
    """The people of a room, oneself last."""
    ordered = sorted(members, key=lambda each: (each.id in own, each.name.casefold()))
    return [_person(each, roster, you=each.id in own) for each in ordered]


def persona_rows(roster: Roster) -> list[Row]:
    """The personas that one may write to, to stand above the people of a room."""
    found = [
        Place(each.id, each.name, each.initials or initials(each.name), each.color, mark=mark_of(each))
        for each in _by_name(roster.personas.values())
        if each.open
    ]
    return [Heading(tr("For your questions")), *found, Heading(""), Heading(tr("Members"))] if found else []


def mark_of(persona: Persona | None) -> Part:
    """Whether somebody answers as it now, where that is told."""
    if persona is None or persona.online is None:
        return ""
    return PRESENCE_MARKS[Presence.ONLINE if persona.online else Presence.OFFLINE]


def _person(member: RoomMember, roster: Roster, *, you: bool) -> Place:
    persona = roster.personas.get(member.id)
    face = (persona.initials if persona else None) or initials(member.name)
    name = f"{member.name} (you)" if you else member.name
    note = tr("muted") if member.muted else ""
    return Place(member.id, name, face, persona.color if persona else None, mark_of(persona), note=note)


def recipient(member: RoomMember) -> dict[str, str]:
    """How the server is told whom of a room one writes to."""
    if member.kind is AuthorKind.PERSONA:
        return {"persona_id": member.id}
    return {"member_id": member.member_id}


def meetable(
    known: Iterable[RoomMember], roster: Roster, own: Collection[str], directs: Iterable[Conversation]
) -> list[Choice]:
    """Everybody one may write to: personas first, then people, known from rooms or written to before; of both
    those first with whom one spoke last, as `directs` are in that order.

    Each id says how: which conversation goes on, or with whom one begins.
    """
    there: dict[str, str] = {}
    people: dict[str, Choice] = {}
    for person in known:
        if person.id not in own and person.kind is not AuthorKind.PERSONA:
            said = f"member_id:{person.member_id}"
            people[person.id] = Choice(said, person.name, "", initials(person.name))
    for each in directs:
        other = other_side(each, own)
        if other is not None:
            there[other.id] = each.id
        if other is not None and other.kind is not AuthorKind.PERSONA:
            people[other.id] = Choice(
                f"conversation:{each.id}", other.name, tr("goes on"), initials(other.name)
            )
    recent = {each: place for place, each in enumerate(there)}
    named = sorted(people.items(), key=lambda each: each[1].label.casefold())
    lately = sorted(_by_name(roster.personas.values()), key=lambda each: recent.get(each.id, len(recent)))
    personas = [_persona(each, there) for each in lately if each.open]
    return [*personas, *(one for _, one in sorted(named, key=lambda each: recent.get(each[0], len(recent))))]


def _persona(persona: Persona, there: dict[str, str]) -> Choice:
    place = there.get(persona.id)
    said = f"conversation:{place}" if place else f"persona_id:{persona.id}"
    detail = " · ".join(each for each in (persona.title, tr("goes on") if place else "") if each)
    return Choice(said, persona.name, detail, mark_of(persona) or ("◆", "$author-persona"))


def _by_name(personas: Iterable[Persona]) -> list[Persona]:
    return sorted(personas, key=lambda each: each.name.casefold())
