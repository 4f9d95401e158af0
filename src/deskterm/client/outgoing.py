"""Own messages that the server has not confirmed yet. Their id is permanent, also across retries."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from deskterm.protocol.records import Message, MessageKind, Visibility

#: Ids of sent messages that are remembered.
REMEMBERED = 1_000


class SendState(StrEnum):
    """How far an own message got."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(slots=True, frozen=True)
class Pending:
    """A message on its way; when it failed, the text stays.

    `reason` says why in words, `code` for programs. `newer` are the colleagues' replies that stopped
    this one (code `stale`).
    """

    id: str
    conversation_id: str
    body: str
    created_at: datetime
    visibility: Visibility = Visibility.PUBLIC
    kind: MessageKind = MessageKind.TEXT
    persona_id: str | None = None
    seen_seq: int | None = None
    state: SendState = SendState.SENDING
    reason: str | None = None
    code: str | None = None
    newer: tuple[Message, ...] = ()


class Outgoing:
    """The own messages on their way, oldest first, by id."""

    def __init__(self) -> None:
        self._pending: dict[str, Pending] = {}
        self._sent: dict[str, None] = {}  # ids only, newest last, so that a late failure is known for void

    def put(self, pending: Pending) -> None:
        """A message starts on its way, again if its id is known."""
        if pending.id not in self._sent:
            self._pending[pending.id] = pending

    def get(self, message_id: str) -> Pending | None:
        """A message that is not confirmed."""
        return self._pending.get(message_id)

    def of(self, conversation_id: str) -> tuple[Pending, ...]:
        """What waits in one conversation, in the order it was sent."""
        return tuple(each for each in self._pending.values() if each.conversation_id == conversation_id)

    def all(self) -> tuple[Pending, ...]:
        """What waits anywhere, also in conversations that have left."""
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
        """A failed message as it goes out again, under its own id; None if there is none."""
        pending = self._pending.get(message_id)
        if pending is None or pending.state is not SendState.FAILED:
            return None
        return replace(pending, state=SendState.SENDING, reason=None, code=None, newer=(), seen_seq=seen_seq)

    def discard(self, message_id: str) -> Pending | None:
        """Its author takes it back; answers with the text."""
        return self._pending.pop(message_id, None)
