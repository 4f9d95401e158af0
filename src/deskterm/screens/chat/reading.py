"""How the customers' screen comes to the request, follows it to its successor, and counts what is read."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.timer import Timer

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import (
    Changes,
    ConversationChanged,
    MessageArrived,
    PendingChanged,
    Resynced,
)
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import AuthorKind, Conversation, Kind
from deskterm.screens.base import PATIENCE
from deskterm.screens.chat.layout import ChatLayout
from deskterm.settings import Settings
from deskterm.widgets.thread.pane import Thread

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: The least wait that a timer takes.
_AT_ONCE = 0.01


class ChatReading(ChatLayout):
    """Everything about reading; nothing about writing."""

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(desk, settings, now)
        self._read_timer: Timer | None = None
        self._typing_timer: Timer | None = None

    # --- which conversation ------------------------------------------------------------------------------

    @work(exclusive=True, group="load", exit_on_error=False)
    async def load(self) -> None:
        """Load the request that is active now, which may be another than the one shown."""
        waiting = self.set_timer(PATIENCE, self._still_waiting)
        try:
            own = await self.desk.portal_conversation()
        except ClientError as error:
            if self.support_id is None and self.at_support and not self._show_cached():
                self.thread.show_sentence(error.sentence, "{@chat.refresh:F5} try again", failed=True)
            return
        finally:
            waiting.stop()
        self.support_came(own)
        self.look_after_support()

    def support_came(self, conversation: Conversation) -> None:
        """The active request and its newest messages are here: show it, unless one is elsewhere."""
        self.support_id = conversation.id
        if self.at_support:
            self.show(conversation)

    def show(self, conversation: Conversation) -> None:
        """Show a conversation whose newest messages are here."""
        self.shown.show(conversation.id)
        if self.shown.notices is not None:
            self._load_notices()
        self.draw_state()
        self.draw_footer()
        self.read_soon()

    def _show_cached(self) -> bool:
        """Show the newest conversation that is here, for want of the server."""
        own = [each for each in self.desk.replica.conversations() if each.kind is Kind.SUPPORT]
        here = [each for each in own if (thread := self.desk.replica.thread(each.id)) and thread.loaded]
        if here:
            self.support_came(max(here, key=lambda each: each.number))
        return bool(here)

    def _still_waiting(self) -> None:
        if self.shown.conversation_id is None:
            self.thread.show_loading()

    @work(exclusive=True, group="support", exit_on_error=False)
    async def look_after_support(self) -> None:
        """Ask whether somebody is there; while connected, the server tells when that changes."""
        with suppress(ClientError):
            await self.desk.look_around()

    # --- what the desk tells -----------------------------------------------------------------------------

    def learnt(self, changes: Changes) -> None:
        """Follow what changed."""
        for change in changes:
            self.shown.changed(change)
            match change:
                case ConversationChanged():
                    self._conversation_changed(change.id)
                case MessageArrived():
                    self._arrived(change)
                case PendingChanged():
                    self._sent(change.id)
                case Resynced():
                    self.load()
                case _:
                    pass
        self._follow_typing()

    def _conversation_changed(self, conversation_id: str) -> None:
        """Follow to a successor: the server has moved the customer on."""
        replica = self.desk.replica
        changed, active = replica.conversation(conversation_id), replica.conversation(self.support_id or "")
        if changed is None:
            return
        if changed.kind is Kind.SUPPORT and active is not None and changed.number > active.number:
            self.load()
        elif changed.id == self.shown.conversation_id or changed.kind is Kind.PERSONAL:
            self.shown.refresh_marks()
            self.draw_state()
            self.read_soon()

    def _arrived(self, change: MessageArrived) -> None:
        notices = self.shown.notices
        if notices is not None and change.conversation_id == notices.id:
            self._load_notices()
        if change.message.author.kind is not AuthorKind.CONTACT or not self.at_support:
            self.read_soon()
        if change.conversation_id == self.support_id and change.message.author.kind is not AuthorKind.CONTACT:
            self.look_after_support()

    @work(exclusive=True, group="notices", exit_on_error=False)
    async def _load_notices(self) -> None:
        with suppress(ClientError):  # they come with the next notification, or the next look
            await self.shown.load_notices()
            self.read_soon()

    def _sent(self, message_id: str) -> None:
        """A text that arrived went to another conversation if it is not in this one."""
        conversation_id = self.shown.conversation_id
        thread = self.desk.replica.thread(conversation_id) if conversation_id else None
        arrived = self.desk.replica.outgoing.state(message_id) is SendState.SENT
        if arrived and self.at_support and (thread is None or message_id not in thread):
            self.load()

    def _follow_typing(self) -> None:
        """Take the line about typing away when it is over."""
        if self._typing_timer is not None:
            self._typing_timer.stop()
            self._typing_timer = None
        ends = self.shown.typing_ends()
        if ends is not None:
            rest = max((ends - self.now()).total_seconds(), _AT_ONCE)
            self._typing_timer = self.set_timer(rest, self._typing_over)

    def _typing_over(self) -> None:
        self.shown.draw_typing()
        self._follow_typing()

    # --- reading -----------------------------------------------------------------------------------------

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """In view again."""
        self.read_soon()

    def on_app_focus(self, _: events.AppFocus) -> None:
        """The window has the keyboard again."""
        self.read_soon()

    @on(Thread.TailReached)
    def read_soon(self) -> None:
        """Count what is in view as read, once it has been there for a moment."""
        if self._read_timer is not None:
            self._read_timer.stop()
        self._read_timer = self.set_timer(max(self.settings.read_delay, _AT_ONCE), self._count_as_read)

    def _count_as_read(self) -> None:
        in_view = self.thread.at_end and self.is_active and self.app.app_focus
        for conversation in (self.shown.conversation, self.shown.notices):
            if conversation is not None and conversation.unread and in_view:
                self._mark_read(conversation.id)

    @work(group="read", exit_on_error=False)
    async def _mark_read(self, conversation_id: str) -> None:
        try:
            await self.desk.mark_read(conversation_id)
        except ClientError:
            return

    @on(Thread.NearStart)
    def _near_start(self) -> None:
        self._load_page(older=True)

    @on(Thread.NearEnd)
    def _near_end(self) -> None:
        self._load_page(older=False)

    @work(exclusive=True, group="page", exit_on_error=False)
    async def _load_page(self, *, older: bool) -> None:
        try:
            await (self.shown.older() if older else self.shown.pages.newer())
        except ClientError as error:
            self.row.show_words(error.sentence)

    @on(Thread.TailWanted)
    @work(exclusive=True, group="page", exit_on_error=False)
    async def _show_tail(self) -> None:
        try:
            await self.shown.to_tail()
        except ClientError as error:
            self.row.show_words(error.sentence)
