"""A customer's thread: how it follows what the replica learns, with what they wrote under "You".

Help & Support also shows the notifications that came meanwhile: they are in a conversation of their own, and
stand here at their time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.client.answers import Typing
from deskterm.client.replica.changes import (
    Change,
    MessageArrived,
    MessageChanged,
    PendingChanged,
    Resynced,
    ThreadBegun,
    ThreadLoaded,
    TypingChanged,
)
from deskterm.client.replica.outgoing import Pending, SendState
from deskterm.client.replica.thread import Thread as Loaded
from deskterm.protocol.records import Author, AuthorKind, Conversation, Kind, Message
from deskterm.screens.chat.notices import Notices
from deskterm.screens.conversation.thread_pages import Pages
from deskterm.screens.waiting.waiting import CUSTOMERS, delivery
from deskterm.text.words import later, tr
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import Reading

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

YOU = later("You")
#: Stands for the own contact while its id is not known yet.
_SELF = "you"


class CustomerThread:
    """Keeps one thread widget on one conversation of the signed-in customer."""

    def __init__(
        self, desk: "Desk", widget: Thread, now: Callable[[], datetime], *, with_notices: bool = True
    ) -> None:
        self._desk = desk
        self._notices = Notices(desk) if with_notices else None
        self._widget = widget
        self._now = now
        self._unread: tuple[int | None, int] = (None, 0)
        self.conversation_id: str | None = None
        self.pages = Pages(
            desk,
            widget,
            lambda: self.conversation_id,
            self._voiced,
            self._reading,
            lambda: list(map(self._as_message, self._pending())),
        )

    @property
    def conversation(self) -> Conversation | None:
        """The record of what is shown."""
        return self._desk.replica.conversation(self.conversation_id) if self.conversation_id else None

    @property
    def notices(self) -> Conversation | None:
        """The conversation of notifications, where they are shown: in Help & Support."""
        return self._notices.conversation(self.conversation) if self._notices else None

    @property
    def unread(self) -> int:
        """How much is new in what is shown."""
        return sum(each.unread for each in (self.conversation, self.notices) if each)

    def show(self, conversation_id: str) -> None:
        """Show a conversation whose newest messages are loaded; the unread line stands until the next one."""
        if conversation_id != self.conversation_id:
            self.conversation_id = conversation_id
            self._unread = self._first_unread()
        self.draw()

    def draw(self) -> None:
        """Draw everything anew, from the end."""
        loaded = self._loaded()
        if loaded is None or not loaded.loaded:
            return
        messages = [*self._voiced(loaded.messages), *map(self._as_message, self._pending())]
        if messages:
            self._widget.show(
                messages,
                self._reading(messages),
                more_before=not loaded.at_start,
                more_after=not loaded.at_end,
            )
        else:
            self._widget.show_sentence(self._beginning(), "Write below; the answer comes right here.")
        self.draw_typing()

    def changed(self, change: Change) -> None:
        """Follow what happened; changes of other conversations are none of ours."""
        if isinstance(change, Resynced):
            self.draw()
        where = getattr(change, "conversation_id", None)
        notices = self.notices
        if notices is not None and where == notices.id:
            self._notice_changed(change)
        if where != self.conversation_id or self.conversation_id is None:
            return
        match change:
            case MessageArrived():
                self._append(self._own_voice(change.message))
            case MessageChanged():
                self._replace(change.id)
            case PendingChanged():
                self._pending_changed(change.id)
            case ThreadLoaded() if not self._widget.messages:
                self.draw()
            case ThreadBegun():
                self.draw()
            case TypingChanged():
                self.draw_typing()
            case _:
                pass

    def refresh_marks(self) -> None:
        """Draw anew how far own messages have come: support has read, or a send went through or failed."""
        if self._widget.messages:
            self._widget.set_reading(self._reading(self._widget.messages))

    async def to_tail(self) -> None:
        """Show the newest messages, from wherever the reader looked."""
        await self.pages.to_tail()
        self.draw()

    def draw_typing(self) -> None:
        """Say who types."""
        self._widget.set_typing([each.who.name or tr("Support") for each in self._typing()])

    def typing_ends(self) -> datetime | None:
        """When the next of those who type is taken to have stopped."""
        return min((each.until for each in self._typing()), default=None)

    def _typing(self) -> list[Typing]:
        if self.conversation_id is None:
            return []
        every = self._desk.replica.attention.typing(self.conversation_id, self._now())
        return [each for each in every if each.who.id != self._own_id()]

    def _append(self, message: Message) -> None:
        if self._widget.messages:
            self._widget.append(message)
            self.refresh_marks()
        else:
            self.draw()

    def _notice_changed(self, change: Change) -> None:
        """A notification came, or those before were loaded."""
        match change:
            case MessageArrived():
                self._append(change.message)
            case MessageChanged():
                thread = self._desk.replica.thread(change.conversation_id)
                message = thread.get(change.id) if thread else None
                if message is not None:
                    self._widget.replace(message)
            case ThreadLoaded():
                self._show_notices()
            case _:
                pass

    def _show_notices(self) -> None:
        """Put the notifications among the messages that are shown; what is in view stays where it is."""
        shown = [each.seq for each in self._widget.messages if each.seq]
        if not shown:
            self.draw()
        elif not self._widget.more_after:
            first = shown[0] if self._widget.more_before else 0
            fitting = [each for each in self.pages.messages() if each.seq >= first]
            self._widget.append_page(fitting, more_after=False)

    def _replace(self, message_id: str) -> None:
        loaded = self._loaded()
        message = loaded.get(message_id) if loaded else None
        if message is not None:
            self._widget.replace(self._own_voice(message))

    def _pending_changed(self, message_id: str) -> None:
        outgoing = self._desk.replica.outgoing
        pending = outgoing.get(message_id)
        if pending is not None:
            self._append(self._as_message(pending))
        elif outgoing.state(message_id) is SendState.SENT and self._is_here(message_id):
            self._replace(message_id)
            if message_id not in self._widget:  # sent before it was drawn, below what is looked at
                self._widget.action_end()
        else:
            self.draw()
        self.refresh_marks()

    def _is_here(self, message_id: str) -> bool:
        loaded = self._loaded()
        return loaded is not None and message_id in loaded

    def _loaded(self) -> Loaded | None:
        return self._desk.replica.thread(self.conversation_id) if self.conversation_id else None

    def _pending(self) -> tuple[Pending, ...]:
        return self._desk.replica.outgoing.of(self.conversation_id) if self.conversation_id else ()

    def _own_id(self) -> str:
        me = self._desk.replica.me
        return (me.contact_id if me else None) or _SELF

    def _as_message(self, pending: Pending) -> Message:
        """An own text on its way, as the thread shows it: last, until the server has given it a place."""
        return Message(
            id=pending.id,
            conversation_id=pending.conversation_id,
            seq=0,
            rev=0,
            author=Author(AuthorKind.CONTACT, self._own_id(), tr(YOU)),
            body=pending.body,
            kind=pending.kind,
            created_at=pending.created_at,
            attachments=pending.attachments,
        )

    def _first_unread(self) -> tuple[int | None, int]:
        """Where reading begins: at the first of as many messages of others as are unread."""
        first: int | None = None
        for each in (self.conversation, self.notices):
            thread = self._desk.replica.thread(each.id) if each else None
            if each is None or thread is None or not each.unread:
                continue
            others = [one.seq for one in thread.messages if not self._is_own(one)]
            new = others[-each.unread :]
            first = min(new[0], first or new[0]) if new else first
        return (first, self.unread) if first is not None else (None, 0)

    def _reading(self, messages: Iterable[Message]) -> Reading:
        conversation, online, now = self.conversation, self._desk.connection.online, self._now()
        return Reading(
            own_ids=frozenset({self._own_id(), *self._own_contact_ids(messages)}),
            unread_from_seq=self._unread[0],
            unread_count=self._unread[1],
            seen_seq=conversation.agent_read_seq if conversation else 0,
            deliveries={each.id: delivery(each, now, CUSTOMERS, online=online) for each in self._pending()},
        )

    def _beginning(self) -> str:
        """What stands where nothing was written yet: in Help & Support a welcome."""
        conversation = self.conversation
        if conversation is not None and conversation.kind is not Kind.SUPPORT:
            return tr("Nothing was written here yet.")
        organization = self._desk.replica.organization
        welcome = organization.settings.get("welcome") if organization else None
        return welcome if isinstance(welcome, str) and welcome.strip() else tr("How can we help?")

    def _is_own(self, message: Message) -> bool:
        """Whether the customer wrote it: in their requests only they write as a contact."""
        if message.author.kind is not AuthorKind.CONTACT:
            return False
        conversation = self.conversation
        alone = conversation is None or conversation.kind is Kind.SUPPORT
        return alone or message.author.id == self._own_id()

    def _own_voice(self, message: Message) -> Message:
        return (
            replace(message, author=replace(message.author, name=tr(YOU)))
            if self._is_own(message)
            else message
        )

    def _own_contact_ids(self, messages: Iterable[Message]) -> set[str]:
        return {each.author.id for each in messages if each.author.id and self._is_own(each)}

    def _voiced(self, messages: Sequence[Message]) -> list[Message]:
        """Messages as they are shown, and between them the notifications of that time."""
        own = list(map(self._own_voice, messages))
        loaded = self._loaded()
        if loaded is None or self._notices is None:
            return own
        between = self._notices.among(self.conversation, loaded, messages)
        return sorted([*own, *between], key=lambda each: each.seq) if between else own

    async def load_notices(self) -> None:
        """Have the notifications here that belong between the messages. Raises ClientError."""
        if self._notices is not None:
            await self._notices.load(self.conversation, self._loaded())

    async def older(self) -> None:
        """Show the page before the oldest message shown. Raises ClientError."""
        await self.pages.older()
        await self.load_notices()
