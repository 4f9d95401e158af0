"""The customers' screen: one conversation with support, and nothing else to learn."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from deskterm.client.changes import Changes, ConversationChanged, MessageArrived, PendingChanged, Resynced
from deskterm.client.connection import Link, State
from deskterm.client.errors import ClientError
from deskterm.client.outgoing import SendState
from deskterm.commands.customer import BY_ID, CHAT, FOOTER, SHARED
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import Command
from deskterm.protocol.records import AuthorKind, Conversation, Kind, Organization, Status
from deskterm.screens.base import DeskScreen, SignedOut
from deskterm.screens.chat_requests import Requests, Sure
from deskterm.screens.chat_thread import CustomerThread
from deskterm.screens.chat_writing import ChatWriting
from deskterm.screens.listing import PATIENCE
from deskterm.settings import Settings
from deskterm.widgets.aside import Aside
from deskterm.widgets.composer import Composer
from deskterm.widgets.context_row import ContextRow
from deskterm.widgets.footer import FittingFooter
from deskterm.widgets.message import CUSTOMER_CELLS
from deskterm.widgets.support_title import Reach, SupportTitle
from deskterm.widgets.thread import Thread

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_ENDED = {
    Status.RESOLVED: "Solved. If it is not, just write: the conversation goes on.",
    Status.CLOSED: "This request is closed. What you write starts a new one.",
}


class ChatScreen(DeskScreen):
    """One customer and support."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(each for each in CHAT if each.id not in ("chat.send", "chat.newline"))
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (120, "-centred")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.desk = desk
        self.settings = settings
        self.now = now
        self.bar = SupportTitle()
        self.thread = Thread(now, cells=CUSTOMER_CELLS)
        self.aside = Aside(id="state")
        self.composer = Composer(enter_sends=True, notes=False, classes="pane")
        self.row = ContextRow()
        self.footer = FittingFooter()
        self.shown = CustomerThread(desk, self.thread, now)
        self.writing = ChatWriting(desk, self.composer, settings.drafts)
        self._stop_watching: list[Callable[[], None]] = []
        self._read_timer: Timer | None = None
        self._typing_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, thread, composer, and what is wrong with the connection, if anything is."""
        yield self.bar
        with Vertical(id="chat"):
            yield self.thread
            yield self.aside
            yield self.composer
        yield self.row
        yield self.footer

    def on_mount(self) -> None:
        """Show what is here, load what is not, and be ready to write."""
        self._stop_watching = [
            self.desk.subscribe(self._changed),
            self.desk.connection.watch(self._linked),
        ]
        self.footer.set_hints(
            [(BY_ID[name].shown_key, BY_ID[name].label) for name in FOOTER],
            ends=[("F1", "help"), ("^Q", "quit")],
        )
        self.set_focus(self.composer.field)
        self.writing.take_up()
        self._draw_title()
        self._linked(self.desk.connection.link)
        self._load()

    def on_unmount(self) -> None:
        """Hear no more."""
        for stop in self._stop_watching:
            stop()

    def offered(self) -> list[Command]:
        """What customers can do."""
        return [*CHAT, *SHARED]

    async def leave(self) -> None:
        """Keep what was not sent."""
        self.writing.keep_unsent()
        await self.writing.save()

    @property
    def kept(self) -> int:
        """The draft, if there is one."""
        return len(self.writing.drafts)

    # --- what is shown -----------------------------------------------------------------------------------

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        """Load the conversation that is active now, which may be another than the one shown."""
        waiting = self.set_timer(PATIENCE, self._still_waiting)
        try:
            own = await self.desk.portal_conversation()
        except ClientError as error:
            if self.shown.conversation_id is None and not self._show_cached():
                self.thread.show_sentence(error.sentence, "F5 try again", failed=True)
            return
        finally:
            waiting.stop()
        self._show(own)
        self._look_after_support()

    def _show(self, conversation: Conversation) -> None:
        self.shown.show(conversation.id)
        self._draw_state()
        self._read_soon()

    def _show_cached(self) -> bool:
        """Show the newest conversation that is here, for want of the server."""
        own = [each for each in self.desk.replica.conversations() if each.kind is Kind.SUPPORT]
        here = [each for each in own if (thread := self.desk.replica.thread(each.id)) and thread.loaded]
        if here:
            self._show(max(here, key=lambda each: each.number))
        return bool(here)

    def _still_waiting(self) -> None:
        if self.shown.conversation_id is None:
            self.thread.show_loading()

    def _draw_title(self) -> None:
        replica = self.desk.replica
        conversation = self.shown.conversation
        persona = (conversation.persona if conversation else None) or replica.roster.support_persona
        name = replica.organization.name if replica.organization else "Support"
        if persona is None:
            self.bar.set_support(name)
        else:
            self.bar.set_support(name, persona.name, persona.initials or "", persona.color or "")
        self.composer.set_audience(persona.name if persona else name)
        if replica.organization is not None:
            self._draw_presence(replica.organization)

    def _draw_presence(self, organization: Organization) -> None:
        support = organization.settings.get("support")
        if isinstance(support, dict):
            text = support.get("text")
            self.bar.set_presence(support.get("online") is True, text if isinstance(text, str) else "")

    def _draw_state(self) -> None:
        conversation = self.shown.conversation
        said = _ENDED.get(conversation.status) if conversation else None
        self.aside.say(*([(said, "$muted")] if said else []))
        self._draw_title()

    @work(exclusive=True, group="support", exit_on_error=False)
    async def _look_after_support(self) -> None:
        """Ask whether somebody is there: contacts are not told of agents coming and going."""
        try:
            self._draw_presence(await self.desk.api.organization())
        except ClientError:
            return

    # --- what happens ------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
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
                    self._load()
                case _:
                    pass
        self._follow_typing()

    def _conversation_changed(self, conversation_id: str) -> None:
        """Follow to a successor: the server has moved the customer on."""
        changed, shown = self.desk.replica.conversation(conversation_id), self.shown.conversation
        if changed is None or changed.kind is not Kind.SUPPORT:
            return
        if shown is not None and changed.number > shown.number:
            self._load()
        elif shown is not None and changed.id == shown.id:
            self.shown.refresh_marks()
            self._draw_state()
            self._read_soon()

    def _arrived(self, change: MessageArrived) -> None:
        if change.message.author.kind is not AuthorKind.CONTACT:
            self._read_soon()
            self._look_after_support()

    def _sent(self, message_id: str) -> None:
        """A text that arrived went to another conversation if it is not in this one."""
        conversation_id = self.shown.conversation_id
        thread = self.desk.replica.thread(conversation_id) if conversation_id else None
        if self.desk.replica.outgoing.state(message_id) is SendState.SENT and (
            thread is None or message_id not in thread
        ):
            self._load()

    def _linked(self, link: Link) -> None:
        reach = Reach.CONNECTED if link.online else Reach.OFFLINE
        self.bar.set_reach(Reach.CONNECTING if link.state is State.CONNECTING else reach)
        match link.state:
            case State.OFFLINE:
                waiting = len(self.desk.replica.outgoing.all())
                self.row.show_offline(f"{link.since.astimezone(self.now().tzinfo):%H:%M}", waiting)
            case State.BACK:
                self.row.show_back(link.updates)
                self._back()
            case State.ENDED:
                self._end(link.why or "")
            case _:
                self.row.clear_banner()

    def _back(self) -> None:
        """Connected again: what waited goes out, and what was missed comes in."""
        self._look_after_support()
        self._send_again()
        if self.shown.conversation_id is None:
            self._load()

    @work(exclusive=True, group="end", exit_on_error=False)
    async def _end(self, why: str) -> None:
        await self.leave()
        self.post_message(SignedOut(why))

    # --- writing -----------------------------------------------------------------------------------------

    @on(Composer.Send)
    def _send(self, event: Composer.Send) -> None:
        event.stop()
        conversation_id = self.shown.conversation_id
        if conversation_id is None:
            self.composer.show_trouble("Not connected yet; your text stays here.")
            return
        self._deliver(conversation_id, event.text)

    @work(group="send", exit_on_error=False)
    async def _deliver(self, conversation_id: str, text: str) -> None:
        await self.writing.send(conversation_id, text)

    @work(exclusive=True, group="again", exit_on_error=False)
    async def _send_again(self) -> None:
        await self.writing.send_again()

    @on(Composer.Changed)
    def _typed(self, event: Composer.Changed) -> None:
        event.stop()
        self.writing.changed(event.text)
        self._save_soon()

    @work(exclusive=True, group="save", exit_on_error=False)
    async def _save_soon(self) -> None:
        await self.writing.save_after_a_moment()

    @on(Composer.Typing)
    def _say_typing(self, event: Composer.Typing) -> None:
        event.stop()
        if self.shown.conversation_id is not None:
            self._tell_typing(self.shown.conversation_id)

    @work(group="typing", exit_on_error=False)
    async def _tell_typing(self, conversation_id: str) -> None:
        await self.desk.typing(conversation_id)

    def _follow_typing(self) -> None:
        """Take the line about typing away when it is over."""
        ends = self.shown.typing_ends()
        if self._typing_timer is not None:
            self._typing_timer.stop()
            self._typing_timer = None
        if ends is not None:
            rest = max((ends - self.now()).total_seconds(), 0.05)
            self._typing_timer = self.set_timer(rest, self._typing_over)

    def _typing_over(self) -> None:
        self.shown.draw_typing()
        self._follow_typing()

    # --- reading -----------------------------------------------------------------------------------------

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """In view again."""
        self._read_soon()

    def on_app_focus(self, _: events.AppFocus) -> None:
        """The window has the keyboard again."""
        self._read_soon()

    @on(Thread.TailReached)
    def _read_soon(self) -> None:
        """Count what is in view as read, once it has been there for a moment."""
        if self._read_timer is not None:
            self._read_timer.stop()
        self._read_timer = self.set_timer(max(self.settings.read_delay, 0.01), self._count_as_read)

    def _count_as_read(self) -> None:
        conversation = self.shown.conversation
        if conversation and conversation.unread and self.thread.at_end and self.is_active and self.app.app_focus:
            self._mark_read(conversation.id)

    @work(exclusive=True, group="read", exit_on_error=False)
    async def _mark_read(self, conversation_id: str) -> None:
        try:
            await self.desk.mark_read(conversation_id)
        except ClientError:
            return

    @on(Thread.NearStart)
    @work(exclusive=True, group="page", exit_on_error=False)
    async def _load_older(self, event: Thread.NearStart) -> None:
        event.stop()
        await self._load_page(older=True)

    @on(Thread.NearEnd)
    @work(exclusive=True, group="page", exit_on_error=False)
    async def _load_newer(self, event: Thread.NearEnd) -> None:
        event.stop()
        await self._load_page(older=False)

    async def _load_page(self, *, older: bool) -> None:
        conversation_id = self.shown.conversation_id
        if conversation_id is None:
            return
        try:
            await (self.desk.load_older if older else self.desk.load_newer)(conversation_id)
        except ClientError as error:
            self.row.show_words(error.sentence)
            return
        self.shown.page(older=older)

    @on(Thread.TailWanted)
    def _show_tail(self) -> None:
        self.shown.draw()

    # --- keys --------------------------------------------------------------------------------------------

    def action_send(self) -> None:
        """Send what is written."""
        self.composer.action_send()

    def action_newline(self) -> None:
        """Start a new line."""
        self.composer.action_newline()

    def action_write(self) -> None:
        """Go to the newest message and to the composer."""
        self.thread.action_end()
        self.set_focus(self.composer.field)

    def action_page(self, step: int) -> None:
        """Scroll the thread while writing."""
        stream: Widget = self.thread.stream
        stream.scroll_relative(y=step * max(stream.size.height - 1, 1), animate=False)

    def action_refresh(self) -> None:
        """Connect at once, send again what failed, load again what is missing."""
        self._refresh()

    @work(exclusive=True, group="refresh", exit_on_error=False)
    async def _refresh(self) -> None:
        await self.desk.refresh()
        await self.writing.send_again()
        self._load()

    def action_new(self) -> None:
        """Start another request; the present one is closed by that, so ask once."""
        if self.shown.conversation is None or not self.thread.messages:
            self.row.show_words("This is a new request already: just write.")
            return
        self.app.push_screen(
            Sure("A new request closes the present one.", "start a new one"),
            self._start_new,
        )

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _start_new(self, sure: bool | None) -> None:
        if not sure:
            return
        try:
            made = await self.desk.create_conversation()
            await self.desk.open_conversation(made.id)
        except ClientError as error:
            self.row.show_words(error.sentence)
            return
        self._show(made)

    def action_earlier(self) -> None:
        """Read what was asked before."""
        self.app.push_screen(Requests(self.desk, self.now, self.shown.conversation_id))

    async def action_account(self) -> None:
        """Who is signed in, and out again."""
        await self.app.run_action("account")
