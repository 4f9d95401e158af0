"""The agents' inbox: wires the desk's news and the widgets' messages to list, thread and composer."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.timer import Timer

from deskterm.client.changes import (
    Change,
    Changes,
    ConversationGone,
    CountsChanged,
    MeChanged,
    PendingChanged,
    Resynced,
    RosterChanged,
)
from deskterm.client.connection import Link, State
from deskterm.commands.keys import bindings
from deskterm.commands.model import Context, Home
from deskterm.commands.table import BY_ID, FOOTER
from deskterm.protocol.records import Role
from deskterm.screens.base import SignedIn, SignedOut
from deskterm.screens.rights import is_admin, needs_met
from deskterm.screens.state import ACTIONS
from deskterm.screens.verbs import Verbs
from deskterm.screens.views import ESCALATED, views
from deskterm.settings import Settings
from deskterm.widgets.composer import Composer
from deskterm.widgets.conversation_list import ConversationList
from deskterm.widgets.thread import Thread
from deskterm.widgets.title_bar import Link as Pill
from deskterm.widgets.views import NavPane, View, ViewTabs

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: Seconds a cursor rests before the preview follows it, and a text rests before it is saved.
PREVIEW_DELAY = 0.3
SAVE_DELAY = 0.3
#: Seconds between two looks at all figures.
TOTALS_DELAY = 5.0
#: Textual cannot wait for no time at all.
_LEAST_WAIT = 0.001


class InboxScreen(Verbs):
    """The whole inbox of one staff member or admin."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Home.INBOX)]

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(desk, settings, now)
        self.undos = []
        self._changes: list[Change] = []
        self._waits: dict[str, Timer] = {}
        self._stop: list[Callable[[], None]] = []

    def on_mount(self) -> None:
        """Show what is here, then ask for the rest."""
        self._stop = [self.desk.subscribe(self._learnt), self.desk.connection.watch(self._linked)]
        self._draw_person()
        self._linked(self.desk.connection.link)
        self.reading.close()
        self.show_view(self.views[0])
        self.list.set_drafts(self.writing.drafts.conversations)
        self.set_interval(60, self._tick)
        self._load_totals()

    def on_unmount(self) -> None:
        """Hear no more."""
        for stop in self._stop:
            stop()

    async def leave(self) -> None:
        """Keep every unsent text."""
        self.writing.keep_unsent()
        await self.writing.save()

    @property
    def kept(self) -> int:
        """The drafts."""
        return len(self.writing.drafts)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command answers here, now, to this person."""
        commands = ACTIONS.get(action)
        if commands is None:
            return super().check_action(action, parameters)
        met = needs_met(self.me)
        return any(self.context in each.contexts and each.need in met for each in commands)

    # --- what the desk tells -----------------------------------------------------------------------------

    def _learnt(self, changes: Changes) -> None:
        """Take changes together: a burst of events is drawn once."""
        if not self._changes:
            self.call_later(self._follow)
        self._changes.extend(changes)

    def _follow(self) -> None:
        changes, self._changes = self._changes, []
        if any(self.listing.concerns(change) for change in changes):
            self.listing.draw()
            self._later("totals", TOTALS_DELAY, self._load_totals, restart=False)
        for change in changes:
            self.reading.changed(change)
            self._follow_one(change)
        if self.reading_mode and self.reading.conversation is not None:
            self.writing.follow(self.reading.conversation)
            self._draw_conversation()
            self._wait_to_read()
        self._expire_typing()
        self._draw_footer()

    def _follow_one(self, change: Change) -> None:
        match change:
            case ConversationGone(id=gone):
                if gone == self.reading.conversation_id:
                    self._lost(change)
            case CountsChanged(counts=counts):
                self.listing.counted(counts)
            case RosterChanged() | Resynced():
                self._draw_person()
            case MeChanged():
                self._became()
            case PendingChanged():
                self.draw_row()
            case _:
                pass

    def _lost(self, change: ConversationGone) -> None:
        """The open conversation left one's sight: say who has it. What is being written stays to be kept."""
        if change.reason is None:
            return
        who = change.by.name if change.by else "Somebody"
        words = _LOSSES.get(change.reason, _LOSSES["reassigned"]).format(who=who)
        self.notify(words, timeout=10, markup=False)
        if self.composer.text().strip() or self.context is Context.COMPOSER:
            self.reading.close(words, "Your text is kept below; Esc leaves it as a draft.")
        else:
            self.close_conversation(words)

    def _became(self) -> None:
        """One's own role or organization changed."""
        me = self.desk.replica.me
        if me is None or me == self.me:
            return
        self.me = me
        if me.role is Role.CUSTOMER:
            self.post_message(SignedIn(self.desk, Role.CUSTOMER))
            return
        self.views = views(me)
        self.show_view(self.views[0])
        self._draw_person()

    def _linked(self, link: Link) -> None:
        if link.state is State.ENDED:
            self.post_message(SignedOut(link.why or ""))
            return
        pill = Pill.LIVE if link.online else Pill.OFFLINE
        self.bar.set_link(Pill.CONNECTING if link.state is State.CONNECTING else pill)
        self.draw_row()
        if link.state is State.BACK:
            self.work(self.writing.send_again(), "send")

    # --- what the widgets tell ---------------------------------------------------------------------------

    @on(ConversationList.Highlighted)
    def _highlighted(self) -> None:
        self._draw_footer()
        if self.single and not self.reading_mode:
            self._later("preview", PREVIEW_DELAY, self._preview)

    @on(ConversationList.Opened)
    def _list_opened(self) -> None:
        self.action_open()

    @on(ConversationList.NearEnd)
    def _near_end(self) -> None:
        self.work(self.listing.load_more(), "more", exclusive=True)

    @on(Thread.NearStart)
    def _near_start(self) -> None:
        self.work(self.reading.load_older(), "page", exclusive=True)

    @on(Thread.NearEnd)
    def _near_tail(self) -> None:
        self.work(self.reading.load_newer(), "page", exclusive=True)

    @on(Thread.TailWanted)
    def _tail_wanted(self) -> None:
        self.reading.draw()

    @on(Thread.TailReached)
    def _tail_reached(self) -> None:
        self._wait_to_read()

    @on(ViewTabs.Chosen)
    @on(NavPane.Chosen)
    def _view_chosen(self, event: ViewTabs.Chosen) -> None:
        self.action_view(event.number)

    @on(Composer.Send)
    def _send(self, event: Composer.Send) -> None:
        self.work(self._sending(event), "send")

    async def _sending(self, event: Composer.Send) -> None:
        await self.writing.send(event.text, event.visibility, self.reading.last_seq())
        self.list.set_drafts(self.writing.drafts.conversations)
        await self.writing.save()

    @on(Composer.Changed)
    def _typed(self, event: Composer.Changed) -> None:
        self.writing.changed(event.text, event.visibility)
        self.list.set_drafts(self.writing.drafts.conversations)
        self._later("save", SAVE_DELAY, lambda: self.work(self.writing.save(), "save"))

    @on(Composer.Typing)
    def _typing(self, event: Composer.Typing) -> None:
        if self.writing.conversation_id is not None:
            self.work(self.desk.typing(self.writing.conversation_id, event.visibility), "typing")

    @on(Composer.Switched)
    def _kind_switched(self) -> None:
        if self.reading.conversation is not None:
            self.writing.follow(self.reading.conversation)

    @on(Composer.Leave)
    def _left_text(self) -> None:
        self.go_to(self.thread.stream)

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """The keyboard went elsewhere."""
        self._draw_footer()
        self._wait_to_read()

    def on_resize(self, _: events.Resize) -> None:
        """A conversation that was only shown beside the list may now cover it, and the other way round."""
        self._draw_footer()

    # --- what is drawn -----------------------------------------------------------------------------------

    def listing_drawn(self) -> None:
        """Tabs, marks and the pane's title follow the list."""
        shown = [View(each.title, self.listing.total(each)) for each in self.views]
        active = self.views.index(self.listing.view) + 1 if self.listing.view in self.views else 0
        self.tabs.set_views(shown, active)
        self.nav.set_views(shown, active)
        self.bar.set_unread(self.desk.replica.unread)
        if self.single and not self.reading_mode and self.list.cursor_id != self.reading.conversation_id:
            self._later("preview", PREVIEW_DELAY, self._preview)
        self._draw_footer()

    def opened(self) -> None:
        """The messages are there."""
        self._draw_conversation()
        self._wait_to_read(restart=True)
        self._draw_footer()

    def _preview(self) -> None:
        cursor = self.list.cursor_id
        if cursor is not None and not self.reading_mode:
            self.work(self._load_preview(cursor), "open", exclusive=True)

    async def _load_preview(self, conversation_id: str) -> None:
        await self.reading.open(conversation_id, preview=True)
        self._draw_conversation()

    def _draw_conversation(self) -> None:
        conversation = self.reading.conversation
        self.sidebar.show(conversation)
        self.facts.show(conversation)
        if conversation is not None:
            title = conversation.subject or (conversation.ticket.subject if conversation.ticket else "")
            left = [(f"#{conversation.number} ", "$muted"), (title or "Conversation", "bold")]
            state = [conversation.status.value]
            if conversation.priority != "normal":
                state.append(conversation.priority.value)
            if conversation.escalated:
                state.append("⚑ escalated")
            self.thread.set_frame(left=left, right=[(" · ".join(state), "$muted")])

    def _draw_person(self) -> None:
        role = "admin" if is_admin(self.me) else "staff"
        self.bar.set_person(self.me.organization.name, self.me.name, role)
        agents = [
            each for each in self.desk.replica.roster.members.values() if each.role is not Role.CUSTOMER
        ]
        self.nav.set_members(sorted(agents, key=lambda each: each.name))

    def _draw_footer(self) -> None:
        context = self.context
        exist = {command.id for command in self.offered()}
        wanted = [BY_ID[each] for each in FOOTER[context] if each in exist and self.applies(BY_ID[each])]
        hints = [(each.shown_key, each.label) for each in wanted]
        self.footer.set_hints(hints, typing=context is Context.COMPOSER)

    # --- what comes by time ------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Connect now, send what failed, load anew."""
        self.work(self._refresh(), "refresh", exclusive=True)

    async def _refresh(self) -> None:
        await self.desk.refresh()
        await self.listing.load()
        await self.writing.send_again()
        if self.reading.conversation_id is not None:
            await self.reading.open(self.reading.conversation_id, preview=self.reading.preview)

    def _wait_to_read(self, *, restart: bool = False) -> None:
        """Count the open conversation as read once it was in view and focused for a while."""
        conversation = self.reading.conversation
        if conversation is None or not conversation.unread or not self._reads():
            return
        self._later("read", self.settings.read_delay, self._mark_read, restart=restart)

    def _mark_read(self) -> None:
        if self.reading.conversation_id is not None and self._reads():
            self.work(self.desk.mark_read(self.reading.conversation_id), "read")

    def _reads(self) -> bool:
        """Whether the person is looking, and their looking counts: an admin's only as assignee."""
        conversation = self.reading.conversation
        if conversation is None or not self.reading_mode or not self.app.app_focus or not self.is_current:
            return False
        mine = conversation.assignee is not None and conversation.assignee.id == self.me.member_id
        return (mine or not is_admin(self.me)) and self.context is not Context.LIST and self.thread.at_end

    def _expire_typing(self) -> None:
        until = self.reading.typing_ends()
        if until is not None:
            seconds = max((until - self.now()).total_seconds(), 0.05)
            self._later("typing", seconds, self.reading.draw_people)

    def _load_totals(self) -> None:
        self.work(self.listing.load_totals((*self.views, ESCALATED)), "totals", exclusive=True)

    def _tick(self) -> None:
        self.list.tick()
        self.sidebar.tick()
        self.facts.tick()

    def _later(self, name: str, seconds: float, do: Callable[[], None], *, restart: bool = True) -> None:
        """Do something after a while, once: a second call starts the wait anew, or is let go."""
        waiting = self._waits.get(name)
        if waiting is not None:
            if not restart:
                return
            waiting.stop()

        def done() -> None:
            self._waits.pop(name, None)
            do()

        self._waits[name] = self.set_timer(max(seconds, _LEAST_WAIT), done)


_LOSSES = {
    "claimed": "{who} has taken this conversation.",
    "reassigned": "{who} has given this conversation to somebody else.",
    "returned": "{who} has put this conversation back into the queue.",
    "merged": "{who} has merged this conversation into another one.",
    "erased": "This conversation was erased.",
}
