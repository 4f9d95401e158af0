"""Who comes and goes: kept on the boards and in the database, and told to those whom it concerns.

Agents are told of all agents. Customers are told of those with whom they have a direct conversation, and so
are the agents who see that; of support and of personas they hear that somebody is there, never who.
"""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from deskterm.protocol.records import Presence
from deskterm.server.clock import Clock
from deskterm.server.live import acquaintances, ephemeral
from deskterm.server.live.attendance import Attendance
from deskterm.server.live.audience import Audiences
from deskterm.server.live.channel import Channel
from deskterm.server.live.cohort import Receiver
from deskterm.server.live.elsewhere import AT_ONCE, Elsewhere
from deskterm.server.live.presence import PresenceBoard, PresenceChange
from deskterm.server.live.whispers import Here, here_word
from deskterm.server.principal import Principal
from deskterm.server.storage import directs, members, organizations
from deskterm.server.storage.database import Database, Event, Reader
from deskterm.server.views.people import is_online

Spawn = Callable[[Coroutine[Any, Any, None]], object]
#: Contacts that one frame names.
_AT_ONCE: Final = 1_000


class Coming:
    """`channel_of` finds an organization's channel, if somebody is connected there."""

    def __init__(
        self,
        db: Database,
        agents: PresenceBoard,
        clock: Clock,
        lease: float,
        channel_of: Callable[[int], Channel | None],
        spawn: Spawn,
    ) -> None:
        self._db = db
        self._agents = agents
        self._contacts = PresenceBoard(clock.monotonic, lease)
        self._elsewhere = Elsewhere(clock)
        self._moves: dict[int, dict[bytes, PresenceChange]] = {}  # of agents, by organization, not told yet
        self._channel_of = channel_of
        self._spawn = spawn
        self.attendance = Attendance(db, agents, clock, lease)

    def arrived(self, principal: Principal) -> None:
        """A socket of theirs was opened."""
        organization_id, member_id = principal.organization_id, principal.member_id
        away = member_id is not None and self._is_away(organization_id, member_id)
        if principal.is_present and member_id is not None:
            change = self._agents.arrived(organization_id, member_id, away)
            self._tell_of_agent(change)
            if change is not None:
                self._spawn(self.attendance.keep())
        elif (contact_id := _customer(principal)) is not None:
            self._moved(self._contacts.arrived(organization_id, contact_id, away))

    def left(self, principal: Principal) -> None:
        """A socket of theirs is gone."""
        if principal.is_present and principal.member_id is not None:
            self._agents.left(principal.member_id)
        elif (contact_id := _customer(principal)) is not None:
            self._contacts.left(contact_id)

    def tick(self) -> None:
        """What is due now: leases, and who is there on other nodes."""
        for change in (*self._agents.expire(), *self.attendance.meet()):
            self._tell_of_agent(change)
        self._tell_of_agents()
        for change in self._contacts.expire():
            self._moved(change)
        self._meet()
        if self.attendance.is_behind():
            self._spawn(self.attendance.keep())
        self._spawn(self.attendance.stay())

    def overhear(self, here: Here) -> None:
        """Customers come and go on another server; the next tick tells of it."""
        self._elsewhere.note(here)

    def _meet(self) -> None:
        """Tell who came or went elsewhere, and in time other servers who is still here."""
        if self._elsewhere.is_time():
            present: dict[int, list[bytes]] = {}
            for organization_id, contact_id in self._contacts.present():
                if self._contacts(contact_id) is Presence.ONLINE:
                    present.setdefault(organization_id, []).append(contact_id)
            for organization_id, contacts in present.items():
                for first in range(0, len(contacts), AT_ONCE):
                    self._say(organization_id, contacts[first : first + AT_ONCE])
        if (there := self._elsewhere.news()) is not None:
            for change in self._contacts.met(there):
                self._tell_of_contact(change)

    def _moved(self, change: PresenceChange | None) -> None:
        """A customer came to this server, went, or set themselves away."""
        if change is not None:
            self._tell_of_contact(change)
            here = change.presence is Presence.ONLINE
            self._say(change.organization_id, [change.person_id], here=here)

    def _say(self, organization_id: int, contacts: Iterable[bytes], *, here: bool = True) -> None:
        self._db.whisper(here_word(self._db.node, organization_id, contacts, here=here))

    def welcome(self, receiver: Receiver, *, again: bool) -> None:
        """Tell somebody who has just come live who is there, as far as they may not know it.

        Who comes live `again` was only too slow, and has missed changes at most.
        """
        principal = receiver.principal
        if principal.is_agent and principal.member_id is not None:
            for change in self._agents.lately(principal.organization_id, principal.member_id):
                if not again or change.person_id != principal.member_id:
                    receiver.whisper(ephemeral.presence_frame(change))
        if principal.member_id is None or again:
            return
        within = self._db.within(principal.organization_id)
        known = within.read(lambda reader: acquaintances.known(reader, principal, self._contacts))
        receiver.whisper(ephemeral.contacts_frame(known[:_AT_ONCE], None))
        for first in range(_AT_ONCE, len(known), _AT_ONCE):
            receiver.whisper(ephemeral.contacts_frame(known[first : first + _AT_ONCE]))

    def note(self, channel: Channel, events: Iterable[Event]) -> None:
        """What happened may change who is there, or who is to hear of it."""
        for event in events:
            if event.entity == "member":
                self._step(channel, event.entity_id)
            if event.entity in ("member", "persona"):
                self._tell_support(channel)  # another one may answer now
            if event.kind == "conversation.created":
                self._introduce(channel, event.entity_id)

    def _step(self, channel: Channel, member_id: bytes) -> None:
        """They may have set themselves away, or come back."""
        away = self._is_away(channel.organization_id, member_id)
        self._tell_of_agent(self._agents.stepped(member_id, away))
        theirs = (each.principal for each in channel.attached if each.principal.member_id == member_id)
        contact_id = next(map(_customer, theirs), None)
        if contact_id is not None:
            self._moved(self._contacts.stepped(contact_id, away))

    def _introduce(self, channel: Channel, conversation_id: bytes) -> None:
        """Those in a new direct conversation hear of each other what they could not know before."""

        def read(reader: Reader) -> list[ephemeral.Told]:
            contacts = directs.contacts_in(reader, channel.organization_id, conversation_id)
            audiences, told = self._audiences(reader, channel), []
            for each in contacts:
                here = self._contacts(each)
                told += acquaintances.around(audiences, channel.groups, each, [conversation_id], here)
            return told

        ephemeral.whisper(channel.db.read(read))

    def _tell_of_agent(self, change: PresenceChange | None) -> None:
        """Those who come and go at one moment are told together, as each is told to everybody."""
        if change is None:
            return
        if not self._moves:
            self._spawn(self._tell_soon())
        self._moves.setdefault(change.organization_id, {})[change.person_id] = change

    async def _tell_soon(self) -> None:
        self._tell_of_agents()

    def _tell_of_agents(self) -> None:
        moves, self._moves = self._moves, {}
        for organization_id, changes in moves.items():
            channel = self._channel_of(organization_id)
            if channel is not None:
                ephemeral.whisper(ephemeral.presence(channel.groups, changes.values()))
                self._tell_support(channel)

    def _tell_of_contact(self, change: PresenceChange) -> None:
        channel = self._channel_of(change.organization_id)
        if channel is None:
            return

        def read(reader: Reader) -> list[ephemeral.Told]:
            threads = directs.of(reader, change.organization_id, change.person_id)
            if not threads:  # as with most
                return []
            audiences, groups = self._audiences(reader, channel), channel.groups
            return acquaintances.around(audiences, groups, change.person_id, threads, change.presence)

        ephemeral.whisper(channel.db.read(read))

    def _tell_support(self, channel: Channel) -> None:
        """Contacts hear when the first agent comes and the last one goes, of support and of each persona."""

        def read(reader: Reader) -> list[ephemeral.Told]:
            organization_id, groups = channel.organization_id, channel.groups
            personas = channel.personas_online
            told = ephemeral.personas_there(reader, groups, self._agents, organization_id, personas)
            online = is_online(reader, organization_id, self._agents)
            if online is channel.support_online:
                return told
            channel.support_online = online
            return [*told, *ephemeral.support(reader, groups, self._agents, organization_id)]

        ephemeral.whisper(channel.db.read(read))

    def _is_away(self, organization_id: int, member_id: bytes) -> bool:
        within = self._db.within(organization_id)
        row = within.read(lambda reader: members.by_id(reader, organization_id, member_id))
        return row is not None and bool(row.away)

    def _audiences(self, reader: Reader, channel: Channel) -> Audiences:
        staff_sees = organizations.settings(reader, channel.organization_id).staff_sees
        return Audiences(reader, channel.organization_id, staff_sees)


def _customer(principal: Principal) -> bytes | None:
    """The contact of a person with an account: visitors have no direct conversations."""
    signed_in = principal.member_id is not None and principal.scopes is None and not principal.is_agent
    return principal.contact_id if signed_in else None
