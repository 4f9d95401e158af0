"""Which messages of a conversation a thread holds: at most 200, in order, without doubles."""

from collections.abc import Iterable, Sequence

from deskterm.protocol.records import Message

#: More messages than this are never mounted at once.
MOST_MESSAGES = 200


class Window:
    """A stretch of a conversation. Adding at one end drops what is too much at the other."""

    def __init__(self, most: int = MOST_MESSAGES) -> None:
        self._most = most
        self._messages: list[Message] = []
        self.more_before = False
        """Older messages exist that are not here."""
        self.more_after = False
        """Newer messages exist that are not here."""

    @property
    def messages(self) -> Sequence[Message]:
        """The messages that are here, oldest first."""
        return self._messages

    def show(self, messages: Iterable[Message], more_before: bool, more_after: bool) -> None:
        """Holds these messages, and no others."""
        self._messages = _in_order(messages)
        self.more_before, self.more_after = more_before, more_after
        self._drop_oldest()

    def append(self, messages: Iterable[Message], more_after: bool = False) -> None:
        """Adds messages, newer ones at the end; a message that is here already is replaced if not older."""
        self._messages = _in_order([*self._messages, *messages])
        self.more_after = more_after
        self._drop_oldest()

    def prepend(self, messages: Iterable[Message], more_before: bool) -> None:
        """Adds older messages at the start."""
        self._messages = _in_order([*messages, *self._messages])
        self.more_before = more_before
        if len(self._messages) > self._most:
            self._messages = self._messages[: self._most]
            self.more_after = True

    def replace(self, message: Message) -> bool:
        """Takes a newer state of a message that is here; False if it is not here."""
        for place, each in enumerate(self._messages):
            if each.id == message.id:
                if message.rev >= each.rev:
                    self._messages[place] = message
                    self._messages.sort(key=_place)
                return True
        return False

    def __contains__(self, message_id: str) -> bool:
        return any(each.id == message_id for each in self._messages)

    def _drop_oldest(self) -> None:
        if len(self._messages) > self._most:
            self._messages = self._messages[-self._most :]
            self.more_before = True


def _in_order(messages: Iterable[Message]) -> list[Message]:
    newest: dict[str, Message] = {}
    for message in messages:
        known = newest.get(message.id)
        if known is None or message.rev >= known.rev:
            newest[message.id] = message
    return sorted(newest.values(), key=_place)


def _place(message: Message) -> tuple[bool, int]:
    """Messages still on their way have seq 0 and stand last, in the order they were written."""
    return (message.seq == 0, message.seq)
