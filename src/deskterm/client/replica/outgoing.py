"""What was written here and is not confirmed by the server yet. Ids are permanent, also across retries."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from deskterm.client.answers import ConversationPatch
from deskterm.protocol.records import Attachment, Message, MessageKind, Visibility

#: Ids of sent messages that are remembered.
REMEMBERED = 1_000


class SendState(StrEnum):
    """How far something written here got."""

    SENDING = "sending"
    WAITING = "waiting"  # no answer so far; it is tried again by itself
    OLD = "old"  # written long ago: it goes out when its author says so
    SENT = "sent"
    FAILED = "failed"


@dataclass(slots=True, frozen=True)
class OwnFile:
    """A file that goes along with a message: where its bytes are on this machine, and what it is called."""

    path: str
    name: str
    size: int


@dataclass(slots=True, frozen=True)
class Pending:
    """A message on its way; when it failed, the text stays.

    `reason` says why in words, `code` for programs. `newer` are the colleagues' replies that stopped
    this one (code `stale`). `kept` tells whether it is on this machine's disk.
    """

    id: str
    conversation_id: str
    body: str
    created_at: datetime
    visibility: Visibility = Visibility.PUBLIC
    kind: MessageKind = MessageKind.TEXT
    persona_id: str | None = None
    seen_seq: int | None = None
    files: tuple[OwnFile, ...] = ()
    state: SendState = SendState.SENDING
    reason: str | None = None
    code: str | None = None
    newer: tuple[Message, ...] = ()
    kept: bool = False

    @property
    def seen_again(self) -> int | None:
        """`seen_seq` for another try: its author sees the reply that stopped it."""
        return None if self.code == "stale" else self.seen_seq

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Its files as a thread shows them before the server has them."""
        return tuple(Attachment("", each.name, "", each.size) for each in self.files)


@dataclass(slots=True, frozen=True)
class PendingChange:
    """A change to a conversation on its way; `id` is its Idempotency-Key. Waiting, it counts as done."""

    id: str
    conversation_id: str
    patch: ConversationPatch
    created_at: datetime
    state: SendState = SendState.SENDING
    reason: str | None = None
    code: str | None = None
    kept: bool = False


Item = Pending | PendingChange


class Outgoing:
    """What is on its way, oldest first, by id."""

    def __init__(self) -> None:
        self._pending: dict[str, Pending] = {}
        self._changes: dict[str, PendingChange] = {}
        self._sent: dict[str, None] = {}  # ids only, newest last, so that a late failure is known for void

    # --- messages ----------------------------------------------------------------------------------------

    def put(self, pending: Pending) -> None:
        """A message starts on its way, again if its id is known."""
        if pending.id not in self._sent:
            self._pending[pending.id] = pending

    def get(self, message_id: str) -> Pending | None:
        """A message that is not confirmed."""
        return self._pending.get(message_id)

    def of(self, conversation_id: str) -> tuple[Pending, ...]:
        """The messages that wait in one conversation, in the order they were sent."""
        return tuple(each for each in self._pending.values() if each.conversation_id == conversation_id)

    def newest_with_files(self, conversation_id: str) -> Pending | None:
        """The message of one conversation whose files are on their way, or wait; None if there is none."""
        return next((each for each in reversed(self.of(conversation_id)) if each.files), None)

    def all(self) -> tuple[Pending, ...]:
        """The messages that wait anywhere, also in conversations that have left."""
        return tuple(self._pending.values())

    def state(self, message_id: str) -> SendState | None:
        """How far a message got; None for ids that were never sent from here."""
        if pending := self._pending.get(message_id):
            return pending.state
        return SendState.SENT if message_id in self._sent else None

    def settle(self, message_id: str) -> Pending | None:
        """The server has it. None if it was not waiting (any more)."""
        pending = self._pending.pop(message_id, None)
        if pending is None:
            return None
        self._sent[message_id] = None
        while len(self._sent) > REMEMBERED:
            del self._sent[next(iter(self._sent))]
        return pending

    def fail(
        self, message_id: str, reason: str, code: str | None = None, newer: tuple[Message, ...] = ()
    ) -> bool:
        """It was refused or nobody answered; the text stays. False if it arrived after all."""
        pending = self._pending.get(message_id)
        if pending is None:
            return False
        self._pending[message_id] = replace(
            pending, state=SendState.FAILED, reason=reason, code=code, newer=newer
        )
        return True

    def restart(self, message_id: str, seen_seq: int | None) -> Pending | None:
        """A failed or old message as it goes out again, under its own id; None if there is none."""
        pending = self._pending.get(message_id)
        if pending is None or pending.state not in (SendState.FAILED, SendState.OLD):
            return None
        return replace(pending, state=SendState.SENDING, reason=None, code=None, newer=(), seen_seq=seen_seq)

    def discard(self, message_id: str) -> Pending | None:
        """Its author takes it back; answers with the text."""
        return self._pending.pop(message_id, None)

    # --- changes -----------------------------------------------------------------------------------------

    def put_change(self, change: PendingChange) -> None:
        """A change starts on its way, or stands otherwise now."""
        self._changes[change.id] = change

    def change(self, change_id: str) -> PendingChange | None:
        """A change that is not confirmed."""
        return self._changes.get(change_id)

    def changes(self) -> tuple[PendingChange, ...]:
        """The changes that wait anywhere, oldest first."""
        return tuple(self._changes.values())

    def take_change(self, change_id: str) -> PendingChange | None:
        """The server has it, or its author takes it back."""
        return self._changes.pop(change_id, None)

    # --- both --------------------------------------------------------------------------------------------

    def item(self, item_id: str) -> Item | None:
        """A message or a change that is not confirmed."""
        return self._pending.get(item_id) or self._changes.get(item_id)

    def mark(self, item_id: str, state: SendState, reason: str | None = None) -> bool:
        """It stands otherwise now; False if that is no news."""
        item = self.item(item_id)
        if item is None or (item.state, item.reason) == (state, reason):
            return False
        if isinstance(item, Pending):
            self._pending[item_id] = replace(item, state=state, reason=reason, code=None)
        else:
            self._changes[item_id] = replace(item, state=state, reason=reason, code=None)
        return True

    def mark_kept(self, item_id: str) -> None:
        """It is on the disk: the program may end."""
        if (pending := self._pending.get(item_id)) is not None:
            self._pending[item_id] = replace(pending, kept=True)
        elif (change := self._changes.get(item_id)) is not None:
            self._changes[item_id] = replace(change, kept=True)

    def unsettled(self) -> tuple[Item, ...]:
        """Everything that is not with the server as far as is known, oldest first; what was just sent too."""
        both: list[Item] = [*self._pending.values(), *self._changes.values()]
        return tuple(sorted(both, key=lambda each: each.created_at))

    def delayed(self) -> tuple[Item, ...]:
        """Of that, what did not go out at the first try."""
        return tuple(each for each in self.unsettled() if each.state is not SendState.SENDING)
