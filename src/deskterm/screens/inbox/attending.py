"""What the inbox does by itself as time passes: counting as read, forgetting who types, fetching figures."""

from contextlib import suppress

from deskterm.client.errors import ClientError
from deskterm.commands.model import READING, Context
from deskterm.protocol.records import Kind
from deskterm.screens.frames import Frames
from deskterm.screens.inbox.drawing import Drawing
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.inbox.views import ESCALATED
from deskterm.screens.patience import held


class Attending(Drawing):
    """Every wait, and what comes at its end."""

    frames: Frames

    def opened(self) -> None:
        """The messages of the open conversation are there."""
        self.draw_conversation()
        self.wait_to_read(restart=True)
        self.draw_footer()

    def action_refresh(self) -> None:
        """Connect now, send what failed, load anew."""
        self.work(self._refresh(), "refresh", exclusive=True)

    async def _refresh(self) -> None:
        with suppress(ClientError):  # the list and the banner say so themselves
            await self.desk.refresh()
        await self.listing.load()
        await self.writing.send_again()
        if self.reading.conversation_id is not None and not self.reading.shown:
            await self.reading.open(self.reading.conversation_id, preview=self.reading.preview)

    def wait_to_read(self, *, restart: bool = False) -> None:
        """Count the open conversation as read once it was in view and focused for a while."""
        conversation = self.reading.conversation
        if conversation is None or not conversation.unread or not self.reads():
            return
        self.later("read", self.settings.read_delay, self._mark_read, restart=restart)

    def _mark_read(self) -> None:
        if self.reading.conversation_id is not None and self.reads():
            self.work(self._say_read(self.reading.conversation_id), "read")

    async def _say_read(self, conversation_id: str) -> None:
        with suppress(ClientError):  # it stays unread, and the next look tries again
            await self.desk.mark_read(conversation_id)

    def reads(self) -> bool:
        """Whether the person looks, and their looking counts: at tickets, an admin's only as assignee."""
        conversation = self.reading.conversation
        if conversation is None or not self.reading_mode or not self.app.app_focus or not self.is_current:
            return False
        mine = conversation.assignee is not None and conversation.assignee.id == self.me.member_id
        mine = mine or conversation.kind is not Kind.SUPPORT  # there, everybody reads for themselves
        return (mine or not is_admin(self.me)) and self.context is not Context.LIST and self.thread.at_end

    def expire_typing(self) -> None:
        """Look again when the first of those who type must have stopped."""
        until = self.reading.typing_ends()
        if until is not None:
            seconds = max((until - self.now()).total_seconds(), 0.05)
            self.later("typing", seconds, self.reading.draw_people)

    def load_totals(self) -> None:
        """Ask for the figures of all views."""
        self.work(self.listing.load_totals((*self.views, ESCALATED)), "totals", exclusive=True)

    async def load_places(self) -> None:
        """Have one's rooms and direct messages here, for the pane of the views."""
        with suppress(ClientError):  # coming back asks again
            await self.desk.load_places()
            self.draw_places()

    async def look_around(self) -> None:
        """Have what nobody told while there was no connection: places, and which colleagues are there."""
        await self.load_places()
        with suppress(ClientError):
            await self.desk.look_for_colleagues()

    async def ready(self) -> None:
        """Keys that run commands wait for what was asked for before them, and for the rows of a list.

        What one does next depends on both: which conversation follows a resolved one, what `u` takes back.
        """
        if self.context in READING and self.acted:
            if not await held(self.settled()):
                self.expect_nothing()
            self.frames.draw_now()
        if self.context is Context.LIST and self.listing.waiting and not await held(self.listing.arrival()):
            self.say("The list is not here yet.")

    def tick(self) -> None:
        """A minute went by."""
        self.list.tick()
        self.sidebar.tick()
        self.facts.tick()
