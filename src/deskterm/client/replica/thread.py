"""The loaded part of one conversation's messages.

Messages are kept by id, newer `rev` wins. Pages make a window without holes, from `_first` to `_last` by
`seq`; what arrives outside of it is kept but not shown until a page reaches it, so that a page fetched
before an edit can never bring the old text back.
"""

from collections.abc import Iterable
from typing import Literal

from deskterm.client.answers import Update
from deskterm.client.replica.changes import Changes, ThreadBegun
from deskterm.protocol.records import Message

#: Most messages kept of one thread; the oldest go first and are fetched again when somebody scrolls there.
LIMIT = 2_000
END = 2**63
GRANTED = "conversation.granted"

PageKind = Literal["newest", "before", "after", "around"]


class Thread:
    """The messages of one conversation, as far as they were loaded."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._first = END  # the window is empty until the first page
        self._last = END
        self._at_start = False
        self._shown: tuple[Message, ...] | None = None

    @classmethod
    def beginning_with(cls, first: Message | None) -> "Thread":
        """A thread whose newest messages begin with this one, with more before it; or one without any."""
        thread = cls()
        thread._first, thread._at_start = (0, True) if first is None else (first.seq, False)
        return thread

    @property
    def loaded(self) -> bool:
        """Whether any page came in yet."""
        return self._first != END

    @property
    def at_start(self) -> bool:
        """Whether the window begins with the conversation's first message."""
        return self._at_start

    @property
    def at_end(self) -> bool:
        """Whether new messages belong to the window."""
        return self._last == END

    @property
    def messages(self) -> tuple[Message, ...]:
        """The window, oldest first."""
        if self._shown is None:
            inside = [each for each in self._messages.values() if self._first <= each.seq <= self._last]
            self._shown = tuple(sorted(inside, key=lambda each: (each.seq, each.id)))
        return self._shown

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._messages

    def get(self, message_id: str) -> Message | None:
        """A message that is kept here, shown or not."""
        return self._messages.get(message_id)

    def put(self, message: Message) -> bool:
        """Take a message; False if the one here is as new."""
        held = self._messages.get(message.id)
        if held is not None and held.rev >= message.rev:
            return False
        self._messages[message.id] = message
        self._shown = None
        return True

    def restart(self) -> None:
        """Forget everything: what is here may have holes."""
        self._messages.clear()
        self._first = self._last = END
        self._at_start, self._shown = False, None

    def go_on_from(self, message: Message) -> None:
        """There is a hole before this newest message: a window that ends here begins with it."""
        newest = self.messages[-1].seq if self.messages else 0
        if self.loaded and self.at_end and message.seq > newest:
            self._messages.clear()
            self._first, self._at_start, self._shown = message.seq, False, None

    def place(self, kind: PageKind, messages: Iterable[Message], more: bool) -> None:
        """Take a page and widen the window by it; `more` tells whether the list goes on in its direction.

        `newest` and `before` go on towards the start, `after` towards the end. `around` opens a new
        window in the middle.
        """
        page = list(messages)
        for message in page:
            self.put(message)
        first = min((each.seq for each in page), default=END)
        last = max((each.seq for each in page), default=0)
        match kind:
            case "newest":
                self._open_at_end(first if page else 0, last, more)
            case "before":
                self._first = min(self._first, first)
                self._at_start = not more
            case "after":
                self._last = max(self._last, last) if more else END
            case "around" if page:
                self._first, self._last, self._at_start = first, last, False
        self._shown = None

    def _open_at_end(self, first: int, last: int, more: bool) -> None:
        joined = self.loaded and self.at_end
        if joined and last < self._first:
            return  # a late page, asked for before messages were left out: there may be a hole between
        if not joined or first < self._first:
            self._first, self._at_start = first, not more
        self._last = END

    def trim(self) -> None:
        """Forget the oldest messages beyond the limit."""
        window = self.messages
        if len(window) <= LIMIT:
            return
        self._first = window[-LIMIT].seq
        self._at_start = False
        self._shown = None
        self._messages = {each.id: each for each in self._messages.values() if each.seq >= self._first}


def make_ready(threads: dict[str, Thread], update: Update) -> Changes:
    """Before messages are taken: a thread goes on after what was left out, or begins anew with a grant.

    A new thread, because a page that was asked for before may lack what came into it, or have what went.
    """
    first, granted = next(iter(update.messages), None), update.conversation
    if update.kind == GRANTED and granted and granted.id in threads:
        threads[granted.id] = Thread.beginning_with(first)
        return (ThreadBegun(granted.id),)
    if update.skipped and first and (thread := threads.get(first.conversation_id)):
        thread.go_on_from(first)
    return ()
