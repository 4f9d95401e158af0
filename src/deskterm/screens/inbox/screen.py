"""The agents' inbox: wires the desk's news and the widgets' messages to list, thread and composer."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.binding import BindingType

from deskterm.client.live.connection import Link, State
from deskterm.client.local.first_page import FirstPage, Owner, keep
from deskterm.client.replica.changes import (
    Change,
    Changes,
    ConversationGone,
    CountsChanged,
    DraftsChanged,
    MeChanged,
    PendingChanged,
    Resynced,
    RosterChanged,
)
from deskterm.commands.keys import bindings
from deskterm.commands.model import Context, Home
from deskterm.protocol.records import Role
from deskterm.screens.base import LongWay, SignedIn, SignedOut
from deskterm.screens.frames import Frames
from deskterm.screens.inbox.drawing import PREVIEW_DELAY
from deskterm.screens.inbox.losses import lost
from deskterm.screens.inbox.rights import needs_met
from deskterm.screens.inbox.state import ACTIONS
from deskterm.screens.inbox.views import views
from deskterm.screens.triage.triage import Triage
from deskterm.settings import Settings
from deskterm.text.words import tr
from deskterm.widgets.chrome.title_bar import Link as Pill
from deskterm.widgets.chrome.views import NavPane, ViewTabs
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.conversations.list import ConversationList
from deskterm.widgets.thread.pane import Thread

if TYPE_CHECKING:
    from deskterm.client.desk import Desk
    from deskterm.screens.keys.jump import Target

#: Seconds a text rests before it is saved.
SAVE_DELAY = 0.3
#: Seconds between two looks at all figures.
TOTALS_DELAY = 5.0


class InboxScreen(Triage):
    """The whole inbox of one staff member or admin."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Home.INBOX)]
    #: Whose first page is kept; without one it is whoever signed in.
    owner: Owner | None = None

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(desk, settings, now)
        self.frames = Frames(
            lambda: self.now(), self.call_later, self.set_timer, self.call_after_refresh, self._follow
        )
        self.waits = {}
        self._stop: list[Callable[[], None]] = []

    def on_mount(self) -> None:
        """Show what is here, then ask for the rest."""
        self._stop = [self.desk.subscribe(self._learnt), self.desk.connection.watch(self._linked)]
        self._stop.append(self.take_outbox())
        self.listing.loaded = self._keep_first_page
        self.draw_person()
        self._linked(self.desk.connection.link)
        self.reading.close()
        self.show_view(self.views[0])
        self.list.set_drafts(self.writing.drafts.conversations)
        self.set_interval(60, self.tick)
        self.load_totals()
        self.work(self.load_places(), "places")

    def on_unmount(self) -> None:
        """Hear no more."""
        for stop in self._stop:
            stop()

    @property
    def kept(self) -> int:
        """How many unsent texts wait for the next time."""
        return len(self.writing.drafts)

    async def leave(self) -> None:
        """Keep every unsent text."""
        await self.desk.written()
        self.writing.keep_unsent()
        await self.writing.save()
        await self.part()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command answers here, now, to this person."""
        commands = ACTIONS.get(action)
        if commands is None:
            return super().check_action(action, parameters)
        met = needs_met(self.me)
        return any(self.context in each.contexts and each.need in met for each in commands)

    def jump_targets(self) -> "list[Target]":
        """What one can jump to."""
        from deskterm.screens.keys.jump_targets import targets  # not before somebody jumps

        return targets(self)

    def _keep_first_page(self) -> None:
        """Keep the beginning of the inbox for the next start."""
        path = self.settings.first_page
        if path is not None and self.listing.view is self.views[0] and not self.listing.filtered:
            owner = self.owner or Owner.of(self.desk.api.server, self.me.email or "")
            page = FirstPage(self.me, tuple(self.listing.rows), self.now())
            self.work(asyncio.to_thread(keep, path, owner, page), "first-page", exclusive=True)

    # --- what the desk tells -----------------------------------------------------------------------------

    def _learnt(self, changes: Changes) -> None:
        """Take changes together: a burst of events is drawn once in a while, its end without delay."""
        self.frames.add(changes)

    def _follow(self, changes: list[Change]) -> None:
        if any(self.listing.concerns(change) for change in changes):
            self.listing.draw()
            self.later("totals", TOTALS_DELAY, self.load_totals, restart=False)
        for change in changes:
            self.reading.changed(change)
            self._follow_one(change)
            self.follow_room(change)
            self.follow_saved(change)
        if any(self.moves_places(change) for change in changes):
            self.draw_places()
        if self.reading_mode and self.reading.conversation is not None:
            self.writing.follow(self.reading.conversation)
            self.draw_conversation()
            self.wait_to_read()
        self.workload_moved(changes)
        self.expire_typing()
        self.draw_footer()

    def _follow_one(self, change: Change) -> None:
        match change:
            case ConversationGone(id=gone):
                self.deselect(gone)
                if gone == self.reading.conversation_id:
                    self._lost(change)
            case CountsChanged(counts=counts):
                self.listing.counted(counts)
            case RosterChanged() | Resynced():
                self.draw_person()
                self.draw_conversation()
            case MeChanged():
                self._became()
            case DraftsChanged(drafts=drafts):
                self.learn_drafts(drafts)
            case PendingChanged():
                self.draw_row()
            case _:
                pass

    def _lost(self, change: ConversationGone) -> None:
        """The open conversation left one's sight: say who has it. What is being written stays to be kept."""
        if change.reason is None:
            return
        who = change.by.name if change.by else tr("Somebody")
        words = lost(change.reason, who)
        if self.composer.text().strip() or self.context is Context.COMPOSER:
            self.reading.close(words, tr("Your text is kept below; {@back:Esc} leaves it as a draft."))
            self.draw_conversation()
        else:
            self.close_conversation(words)
            if self.single:  # the pane goes on to preview another one
                self.notify(words, timeout=10, markup=False)

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
        self.draw_person()

    def _linked(self, link: Link) -> None:
        if link.state is State.ENDED:
            self.post_message(SignedOut(link.why or ""))
            return
        pill = Pill.LIVE if link.online else Pill.OFFLINE
        self.bar.set_link(Pill.CONNECTING if link.state is State.CONNECTING else pill)
        self.draw_row()
        self.draw_person()
        if link.state is State.BACK:
            self.work(self._come_back(), "back", exclusive=True)

    async def _come_back(self) -> None:
        """Send what waited, and load what did not load."""
        await self.writing.send_again(refused=False)
        await self.push_drafts()
        await self.look_around()
        if self.desk.inbox.listing(self.listing.filter) is None:
            await self.listing.load()
        if self.reading.conversation_id is not None and not self.reading.shown:
            await self.reading.open(self.reading.conversation_id, preview=self.reading.preview)

    # --- what the widgets tell ---------------------------------------------------------------------------

    @on(ConversationList.Highlighted)
    def _highlighted(self) -> None:
        self.draw_footer()
        self.follow_cursor()
        if self.previews:
            self.later("preview", PREVIEW_DELAY, self.preview)

    @on(ConversationList.Opened)
    def _list_opened(self) -> None:
        self.post_message(LongWay("ticket.open"))  # by the mouse: keys run the action itself
        self.action_open()

    @on(ConversationList.NearEnd)
    def _near_end(self) -> None:
        self.work(self.listing.load_more(), "more", exclusive=True)

    def _page(self, load: Any) -> None:
        self.run_worker(load, group="page", exclusive=True, exit_on_error=False)

    @on(Thread.NearStart)
    def _near_start(self) -> None:
        self._page(self.reading.load_older)

    @on(Thread.NearEnd)
    def _near_tail(self) -> None:
        self._page(self.reading.load_newer)

    @on(Thread.TailWanted)
    def _tail_wanted(self) -> None:
        self._page(self.reading.to_tail)

    @on(Thread.TailReached)
    def _tail_reached(self) -> None:
        self.wait_to_read()

    @on(ViewTabs.Chosen)
    @on(NavPane.Chosen)
    def _view_chosen(self, event: ViewTabs.Chosen) -> None:
        self.post_message(LongWay(f"view.{event.number}"))
        self.action_view(event.number)

    @on(Composer.Send)
    def _send(self, event: Composer.Send) -> None:
        self.work(self._sending(event), "send")

    async def _sending(self, event: Composer.Send) -> None:
        conversation_id = self.writing.conversation_id
        try:
            state = await self.writing.send(event.text, event.visibility, self.reading.last_seq())
        except OSError as error:
            self.complain_of_file(error)
            return
        self.list.set_drafts(self.writing.drafts.conversations)
        self.sync_drafts()
        self.arrived(conversation_id, event.visibility, state)
        await self.writing.save()

    @on(Composer.Changed)
    def _typed(self) -> None:
        self.list.set_drafts(self.writing.drafts.conversations)
        self.later("save", SAVE_DELAY, lambda: self.work(self.writing.save(), "save"))
        self.sync_drafts()

    @on(Composer.Typing)
    def _typing(self, event: Composer.Typing) -> None:
        if self.writing.conversation_id is not None:
            self.work(self.writing.tell_typing(event.visibility), "typing")

    @on(Composer.Switched)
    def _kind_switched(self) -> None:
        if self.reading.conversation is not None:
            self.writing.follow(self.reading.conversation)

    @on(Composer.Leave)
    def _left_text(self) -> None:
        self.go_to(self.thread.stream)

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """The keyboard went elsewhere."""
        self.draw_footer()
        self.wait_to_read()

    def on_resize(self, _: events.Resize) -> None:
        """A conversation that was only shown beside the list may now cover it, and the other way round."""
        self.draw_footer()
