"""What changed in the replica, told to screens: they redraw what is named and nothing else."""

from dataclasses import dataclass
from typing import Final, Self

from deskterm.client.answers import Counts, Drafts
from deskterm.client.errors import ClientError
from deskterm.client.replica.outgoing import Item, Pending, PendingChange
from deskterm.protocol.notifications import Notification
from deskterm.protocol.records import Message, Named
from deskterm.protocol.rooms import RoomMember
from deskterm.text.words import later

#: What is said where `Resynced.set_back`.
SET_BACK: Final = later(
    "The server was put back to an older backup: what was written since then is gone, also what you had "
    "sent. What was still waiting goes out."
)


@dataclass(slots=True, frozen=True)
class ConversationChanged:
    """A conversation came or differs; `new` when it was not here before."""

    id: str
    new: bool = False


@dataclass(slots=True, frozen=True)
class ConversationGone:
    """A conversation left the reader's sight. No `reason` when the reader moved it away themselves."""

    id: str
    reason: str | None = None
    by: Named | None = None


@dataclass(slots=True, frozen=True)
class MessageArrived:
    """A message was written, here or elsewhere; told once, also for threads that are not loaded."""

    conversation_id: str
    message: Message

    @property
    def id(self) -> str:
        """The message's id."""
        return self.message.id


@dataclass(slots=True, frozen=True)
class MessageChanged:
    """A loaded message was edited or deleted."""

    conversation_id: str
    id: str


@dataclass(slots=True, frozen=True)
class ThreadLoaded:
    """A page of a thread came in."""

    conversation_id: str


@dataclass(slots=True, frozen=True)
class ThreadBegun:
    """A thread was begun anew: messages have come in between, or are gone."""

    conversation_id: str


@dataclass(slots=True, frozen=True)
class PendingChanged:
    """An own message started on its way, arrived, was refused or taken back."""

    conversation_id: str
    id: str


@dataclass(slots=True, frozen=True)
class ChangeRefused:
    """A change that had waited was refused, and is undone."""

    conversation_id: str
    change: PendingChange
    error: ClientError


@dataclass(slots=True, frozen=True)
class OutboxFound:
    """Something that an earlier run, or an ended console, has left unsent."""

    item: Item


@dataclass(slots=True, frozen=True)
class OutboxTrouble:
    """What is sent cannot be written to the disk, and why."""

    why: str


@dataclass(slots=True, frozen=True)
class ServerCannotStore:
    """Connected, and yet nothing can be written there, and why; told once until something was written."""

    why: str


@dataclass(slots=True, frozen=True)
class TicketChanged:
    """A ticket's own fields differ."""

    id: str
    conversation_id: str


@dataclass(slots=True, frozen=True)
class AssignmentCreated:
    """A conversation's assignment history has one more line."""

    conversation_id: str


@dataclass(slots=True, frozen=True)
class TypingChanged:
    """Somebody started or stopped typing there."""

    conversation_id: str


@dataclass(slots=True, frozen=True)
class ViewingChanged:
    """Other agents look there now, or no longer."""

    conversation_id: str


@dataclass(slots=True, frozen=True)
class DraftsChanged:
    """One's own drafts in a conversation are otherwise on the server, by this console or another device."""

    drafts: Drafts


@dataclass(slots=True, frozen=True)
class RosterChanged:
    """Members, their presence or personas differ."""


@dataclass(slots=True, frozen=True)
class RoomChanged:
    """A room, or what one may do in it, differs; or one of its members, which only agents are told."""

    id: str
    member: RoomMember | None = None


@dataclass(slots=True, frozen=True)
class NotificationChanged:
    """A notification was sent to more contacts, or read by more."""

    notification: Notification


@dataclass(slots=True, frozen=True)
class CannedRepliesChanged:
    """Canned replies came, differ or went."""


@dataclass(slots=True, frozen=True)
class SavedViewsChanged:
    """Saved views came, differ or went."""


@dataclass(slots=True, frozen=True)
class MeChanged:
    """Who is signed in, their role or their organization differs."""


@dataclass(slots=True, frozen=True)
class CountsChanged:
    """Fresh figures for the inbox's tabs."""

    counts: Counts


@dataclass(slots=True, frozen=True)
class Resynced:
    """Everything was loaded anew: redraw all. `void`: what was read before may be kept nowhere.

    `set_back`: an older backup was put in the database's place.
    """

    void: bool = False
    set_back: bool = False

    @classmethod
    def between(cls, before: str, now: str) -> Self:
        """From one epoch to another: up to the point it is the database's, then the right to see."""
        lives = {each.partition(".")[0] for each in (before, now) if each}
        return cls(before != now, len(lives) > 1)


Change = (
    ConversationChanged
    | ConversationGone
    | MessageArrived
    | MessageChanged
    | ThreadBegun
    | ThreadLoaded
    | PendingChanged
    | ChangeRefused
    | OutboxFound
    | OutboxTrouble
    | ServerCannotStore
    | TicketChanged
    | AssignmentCreated
    | TypingChanged
    | ViewingChanged
    | DraftsChanged
    | RosterChanged
    | RoomChanged
    | NotificationChanged
    | CannedRepliesChanged
    | SavedViewsChanged
    | MeChanged
    | CountsChanged
    | Resynced
)
Changes = tuple[Change, ...]


def item_changed(item: Item) -> Changes:
    """What tells that something on its way stands otherwise now."""
    pending = PendingChanged(item.conversation_id, item.id)
    text = isinstance(item, Pending)
    return (pending,) if text else (pending, ConversationChanged(item.conversation_id))
