"""The local replica: a pure reducer over what the server says, from whatever channel. No I/O, no clock.

Rules (docs/protocol.md), which make snapshot, replay, duplicates and late answers harmless:

* newer `rev` wins, older is a no-op;
* a revocation keeps its `rev`: older data about that conversation is ignored for ever, from any channel;
* messages belong to a conversation that is here now, else they are ignored;
* own messages are pending until a message of their id is seen, from whichever channel it comes first.

It holds what was loaded, within bounds: a replica is a window on the desk, never the desk.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from deskterm.client.answers import Page, ReadState, Revocation, Snapshot, Ticket, Update
from deskterm.client.replica.attention import Attention
from deskterm.client.replica.bounds import THREADS, too_many
from deskterm.client.replica.canned_replies import CannedReplies
from deskterm.client.replica.changes import (
    AssignmentCreated,
    Change,
    Changes,
    ConversationChanged,
    ConversationGone,
    MeChanged,
    MessageArrived,
    MessageChanged,
    PendingChanged,
    RosterChanged,
    ThreadLoaded,
    TypingChanged,
)
from deskterm.client.replica.filters import Filter, Position
from deskterm.client.replica.outgoing import Outgoing
from deskterm.client.replica.overlay import overlaid
from deskterm.client.replica.rooms import Rooms
from deskterm.client.replica.roster import Roster
from deskterm.client.replica.saved_views import SavedViews
from deskterm.client.replica.thread import PageKind, Thread, make_ready
from deskterm.client.replica.tickets import Tickets
from deskterm.protocol.records import Conversation, Kind, Me, Member, Message, Organization

CREATED = "message.created"


class Replica:
    """What this console knows. Every method that takes news answers with what changed by it."""

    def __init__(self, outgoing: Outgoing | None = None) -> None:
        """`outgoing` is handed on when everything is loaded anew, so that unsent messages stay."""
        self.me: Me | None = None
        self.organization: Organization | None = None
        self.roster = Roster()
        self.attention = Attention()
        self.canned = CannedReplies()
        self.saved_views = SavedViews()
        self.rooms = Rooms()
        self.outgoing = outgoing or Outgoing()
        self._conversations: dict[str, Conversation] = {}
        self._threads: dict[str, Thread] = {}
        self._tickets = Tickets()
        self._gone: dict[str, int] = {}
        self._read: dict[str, int] = {}
        self._told: dict[str, int] = {}  # up to which seq arrivals were told, by conversation

    # --- views -------------------------------------------------------------------------------------------

    @property
    def member_id(self) -> str | None:
        """The reader's member id; None for visitors."""
        return self.me.member_id if self.me else None

    @property
    def own_ids(self) -> frozenset[str]:
        """Every id under which the reader takes part: themselves, and the personas that they operate."""
        return self.roster.own_ids(self.me) if self.me else frozenset()

    def conversation(self, conversation_id: str) -> Conversation | None:
        """A conversation that is here, with the own changes that wait."""
        held = self._conversations.get(conversation_id)
        return overlaid(held, self.outgoing.changes(), self.roster) if held else None

    def conversations(self) -> tuple[Conversation, ...]:
        """All that are here, in no order."""
        waiting = self.outgoing.changes()
        return tuple(overlaid(each, waiting, self.roster) for each in self._conversations.values())

    def inbox(
        self, wanted: Filter, until: Position | None = None, now: datetime | None = None
    ) -> list[Conversation]:
        """The loaded part of a list as of `now`, in its order, none below `until` (where its pages end)."""
        mine, own = self.member_id, self.own_ids if wanted.own else ()
        found = {each.id: each for each in self.conversations() if wanted.matches(each, mine, own, now)}
        rows = sorted((wanted.position(each), each.id) for each in found.values())
        return [found[key] for position, key in rows if until is None or position <= until]

    def thread(self, conversation_id: str) -> Thread | None:
        """The loaded messages of a conversation; None while it was never opened."""
        return self._threads.get(conversation_id)

    def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket with its description, if it was loaded."""
        return self._tickets.get(ticket_id)

    @property
    def unread(self) -> int:
        """Conversations here with something unread; direct ones of others, which admins see, do not count."""
        own = self.own_ids
        new = [each for each in self._conversations.values() if each.unread]
        return sum(
            1
            for each in new
            if each.kind is not Kind.DIRECT or any(who.id in own for who in each.participants)
        )

    # --- news --------------------------------------------------------------------------------------------

    def apply(self, update: Update) -> Changes:
        """Take what one event says."""
        changes: list[Change] = []
        for message in update.messages if update.kind == CREATED else ():
            if message.conversation_id not in self._conversations:
                self._told.setdefault(message.conversation_id, message.seq - 1)
        changes += make_ready(self._threads, update)
        if update.conversation:
            changes += self.put_conversation(update.conversation)
        for message in update.messages:
            changes += self.put_message(message, told=update.kind != CREATED)
        if update.ticket:
            changes += self.put_ticket(update.ticket)
        if update.revocation:
            changes += self._revoke(update.revocation)
        if update.read:
            held, came = self._conversations.get(update.read.conversation_id), update.conversation
            changes += self.put_read(update.read, counts=bool(held and came and held.rev == came.rev))
        if update.assignment:
            changes.append(AssignmentCreated(update.assignment.conversation_id))
        if update.member:
            changes += self.put_member(update.member)
        if update.organization:
            changes += self.put_organization(update.organization)
        if self.roster.apply(update):
            changes.append(RosterChanged())
        changes += (*self.canned.apply(update), *self.saved_views.apply(update))
        changes += self.rooms.apply(update)
        return (*changes, *self.attention.apply(update, self._conversations))

    def put_conversation(self, conversation: Conversation) -> Changes:
        """Take a conversation as REST or an event gives it."""
        held = self._conversations.get(conversation.id)
        if conversation.rev <= self._gone.get(conversation.id, -1):
            return ()
        if held is not None and _age(conversation) <= _age(held):
            return ()
        if self._read.get(conversation.id, -1) >= conversation.rev:
            conversation = replace(conversation, unread=0)  # all it holds was written before the reader read
        self._conversations[conversation.id] = conversation
        self._told.setdefault(conversation.id, conversation.rev)
        for each in too_many(self._conversations.values(), self._threads):
            self._forget(each)
        return (ConversationChanged(conversation.id, new=held is None),)

    def put_message(self, message: Message, told: bool = True) -> Changes:
        """Take a message; `told` when its arrival is no news (a later edit, the answer to an own send)."""
        changes: list[Change] = []
        if pending := self.outgoing.settle(message.id):  # perhaps sent to a successor: tell its first place
            changes.append(PendingChanged(pending.conversation_id, message.id))
        if message.conversation_id not in self._conversations:
            return tuple(changes)
        thread = self._threads.get(message.conversation_id)
        known = thread is not None and message.id in thread
        newer = thread is not None and thread.put(message)
        if not told and message.seq > self._told.get(message.conversation_id, -1):
            self._told[message.conversation_id] = message.seq
            if self.attention.wrote(message.conversation_id, message.author):
                changes.append(TypingChanged(message.conversation_id))
            changes.append(MessageArrived(message.conversation_id, message))
        elif newer:
            here = message.conversation_id
            changes.append(MessageChanged(here, message.id) if known else ThreadLoaded(here))
        if newer and thread:
            thread.trim()
        return tuple(changes)

    def put_read(self, read: ReadState, *, counts: bool = True) -> Changes:
        """Take a read cursor, which never moves back; what it `counts` as unread not over something newer."""
        held = self._conversations.get(read.conversation_id)
        shared = bool(held and held.contact and held.kind is Kind.SUPPORT)  # one cursor for the whole desk
        desk = held.agent_read_seq if held and shared else -1
        if read.seq <= max(desk, self._read.get(read.conversation_id, -1)):
            return ()
        self._read[read.conversation_id] = read.seq
        if held is None:
            return ()
        seen = max(held.agent_read_seq, read.seq) if shared else held.agent_read_seq
        unread = read.unread if counts else held.unread
        self._conversations[held.id] = replace(held, unread=unread, agent_read_seq=seen)
        return (ConversationChanged(held.id),)

    def put_ticket(self, ticket: Ticket) -> Changes:
        """Take a ticket with its own fields."""
        return self._tickets.put(ticket) if ticket.conversation_id in self._conversations else ()

    def put_page(self, page: Page[Conversation]) -> Changes:
        """Take a page of a list."""
        return tuple(change for each in page.items for change in self.put_conversation(each))

    def put_member(self, member: Member) -> Changes:
        """Take a member; the own role follows."""
        changes: list[Change] = []
        if self.me and self.me.member_id == member.id and self.me.role != member.role:
            self.me = replace(self.me, role=member.role)
            changes.append(MeChanged())
        if self.roster.put_member(member):
            changes.append(RosterChanged())
        return tuple(changes)

    def put_me(self, me: Me) -> Changes:
        """Take who is signed in."""
        self.me = me
        self.organization = me.organization
        return (MeChanged(),)

    def put_organization(self, organization: Organization) -> Changes:
        """Take the organization with the settings that hold now."""
        if self.me is None or organization == self.organization:
            return ()
        return self.put_me(replace(self.me, organization=organization))

    def load(self, snapshot: Snapshot) -> Changes:
        """Take a page of the snapshot."""
        changes: list[Change] = []
        if snapshot.me:
            changes += self.put_me(snapshot.me)
        if self.roster.put(snapshot.members, snapshot.personas):
            changes.append(RosterChanged())
        changes += [one for each in snapshot.conversations for one in self.put_conversation(each)]
        return tuple(changes)

    # --- threads -----------------------------------------------------------------------------------------

    def open_thread(self, conversation_id: str) -> Thread:
        """Start to keep a conversation's messages; do so before asking for a page, or edits slip through."""
        thread = self._threads.pop(conversation_id, None) or Thread()
        self._threads[conversation_id] = thread
        while len(self._threads) > THREADS:
            del self._threads[next(iter(self._threads))]
        return thread

    def open_threads(self) -> tuple[str, ...]:
        """The conversations whose messages are kept, the one opened last at the end."""
        return tuple(self._threads)

    def put_messages(
        self, here: str, kind: PageKind, messages: Iterable[Message], more: bool, asked: Thread | None = None
    ) -> Changes:
        """Take a page of the thread that was `asked` for; void if its conversation left since."""
        thread = self._threads.get(here)
        if thread is None or here not in self._conversations or asked not in (None, thread):
            return ()
        page = [each for each in messages if each.conversation_id == here]
        settled = [PendingChanged(here, each.id) for each in page if self.outgoing.settle(each.id)]
        thread.place(kind, page, more)
        return (*settled, ThreadLoaded(here))

    # --- leaving -----------------------------------------------------------------------------------------

    def drop(self, conversation_id: str) -> Changes:
        """The reader moved a conversation out of their own sight; the revocation itself comes by event."""
        held = self._forget(conversation_id)
        if held is None:
            return ()
        self._gone[conversation_id] = max(held.rev, self._gone.get(conversation_id, -1))
        return (ConversationGone(conversation_id),)

    def _revoke(self, revocation: Revocation) -> Changes:
        known = self._gone.get(revocation.conversation_id, -1)
        held = self._conversations.get(revocation.conversation_id)
        if revocation.rev <= known or (held is not None and held.rev > revocation.rev):
            return ()
        self._gone[revocation.conversation_id] = revocation.rev
        self._forget(revocation.conversation_id)
        return (ConversationGone(revocation.conversation_id, revocation.reason, revocation.by),)

    def _forget(self, conversation_id: str) -> Conversation | None:
        self._tickets.drop(conversation_id)
        self._threads.pop(conversation_id, None)
        self._read.pop(conversation_id, None)
        self._told.pop(conversation_id, None)
        self.attention.drop(conversation_id)
        return self._conversations.pop(conversation_id, None)


def _age(conversation: Conversation) -> tuple[int, int, int]:
    """What makes one copy newer than another: reading moves cursors without a new `rev`."""
    return conversation.rev, conversation.agent_read_seq, conversation.contact_read_seq
