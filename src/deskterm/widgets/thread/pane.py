"""A conversation's messages, the newest at the bottom, with what happens there in the line below.

At most 200 messages are mounted; `NearStart` and `NearEnd` ask for more. The end stays in view while it
is, and stays out of view once the reader has scrolled up: then the line below counts what came, as in
`↓ 3 new (G)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as TextualMessage

from deskterm.protocol.records import Message, MessageKind
from deskterm.text.needle import Needle
from deskterm.text.words import tr
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.thread.line import ThreadLine
from deskterm.widgets.thread.message import AGENT_CELLS
from deskterm.widgets.thread.plan import Delivery, Reading, plan
from deskterm.widgets.thread.search import SearchBar
from deskterm.widgets.thread.stream import ThreadStream
from deskterm.widgets.thread.window import Window


class Thread(Framed, Vertical):
    """The messages of one conversation.

    `now` gives the reader's time. `cells` is how long a line of text may be: `AGENT_CELLS` or
    `CUSTOMER_CELLS`. Focus goes to `stream`, which scrolls.
    """

    @dataclass
    class NearStart(TextualMessage):
        """The oldest message here is near and there are older ones."""

        before_id: str

    @dataclass
    class NearEnd(TextualMessage):
        """The newest message here is near and there are newer ones, dropped while the reader was far up."""

        after_id: str

    @dataclass
    class TailWanted(TextualMessage):
        """The reader wants to see the end, which is not here: answer with `show` of the newest page."""

    @dataclass
    class TailReached(TextualMessage):
        """The reader has come to the end: everything here has been in view."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        cells: int = AGENT_CELLS,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._now = now
        self._window = Window()
        self._reading = Reading()
        self._unseen = 0
        self._due = False
        self._to_end = False
        self._asked: tuple[str, str] | None = None
        self._pointed: str | None = None
        self._reveal: str | None = None
        self._needle: Needle | None = None
        self.stream = ThreadStream(cells)
        self.line = ThreadLine()
        self.search = SearchBar()
        self.search.display = False

    def compose(self) -> ComposeResult:
        """The stream, and the line below it, in whose place one types what to look for."""
        yield self.stream
        yield self.line
        yield self.search

    @property
    def messages(self) -> Sequence[Message]:
        """The messages held, oldest first; at most 200."""
        return self._window.messages

    def __contains__(self, message_id: object) -> bool:
        return isinstance(message_id, str) and message_id in self._window

    @property
    def more_before(self) -> bool:
        """Whether the conversation has older messages than those held."""
        return self._window.more_before

    @property
    def more_after(self) -> bool:
        """Whether the conversation has newer messages than those held."""
        return self._window.more_after

    @property
    def pointed(self) -> Message | None:
        """The message that the reader points at."""
        return next((each for each in self.messages if each.id == self._pointed), None)

    @property
    def at_end(self) -> bool:
        """Whether the newest message of the conversation is in view."""
        return self.stream.follows and not self._window.more_after

    def show(
        self,
        messages: Sequence[Message],
        reading: Reading,
        *,
        more_before: bool = False,
        more_after: bool = False,
        at: str | None = None,
    ) -> None:
        """Shows another conversation, or another stretch of it, from its end, or `at` one of its messages."""
        self._window.show(messages, more_before, more_after)
        self._reading = reading
        self._pointed = at
        self._unseen, self._asked = 0, None
        self.line.clear()
        self.stream.say(None)
        self._to_end, self._reveal = at is None, at
        self._changed()

    def append(self, message: Message) -> None:
        """Adds a message that has just been written, by anybody. Newer than what is held: only counted."""
        fresh = message.id not in self._window
        own = message.author.id in self._reading.own_ids
        if self._window.more_after:
            self._count(fresh)
            if own and fresh:
                self.post_message(self.TailWanted())
            return
        self._window.append([message])
        if own and fresh:
            self._to_end = True
        elif not self.stream.follows:
            self._count(fresh)
        self._changed()

    def append_page(self, messages: Sequence[Message], *, more_after: bool) -> None:
        """Adds the newer page that `NearEnd` asked for."""
        self._window.append(messages, more_after)
        self._asked = None
        self._changed()

    def prepend(self, messages: Sequence[Message], *, more_before: bool) -> None:
        """Adds the older page that `NearStart` asked for; what is in view stays where it is."""
        self._window.prepend(messages, more_before)
        self._asked = None
        self._changed()

    def replace(self, message: Message) -> None:
        """Shows a newer state of a message; older states and unknown messages change nothing."""
        if self._window.replace(message):
            self._changed()

    def set_delivery(self, message_id: str, delivery: Delivery, trouble: str = "") -> None:
        """Marks how far an own message has come; `trouble` is a sentence about a failed one."""
        deliveries = {**self._reading.deliveries, message_id: (delivery, trouble)}
        self.set_reading(replace(self._reading, deliveries=deliveries))

    def set_reading(self, reading: Reading) -> None:
        """Who reads and what is unread has changed. Keep the unread line until the reader leaves."""
        if reading != self._reading:
            self._reading = reading
            self._changed()

    @property
    def reading(self) -> Reading:
        """Who reads, as last set."""
        return self._reading

    def set_typing(self, typing: Sequence[str], viewing: Sequence[str] = ()) -> None:
        """Says who is typing and who else is looking; both empty says nothing."""
        self.line.set_people(typing, viewing)

    def show_loading(self) -> None:
        """Static skeleton lines; call it after 120 ms of waiting."""
        self._stand_in(None)

    def show_sentence(self, text: str, hint: str = "", *, failed: bool = False) -> None:
        """One sentence instead of messages: nothing is open, nothing was said yet, or something failed."""
        self._stand_in((("✗ " if failed else "") + tr(text), tr(hint)))

    def ask_again(self) -> None:
        """The page that was asked for could not be had: the next move asks for it again."""
        self._asked = None

    def point_at(self, message_id: str | None) -> None:
        """Points at a message that is held, and brings it into view; None points at none."""
        self._pointed = self._reveal = message_id
        self._changed()

    def point(self, step: int) -> bool:
        """Points at the next (`step` 1) or previous (-1) message that was said; at first the lowest seen.

        False where there is none, as far as messages are held.
        """
        said = [each.id for each in self.messages if each.kind is not MessageKind.ACTIVITY]
        if self._pointed in said:
            place = said.index(self._pointed) + step
        else:
            lowest = self.stream.last_in_view()
            place = said.index(lowest) if lowest in said else len(said) - 1
        if not 0 <= place < len(said):
            return False
        self.point_at(said[place])
        return True

    def look_for(self, needle: Needle | None) -> None:
        """Marks what is looked for in every message; None marks nothing any more."""
        self._needle = needle
        self._changed()

    def tick(self) -> None:
        """Draws the names of days anew; call it at midnight."""
        self._changed()

    def action_end(self) -> None:
        """Goes to the newest message, and points at none."""
        self._pointed = None
        self.stream.point_at(None)
        if self._window.more_after:
            self.post_message(self.TailWanted())
            return
        self.stream.follow()
        self._reached_end()

    def on_thread_stream_scrolled(self, event: ThreadStream.Scrolled) -> None:
        """Asks for more near an end; at the very end there is nothing new below."""
        event.stop()
        messages = self._window.messages
        if not messages:
            return
        if event.near_start and self._window.more_before:
            self._ask("before", messages[0].id)
        if event.near_end and self._window.more_after:
            self._ask("after", messages[-1].id)
        if event.at_end and not self._window.more_after:
            self._reached_end()

    def _ask(self, which: str, message_id: str) -> None:
        if self._asked != (which, message_id):
            self._asked = (which, message_id)
            wanted = self.NearStart if which == "before" else self.NearEnd
            self.post_message(wanted(message_id))

    def _count(self, fresh: bool) -> None:
        self._unseen += fresh
        self.line.set_unseen(self._unseen)

    def _reached_end(self) -> None:
        if self._unseen:
            self._unseen = 0
            self.line.set_unseen(0)
        self.post_message(self.TailReached())

    def _stand_in(self, said: tuple[str, str] | None) -> None:
        self._pointed = self._reveal = None
        self._window.show([], more_before=False, more_after=False)
        self.line.clear()
        self.stream.say(said if said is not None else "loading")
        self._changed()

    def _changed(self) -> None:
        """Draws once for all changes up to the next turn."""
        if not self._due:
            self._due = True
            self.call_later(self._draw)

    async def _draw(self) -> None:
        self._due = False
        to_end, self._to_end = self._to_end, False
        reveal, self._reveal = self._reveal, None
        self.stream.point_at(self._pointed)
        items = list(plan(self._window.messages, self._reading, self._now(), self._needle))
        await self.stream.draw(items, to_end, reveal)
