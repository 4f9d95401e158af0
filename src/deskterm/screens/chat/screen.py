"""The customers' screen: one conversation with support first, and nothing else that has to be learnt."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.timer import Timer

from deskterm.client.errors import ClientError
from deskterm.client.live.connection import Link, State
from deskterm.client.replica.changes import Changes, DraftsChanged, PendingChanged
from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import Command
from deskterm.protocol.records import Conversation, Kind
from deskterm.screens.base import SignedOut
from deskterm.screens.chat.filing import ChatFiling
from deskterm.screens.chat.requests import Requests, Sure
from deskterm.screens.chat.writing import ChatWriting
from deskterm.screens.direct.places import HELP
from deskterm.screens.writing.draft_sync import PAUSE
from deskterm.settings import Settings
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.composer.pane import Composer

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: What the composer does by itself.
_OWN = frozenset({"chat.send", "chat.newline"})


class ChatScreen(ChatFiling):
    """One customer and support."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(each for each in CHAT if each.id not in _OWN)]

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(desk, settings, now)
        self.writing = ChatWriting(desk, self.composer, settings.drafts)
        self._stop: list[Callable[[], None]] = []
        self._pause: Timer | None = None

    def on_mount(self) -> None:
        """Show what is here, and load what is not."""
        self._stop = [self.desk.subscribe(self.learnt), self.desk.connection.watch(self._linked)]
        self.desk.keep_outbox(self.settings.outbox)
        self.writing.take_up()
        self.draw_title()
        self._linked(self.desk.connection.link)
        self.draw_places()
        self.load()
        self.load_places()

    def on_unmount(self) -> None:
        """Hear no more."""
        for stop in self._stop:
            stop()

    def offered(self) -> list[Command]:
        """What customers can do."""
        return [*CHAT, *SHARED]

    async def leave(self) -> None:
        """Keep what was not sent."""
        await self.desk.written()
        self.writing.keep_unsent()
        await self.writing.save()
        await self.writing.part()

    @property
    def kept(self) -> int:
        """The draft, if there is one."""
        return len(self.writing.drafts)

    def _linked(self, link: Link) -> None:
        self.draw_link(link)
        if link.state is State.BACK:
            self.look_after_support()
            self._send_again()
            self._push()
            self.load_places()
            if self.support_id is None:
                self.load()
        elif link.state is State.ENDED:
            self._end(link.why or "")

    @work(exclusive=True, group="end", exit_on_error=False)
    async def _end(self, why: str) -> None:
        await self.leave()
        self.post_message(SignedOut(why))

    # --- writing -----------------------------------------------------------------------------------------

    @on(Composer.Send)
    def _send(self, event: Composer.Send) -> None:
        conversation_id = self.shown.conversation_id
        if conversation_id is not None:
            self.writing.take(event.text)
            self._deliver(conversation_id, event.text)
        elif self.desk.connection.link.online:
            self.writing.take(event.text)
            self.writing.hurry(event.text)
            self.composer.show_trouble("Goes out as soon as your conversation is here.")
        else:
            self.composer.show_trouble("Not connected yet; your text stays here.")

    def show(self, conversation: Conversation) -> None:
        """Show a conversation, and send what was sent before it was there."""
        super().show(conversation)
        if self.writing.go_to(conversation.id, support=conversation.kind is Kind.SUPPORT):
            self._pull()
        if conversation.kind is Kind.SUPPORT:
            self._deliver(conversation.id, *self.writing.hurried())

    @work(group="send", exit_on_error=False)
    async def _deliver(self, conversation_id: str, *texts: str) -> None:
        self._push_soon()
        self.draw_link(self.desk.connection.link)  # what was said before is over
        try:
            for text in texts:
                await self.writing.send(conversation_id, text)
        except OSError as error:
            self.warn(tr("Not sent: {why}", why=error.strerror or tr("the file cannot be read")))
        if not self.desk.connection.online:
            self.draw_link(self.desk.connection.link)

    # --- the draft on the server -------------------------------------------------------------------------

    def learnt(self, changes: Changes) -> None:
        """Follow what changed."""
        super().learnt(changes)
        for change in changes:
            if isinstance(change, DraftsChanged):
                self.writing.learn(change.drafts)
            elif isinstance(change, PendingChanged):
                self._bring_back()

    @work(group="back", exit_on_error=False)
    async def _bring_back(self) -> None:
        """Texts whose conversation is gone are where one writes, and files have to be sent again."""
        gone = await self.writing.bring_back()
        names = [safe_line(file.name) for each in gone for file in each.files]
        if names:
            self.composer.show_trouble(tr("Not sent, please send it again: {names}", names=", ".join(names)))
        elif gone:
            self.composer.show_trouble("Your request is not there any more. Your text is here again.")

    def _push_soon(self) -> None:
        """Something was written: the server gets it after a pause."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._push)

    @work(exclusive=True, group="push", exit_on_error=False)
    async def _push(self) -> None:
        await self.writing.push()

    @work(exclusive=True, group="pull", exit_on_error=False)
    async def _pull(self) -> None:
        await self.writing.pull()
        self._push_soon()

    @work(exclusive=True, group="again", exit_on_error=False)
    async def _send_again(self) -> None:
        await self.writing.send_again(asked=False)

    def drafts_elsewhere(self) -> frozenset[str]:
        """The conversations in which a text waits; the one that is being written in is in sight."""
        return self.writing.drafts.conversations - {self.shown.conversation_id or ""}

    @on(Composer.Changed)
    def _typed(self) -> None:
        self._save_soon()
        self._push_soon()

    @work(exclusive=True, group="save", exit_on_error=False)
    async def _save_soon(self) -> None:
        await self.writing.save_after_a_moment()

    @on(Composer.Typing)
    def _typing(self) -> None:
        if self.shown.conversation_id is not None:
            self._tell_typing(self.shown.conversation_id)

    @work(group="typing", exit_on_error=False)
    async def _tell_typing(self, conversation_id: str) -> None:
        await self.desk.typing(conversation_id)

    # --- keys --------------------------------------------------------------------------------------------

    def action_send(self) -> None:
        """Send what is written."""
        self.composer.action_send()

    def action_newline(self) -> None:
        """Start a new line."""
        self.composer.action_newline()

    def action_write(self) -> None:
        """Go to the newest message and to the composer."""
        if self.search.active:
            self.search.end()
        elif not self.places.has_focus and not self.people.has_focus:
            self.thread.action_end()
        self.close_drawers()

    def action_page(self, step: int) -> None:
        """Scroll the thread while writing."""
        stream = self.thread.stream
        stream.scroll_relative(y=step * max(stream.size.height - 1, 1), animate=False)

    def action_refresh(self) -> None:
        """Connect at once, send again what failed, load again what is missing."""
        self._refresh()

    @work(exclusive=True, group="refresh", exit_on_error=False)
    async def _refresh(self) -> None:
        await self.desk.refresh()
        await self.writing.send_again()
        self.load()

    def action_new(self) -> None:
        """Start another request; the present one is closed by that, so ask once."""
        if not self.at_support:
            self.go_to(HELP)
        if self.shown.conversation is None or not self.thread.messages:
            self.row.show_words("This is a new request already: just write.")
            return
        question = Sure(tr("A new request closes the present one."), tr("start a new one"))
        self.app.push_screen(question, self._asked_for_new)

    def _asked_for_new(self, sure: bool | None) -> None:
        if sure:
            self._start_new()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _start_new(self) -> None:
        try:
            made = await self.desk.create_conversation()
            await self.desk.open_conversation(made.id)
        except ClientError as error:
            self.row.show_words(error.sentence)
            return
        self.support_came(made)

    def action_earlier(self) -> None:
        """Read what was asked before."""
        self.app.push_screen(Requests(self.desk, self.now, self.support_id))

    async def action_settings(self) -> None:
        """Look at the settings and change them."""
        await self.app.run_action("settings")

    async def action_account(self) -> None:
        """Who is signed in, and out again."""
        await self.app.run_action("account")
