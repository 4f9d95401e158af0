"""Which stretch of a conversation its pane shows: pages at both ends, and the stretch around one message."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from deskterm.client.errors import ClientError
from deskterm.protocol.records import Message
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import Reading

if TYPE_CHECKING:
    from deskterm.client.desk import Desk
    from deskterm.client.replica.thread import Thread as Loaded

#: Messages added at an end at once; those on each side of a message that is gone to.
PAGE = 50


class Pages:
    """Moves one thread widget along one conversation, from the replica where it can and from the server else.

    `which` answers the conversation that is shown, `voice` makes of the replica's messages what is shown of
    them, `reading` how; `unsent` are own texts on their way, shown at the very end. Every coroutine may be
    cancelled; those that load raise `ClientError`.
    """

    def __init__(
        self,
        desk: "Desk",
        widget: Thread,
        which: Callable[[], str | None],
        voice: Callable[[Sequence[Message]], list[Message]],
        reading: Callable[[Sequence[Message]], Reading],
        unsent: Callable[[], list[Message]],
    ) -> None:
        self._desk = desk
        self._widget = widget
        self.which = which
        self.voice = voice
        self._reading = reading
        self._unsent = unsent

    def loaded(self) -> "Loaded | None":
        """The replica's part of the conversation, if any of it is there."""
        conversation_id = self.which()
        thread = self._desk.replica.thread(conversation_id) if conversation_id else None
        return thread if thread is not None and thread.loaded else None

    def messages(self) -> list[Message]:
        """What is loaded, as it is shown, oldest first."""
        thread = self.loaded()
        return self.voice(thread.messages) if thread else []

    async def older(self) -> None:
        """Add the page before the oldest message shown."""
        thread, first = self.loaded(), _first(self._widget.messages)
        if thread is not None and not thread.at_start and not any(e.seq < first for e in thread.messages):
            await self._load(self._desk.load_older)
        thread = self.loaded()
        if thread is None:
            return
        before = [each for each in self.voice(thread.messages) if each.seq < first]
        page = before[-PAGE:]
        self._widget.prepend(page, more_before=len(before) > len(page) or not thread.at_start)

    async def newer(self) -> None:
        """Add the page after the newest message shown."""
        thread, last = self.loaded(), _last(self._widget.messages)
        if thread is not None and not thread.at_end and not any(each.seq > last for each in thread.messages):
            await self._load(self._desk.load_newer)
        thread = self.loaded()
        if thread is None:
            return
        after = [each for each in self.voice(thread.messages) if each.seq > last]
        page = after[:PAGE]
        self._widget.append_page(page, more_after=len(after) > len(page) or not thread.at_end)

    async def to_tail(self) -> None:
        """Have the newest messages in the replica, whatever stretch of it was looked at."""
        thread = self.loaded()
        if thread is not None and not thread.at_end:
            await self._load(self._desk.open_conversation)

    async def reveal(self, message_id: str) -> bool:
        """Show the stretch around a message and mark that message; False if it is not there any more."""
        if message_id not in self._widget:
            thread = self.loaded()
            if thread is None or all(each.id != message_id for each in thread.messages):
                await self._load(lambda shown: self._desk.load_around(shown, message_id))
            if not self._show_around(message_id):
                return False
        self._widget.point_at(message_id)
        return True

    def _show_around(self, message_id: str) -> bool:
        thread, messages = self.loaded(), self.messages()
        place = next((at for at, each in enumerate(messages) if each.id == message_id), None)
        if thread is None or place is None:
            return False
        start, end = max(place - PAGE, 0), min(place + PAGE, len(messages))
        more_after = end < len(messages) or not thread.at_end
        stretch = [*messages[start:end], *([] if more_after else self._unsent())]
        self._widget.show(
            stretch,
            self._reading(stretch),
            more_before=start > 0 or not thread.at_start,
            more_after=more_after,
            at=message_id,
        )
        return True

    async def _load(self, load: Callable[[str], Awaitable[None]]) -> None:
        conversation_id = self.which()
        if conversation_id is None:
            return
        try:
            await load(conversation_id)
        except ClientError:
            self._widget.ask_again()
            raise


def _first(messages: Sequence[Message]) -> int:
    return min((each.seq for each in messages if each.seq), default=0)


def _last(messages: Sequence[Message]) -> int:
    return max((each.seq for each in messages), default=0)
