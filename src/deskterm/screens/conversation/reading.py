"""The conversation pane: what is open there, and how the thread follows what the replica learns."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import (
    Change,
    ConversationChanged,
    MessageArrived,
    MessageChanged,
    PendingChanged,
    Resynced,
    ThreadBegun,
    ThreadLoaded,
    TypingChanged,
    ViewingChanged,
)
from deskterm.client.replica.outgoing import Pending, SendState
from deskterm.protocol.records import (
    Author,
    AuthorKind,
    Conversation,
    Kind,
    Me,
    Message,
    MessageKind,
)
from deskterm.screens.base import PATIENCE
from deskterm.screens.conversation.agents_voice import for_agents
from deskterm.screens.conversation.thread_pages import Pages
from deskterm.screens.sentences import brief
from deskterm.screens.waiting.waiting import AGENTS, delivery
from deskterm.text.words import tr
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import Reading

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class OpenThread:
    """Keeps one thread widget on one conversation.

    A conversation is either open, or only previewed under a resting cursor: that neither counts as read nor
    is it shown to colleagues as looked at.
    """

    def __init__(self, desk: "Desk", widget: Thread, me: Me, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._widget = widget
        self._me = me
        self._now = now
        self._unread_from: int | None = None
        self._unread_count = 0
        self._shown = False
        self.conversation_id: str | None = None
        self.preview = False
        self.pages = Pages(
            desk,
            widget,
            lambda: self.conversation_id,
            for_agents,
            lambda _: self._reading(),
            self._unsent,
        )

    @property
    def shown(self) -> bool:
        """Whether its messages are here."""
        return self._shown

    @property
    def conversation(self) -> Conversation | None:
        """The record of what is open, if it is still in sight."""
        return self._desk.replica.conversation(self.conversation_id) if self.conversation_id else None

    def begin(self, conversation_id: str, *, preview: bool = False) -> None:
        """Show what is here of a conversation, at once; `open` goes on from there."""
        self.preview = preview
        if conversation_id == self.conversation_id and self._shown:
            return
        self.conversation_id, self._shown = conversation_id, False
        self._mark_unread()
        self.draw()

    async def open(self, conversation_id: str, *, preview: bool = False) -> None:
        """Show a conversation: at once what is here, then what the server has. Safe to cancel."""
        self.begin(conversation_id, preview=preview)
        loaded = self.pages.loaded()
        if self._shown and loaded is not None and loaded.at_end:
            return
        waiting = asyncio.get_running_loop().call_later(PATIENCE, self._still_waiting, conversation_id)
        try:
            await self._desk.open_conversation(conversation_id)
        except ClientError as error:
            if conversation_id == self.conversation_id and not self._shown:
                self._widget.show_sentence(brief(error), "{@app.refresh:F5} try again", failed=True)
            return
        finally:
            waiting.cancel()
        if conversation_id == self.conversation_id:
            if not self._shown:
                self._mark_unread()
            self.draw()

    def close(self, sentence: str = "", hint: str = "") -> None:
        """Nothing is open any more; the sentence says why, if that is not plain."""
        self.conversation_id, self._shown = None, False
        self._widget.set_frame(left=[], right=[])
        self._widget.show_sentence(sentence or "No conversation is open.", hint)

    async def load_older(self) -> None:
        """Show the page before the oldest message here; scrolling asks again if that fails."""
        with suppress(ClientError):
            await self.pages.older()

    async def load_newer(self) -> None:
        """Show the page after the newest message here; scrolling asks again if that fails."""
        with suppress(ClientError):
            await self.pages.newer()

    async def to_tail(self) -> None:
        """Show the newest messages, from wherever the reader looked."""
        with suppress(ClientError):
            await self.pages.to_tail()
            self.draw()

    def draw(self) -> None:
        """Show the newest part of the thread, if it is here."""
        thread = self._desk.replica.thread(self.conversation_id) if self.conversation_id else None
        unsent = self._unsent()
        if thread is None or not thread.loaded:
            if unsent:  # what one wrote is in sight, whatever else is not
                self._widget.show(unsent, self._reading())
            return
        messages = [*for_agents(thread.messages), *unsent]
        self._shown = True
        if not messages:
            self._widget.show_sentence("Nothing was said yet.", "r write first")
            return
        self._widget.show(
            messages, self._reading(), more_before=not thread.at_start, more_after=not thread.at_end
        )
        self.draw_people()

    def changed(self, change: Change) -> None:
        """Follow what happened; changes of other conversations are none of ours."""
        if getattr(change, "conversation_id", getattr(change, "id", None)) != self.conversation_id:
            if isinstance(change, Resynced):
                self.draw()
            return
        match change:
            case MessageArrived() if change.message.kind is MessageKind.ACTIVITY:
                self._merge()
            case MessageArrived():
                self._append(change.message)
            case MessageChanged():
                self._replace(change.id)
            case PendingChanged():
                self._pending_changed(change.id)
            case ThreadLoaded() if self._shown:
                self._merge()
            case ThreadLoaded() | ThreadBegun():
                self.draw()
            case TypingChanged() | ViewingChanged():
                self.draw_people()
            case ConversationChanged() if self._shown:
                self._widget.set_reading(self._reading())
            case _:
                pass

    def last_seq(self) -> int:
        """Up to which position the thread is known."""
        return max((each.seq for each in self._widget.messages), default=0)

    def typing_ends(self) -> datetime | None:
        """When the next of those who type is taken to have stopped."""
        if self.conversation_id is None:
            return None
        typing = self._desk.replica.attention.typing(self.conversation_id, self._now())
        return min((each.until for each in typing), default=None)

    def _append(self, message: Message) -> None:
        if not self._widget.messages:
            self.draw()
        else:
            self._widget.append(message)

    def _merge(self) -> None:
        """Show what was loaded between the messages that are here, and below them if the end is here."""
        shown = [each.seq for each in self._widget.messages if each.seq]
        if shown:
            more = self._widget.more_after
            within = [each for each in self.pages.messages() if shown[0] <= each.seq]
            fitting = [each for each in within if each.seq <= shown[-1]] if more else within
            self._widget.append_page(fitting, more_after=more)

    def _replace(self, message_id: str) -> None:
        thread = self._desk.replica.thread(self.conversation_id or "")
        message = thread.get(message_id) if thread else None
        if message is not None:
            self._widget.replace(message)

    def _pending_changed(self, message_id: str) -> None:
        pending = self._desk.replica.outgoing.get(message_id)
        if pending is not None and pending.state is not SendState.SENT:
            self._append(self._as_message(pending))
            self._widget.set_reading(self._reading())
        elif pending is None and self._desk.replica.outgoing.state(message_id) is SendState.SENT:
            self._replace(message_id)
            self._widget.set_reading(self._reading())
            if message_id not in self._widget:  # sent before it was drawn, below what is looked at
                self._widget.action_end()
        else:
            self.draw()

    def _unsent(self) -> list[Message]:
        return [self._as_message(each) for each in self._pending()]

    def _pending(self) -> tuple[Pending, ...]:
        return self._desk.replica.outgoing.of(self.conversation_id) if self.conversation_id else ()

    def _as_message(self, pending: Pending) -> Message:
        """An own text on its way, as the thread shows it: last, until the server has given it a place."""
        return Message(
            id=pending.id,
            conversation_id=pending.conversation_id,
            seq=0,
            rev=0,
            author=self._author(pending.persona_id),
            body=pending.body,
            kind=pending.kind,
            created_at=pending.created_at,
            visibility=pending.visibility,
            attachments=pending.attachments,
        )

    def _author(self, persona_id: str | None) -> Author:
        persona = self._desk.replica.roster.personas.get(persona_id or "")
        if persona is not None:
            return Author(AuthorKind.PERSONA, persona.id, persona.name)
        return Author(AuthorKind.AGENT, self._me.member_id, self._me.name)

    def _mark_unread(self) -> None:
        """Set the unread line where reading begins; it stays there until the reader leaves."""
        conversation = self.conversation
        self._unread_from, self._unread_count = None, 0
        if conversation is None or not conversation.unread:
            return
        thread = self._desk.replica.thread(conversation.id)
        new = _unread(conversation, thread.messages if thread else (), self._desk.replica.own_ids)
        if new:
            self._unread_from, self._unread_count = min(new), conversation.unread

    def _reading(self) -> Reading:
        conversation = self.conversation
        now, online = self._now(), self._desk.connection.online
        deliveries = {each.id: delivery(each, now, AGENTS, online=online) for each in self._pending()}
        return Reading(
            own_ids=self._own_ids(conversation),
            unread_from_seq=self._unread_from,
            unread_count=self._unread_count,
            seen_seq=conversation.contact_read_seq if conversation else 0,
            deliveries=deliveries,
        )

    def _own_ids(self, conversation: Conversation | None) -> frozenset[str]:
        """Under which ids one writes there: between two, one's personas are oneself."""
        if conversation is not None and conversation.kind is Kind.DIRECT:
            return self._desk.replica.own_ids
        return frozenset({self._me.member_id} if self._me.member_id else ())

    def draw_people(self) -> None:
        """Say who types and who looks."""
        if self.conversation_id is None:
            return
        attention = self._desk.replica.attention
        typing = [
            each.who.name or tr("Somebody") for each in attention.typing(self.conversation_id, self._now())
        ]
        others = [
            each.name for each in attention.viewing(self.conversation_id) if each.id != self._me.member_id
        ]
        self._widget.set_typing(typing, others)

    def _still_waiting(self, conversation_id: str) -> None:
        if conversation_id == self.conversation_id and not self._shown:
            self._widget.show_loading()


def _unread(conversation: Conversation, messages: Sequence[Message], own: frozenset[str]) -> list[int]:
    """Where unread messages stand: in tickets those of contacts since the desk read, else those of others."""
    if conversation.kind is Kind.SUPPORT:
        since = conversation.agent_read_seq
        return [e.seq for e in messages if e.seq > since and e.author.kind is AuthorKind.CONTACT]
    return [each.seq for each in messages if each.author.id not in own][-conversation.unread :]
