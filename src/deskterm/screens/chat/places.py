"""Where a customer can be: Help & Support, rooms, direct messages; going there, and what is new elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import (
    Changes,
    ConversationChanged,
    ConversationGone,
    MeChanged,
    Resynced,
    RosterChanged,
    TypingChanged,
)
from deskterm.protocol.records import Conversation, Kind
from deskterm.screens.chat.reading import ChatReading
from deskterm.screens.direct.heading import presence_of
from deskterm.screens.direct.meeting import newest_first
from deskterm.screens.direct.places import HELP, ROOM, TYPING_LASTS, heading_rows
from deskterm.screens.sentences import brief
from deskterm.settings import Settings
from deskterm.widgets.chrome.places import PlaceList, Row

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_MOVING = (ConversationChanged, ConversationGone, RosterChanged, MeChanged, Resynced)


class ChatPlaces(ChatReading):
    """The list at the left; a customer who has nothing but Help & Support never sees it."""

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(desk, settings, now)
        self._loaded_places = False

    def drafts_elsewhere(self) -> frozenset[str]:
        """The conversations in which a text waits."""
        return frozenset()

    @property
    def others(self) -> list[Conversation]:
        """Rooms and direct conversations, as they are listed."""
        found = [each for each in self.desk.replica.conversations() if each.kind in (Kind.DIRECT, Kind.GROUP)]
        rooms = sorted((each for each in found if each.kind is Kind.GROUP), key=lambda each: each.number)
        directs = [each for each in found if each.kind is Kind.DIRECT]
        return [*rooms, *sorted(directs, key=newest_first)]

    # --- drawing -----------------------------------------------------------------------------------------

    def draw_places(self) -> None:
        """The list, and what is new in all other places than the one that is open."""
        rows = self._rows()
        here = HELP if self.at_support else self.shown.conversation_id
        self.places.set_rows(rows, here)
        self.set_class(bool(self.others), "-places")
        elsewhere = sum(each.unread for each in self.places.places if each.id != here)
        self.bar.set_unread(0 if self.beside else elsewhere)
        self.draw_footer()

    def _rows(self) -> list[Row]:
        support = self.desk.replica.conversation(self.support_id or "")
        notices = [each for each in self.desk.replica.conversations() if each.kind is Kind.PERSONAL]
        unread = (support.unread if support else 0) + sum(each.unread for each in notices)
        persona = self.desk.replica.roster.support_persona or (support.persona if support else None)
        drafts = self.drafts_elsewhere()
        online = self.support_reach[0] if self.support_reach else None
        attention, now = self.desk.replica.attention, self.now()
        here = [each.id for each in self.others] + ([self.support_id] if self.support_id else [])
        typing = [each for each in here if attention.typing(each, now)]
        there = {each.id: presence_of(each, self.desk.replica) for each in self.others}
        return heading_rows(
            self.others, self.own_ids, persona, unread, drafts, self.support_id, online, typing, there
        )

    def on_descendant_focus(self) -> None:
        """The keyboard went to a list, or came back from it."""
        self.draw_footer()

    def on_resize(self) -> None:
        """What is beside the thread need not be told in the title."""
        self.call_after_refresh(self.draw_places)

    # --- what the desk tells -----------------------------------------------------------------------------

    def learnt(self, changes: Changes) -> None:
        """Follow what changed."""
        super().learnt(changes)
        for change in changes:
            if isinstance(change, ConversationGone) and change.id == self.shown.conversation_id:
                self.go_to(HELP)
                self.row.show_words("This conversation is no longer open to you.")
            elif isinstance(change, Resynced):
                self.load_places()
            elif isinstance(change, TypingChanged):
                self.draw_places()
                self.set_timer(TYPING_LASTS, self.draw_places)
        if any(isinstance(each, _MOVING) for each in changes):
            self.draw_places()
            self.draw_title()

    @work(exclusive=True, group="places", exit_on_error=False)
    async def load_places(self) -> None:
        """Have every room and direct conversation here, however many requests there are beside them."""
        try:
            await self.desk.load_places()
        except ClientError:
            return  # those of the first page are here; coming back tries again
        self.draw_places()

    # --- going there -------------------------------------------------------------------------------------

    def go_to(self, place_id: str) -> None:
        """Show another place, at once as far as it is here."""
        self.close_drawers()
        wanted = self.support_id if place_id == HELP else place_id
        conversation = self.desk.replica.conversation(wanted or "")
        if conversation is None:
            self.shown.conversation_id = None
            self.load()
            return
        self.arrive(conversation)
        self._open(conversation.id)

    def arrive(self, conversation: Conversation) -> None:
        """Show what is here of a conversation."""
        thread = self.desk.replica.thread(conversation.id)
        if conversation.id != self.shown.conversation_id and not (thread and thread.loaded):
            self.thread.show_sentence("")
        self.show(conversation)
        self.draw_places()

    @work(exclusive=True, group="open", exit_on_error=False)
    async def _open(self, conversation_id: str) -> None:
        try:
            await self.desk.open_conversation(conversation_id)
        except ClientError as error:
            if conversation_id == self.shown.conversation_id and not self.thread.messages:
                self.thread.show_sentence(brief(error), "{@chat.refresh:F5} try again", failed=True)
            return
        conversation = self.desk.replica.conversation(conversation_id)
        if conversation is not None and conversation_id == self.shown.conversation_id:
            self.show(conversation)

    @on(PlaceList.Chosen, "#places")
    def _place_chosen(self, event: PlaceList.Chosen) -> None:
        self.go_to(event.place_id)

    @on(PlaceList.Left)
    def _left_list(self) -> None:
        self.close_drawers()

    def action_places(self) -> None:
        """To the list of places, and back to the text."""
        if self.places.has_focus or self.people.has_focus:
            self.close_drawers()
        elif self.has_class("-places"):
            self.open_side(self.places, "-drawer-places")
        else:
            self.row.show_words("Only Help & Support so far. {@chat.direct:F7} writes to somebody.")

    def action_unread(self) -> None:
        """Go where something new is, one place after the other; rooms, which talk all day, come last."""
        here = HELP if self.at_support else self.shown.conversation_id
        known = self.places.places
        at = next((number for number, each in enumerate(known) if each.id == here), 0)
        order = sorted(known[at + 1 :] + known[:at], key=lambda each: each.face == ROOM)
        found = next((each for each in order if each.unread), None)
        if found is not None:
            self.go_to(found.id)
        else:
            self.row.show_words("Nothing new elsewhere.")
