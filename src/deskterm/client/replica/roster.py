"""The people of the organization as the reader sees them: members, personas, and which of them are there."""

from collections.abc import Iterable
from dataclasses import replace

from deskterm.client.answers import ContactsHere, PresenceChange, Update
from deskterm.protocol.records import Me, Member, Persona, Presence


class Roster:
    """Members and personas by id. Each setter tells whether anything differs now."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.personas: dict[str, Persona] = {}
        self._contacts: frozenset[str] = frozenset()

    def apply(self, update: Update) -> bool:
        """Take what an event says of personas and presence."""
        persona, presence = update.persona, update.presence
        differs = presence is not None and self._set_presence(presence)
        differs |= update.contacts is not None and self._set_contacts(update.contacts)
        if persona is None:
            return differs
        if update.kind == "persona.deleted":
            return self.personas.pop(persona.id, None) is not None
        return self.put_persona(persona)

    def put(self, members: Iterable[Member], personas: Iterable[Persona]) -> bool:
        """Members and personas are like this now."""
        differs = [self.put_member(each) for each in members]
        differs += [self.put_persona(each) for each in personas]
        return any(differs)

    def put_member(self, member: Member) -> bool:
        """A member came or differs."""
        if self.members.get(member.id) == member:
            return False
        self.members[member.id] = member
        return True

    def put_persona(self, persona: Persona) -> bool:
        """A persona came or differs."""
        if self.personas.get(persona.id) == persona:
            return False
        self.personas[persona.id] = persona
        return True

    def _set_presence(self, change: PresenceChange) -> bool:
        member = self.members.get(change.member_id)
        if member is None or member.presence == change.presence:
            return False
        self.members[member.id] = replace(member, presence=change.presence)
        return True

    def _set_contacts(self, here: ContactsHere) -> bool:
        stay = frozenset() if here.offline is None else self._contacts.difference(here.offline)
        before, self._contacts = self._contacts, stay.union(here.online)
        return self._contacts != before

    def is_here(self, contact_id: str) -> bool:
        """Whether a contact is there with whom one has a direct conversation."""
        return contact_id in self._contacts

    def presence(self, member_id: str) -> Presence:
        """Whether an agent is there; the only place to ask, since conversations do not change with it."""
        member = self.members.get(member_id)
        return member.presence if member else Presence.OFFLINE

    def operated_by(self, member_id: str | None) -> list[Persona]:
        """The personas through which an agent speaks."""
        return [each for each in self.personas.values() if member_id and member_id in each.operator_ids]

    def own_ids(self, me: Me) -> frozenset[str]:
        """Every id under which somebody takes part in conversations."""
        operated = (each.id for each in self.operated_by(me.member_id))
        return frozenset(each for each in (me.member_id, me.contact_id, *operated) if each)

    @property
    def support_persona(self) -> Persona | None:
        """The persona that speaks for the organization's support."""
        return next((each for each in self.personas.values() if each.support), None)
