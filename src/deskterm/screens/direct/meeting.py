"""Whom one may begin a direct conversation with, as rows and as choices. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from deskterm.client.replica.roster import Roster
from deskterm.protocol.records import AuthorKind, Contact, Conversation, Persona, Presence, Role
from deskterm.protocol.rooms import RoomMember
from deskterm.screens.direct.sides import other_here, other_side
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.places import Heading, Place, Row
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.face import initials
from deskterm.widgets.paint import Part

#: Stands where nobody tells whether somebody is there.
_UNKNOWN: Final[Part] = ("◌", "$muted")
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

    Each id says how: which conversation goes on, or with whom one begins. Whether a person is there is told
    to those who have one with them.
    """
    there: dict[str, str] = {}
    people: dict[str, Choice] = {}
    for person in known:
        if person.id not in own and person.kind is not AuthorKind.PERSONA:
            said = f"member_id:{person.member_id}"
            people[person.id] = Choice(said, person.name, "", _UNKNOWN)
    for each in directs:
        other = other_side(each, own)
        if other is not None:
            there[other.id] = each.id
        if other is not None and other.kind is not AuthorKind.PERSONA:
            here = other_here(other, roster)
            mark = PRESENCE_MARKS[here] if here else _UNKNOWN
            people[other.id] = Choice(f"conversation:{each.id}", other.name, tr("goes on"), mark)
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


def newest_first(conversation: Conversation) -> tuple[float, int]:
    """The order in which direct conversations are listed."""
    at = conversation.last_message_at or conversation.created_at
    return -at.timestamp(), conversation.number


def agents_meetable(
    roster: Roster, me: str | None, contacts: Iterable[Contact], directs: Iterable[Conversation]
) -> list[Choice]:
    """Everybody an agent may write to: first with whom they spoke last, then colleagues, then contacts.

    `directs` are those that the agent takes part in, the newest first. Each id says how it begins.
    """
    own = roster.operated_by(me)
    sides = {each for each in (me, *(one.id for one in own)) if each}
    threads: dict[str, list[Conversation]] = {}
    for each in directs:
        other = other_side(each, sides)
        if other is not None:
            threads.setdefault(other.id, []).append(each)
    members = [each for each in roster.members.values() if each.role is not Role.CUSTOMER]
    people = [
        (
            each.id,
            Choice(f"member_id:{each.id}", each.name, tr(each.role.value), PRESENCE_MARKS[each.presence]),
        )
        for each in sorted(members, key=lambda each: each.name.casefold())
        if each.id != me and not each.disabled
    ]
    people += [(each.id, _contact(each, threads.get(each.id, ()), roster)) for each in contacts]
    recent = {each: place for place, each in enumerate(threads)}
    return [one for _, one in sorted(people, key=lambda each: recent.get(each[0], len(recent)))]


def _contact(contact: Contact, threads: Sequence[Conversation], roster: Roster) -> Choice:
    """A contact, with the voices in which one speaks with them already."""
    voices = [f"◆ {each.persona.name}" if each.persona else tr("goes on") for each in threads]
    known = Presence.ONLINE if roster.is_here(contact.id) else Presence.OFFLINE
    detail = " · ".join([contact.company or contact.email or "", *voices]).removeprefix(" · ")
    mark = PRESENCE_MARKS[known] if threads else _UNKNOWN
    return Choice(f"contact_id:{contact.id}", contact.label, detail, mark)


def _by_name(personas: Iterable[Persona]) -> list[Persona]:
    return sorted(personas, key=lambda each: each.name.casefold())
