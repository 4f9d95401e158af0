"""When drafts go to the server and come from it."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from deskterm.client.answers import Drafts
from deskterm.protocol.records import Conversation, Visibility
from deskterm.screens.writing.draft_sync import PARTING, PAUSE, DraftSync
from deskterm.screens.writing.drafts import draft_account
from deskterm.screens.writing.own_texts import OwnTexts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from deskterm.client.desk import Desk
    from deskterm.settings import Settings


class DraftSyncing(OwnTexts):
    """Opening asks for what another machine has left; a pause in writing sends what is new."""

    def __init__(self, desk: "Desk", settings: "Settings", now: "Callable[[], datetime]") -> None:
        super().__init__(desk, settings, now)
        path = settings.drafts.with_name("drafts-seen.json") if settings.drafts else None
        account = draft_account(desk.api.server, self.me)
        self.draft_sync = DraftSync(desk, self.writing.drafts, path, account)

    def open_conversation(self, conversation: Conversation) -> None:
        """Open it, and ask for the drafts that are not from here."""
        fresh = self.writing.conversation_id != conversation.id
        super().open_conversation(conversation)
        if fresh:
            self.work(self._pull(conversation.id), "drafts")

    def sync_drafts(self) -> None:
        """Something was written: send it after a pause."""
        self.later("drafts", PAUSE, lambda: self.work(self.push_drafts(), "drafts"))

    async def push_drafts(self) -> None:
        """Send what the server does not have."""
        await self.draft_sync.push(self.writing.conversation_id)
        await self.writing.save()

    async def part(self) -> None:
        """Send what is new before leaving, if that takes no time."""
        if self.desk.connection.online:
            try:
                await asyncio.wait_for(self.draft_sync.push(None), PARTING)
            except TimeoutError:
                return  # it is on this machine's disk

    def learn_drafts(self, drafts: Drafts) -> None:
        """Another device, or this one, has changed the server's copy."""
        self._show_drafts(drafts.conversation_id, self.draft_sync.learn(drafts))

    async def _pull(self, conversation_id: str) -> None:
        before = {kind: self.writing.drafts.get(conversation_id, kind) for kind in Visibility}
        changed = await self.draft_sync.pull(conversation_id)
        self._show_drafts(conversation_id, changed)
        if changed or any(before.values()):
            self.sync_drafts()

    def _show_drafts(self, conversation_id: str, kinds: Iterable[Visibility]) -> None:
        """Show texts that came from elsewhere, in the list and in the open conversation."""
        kinds = list(kinds)
        if not kinds:
            return
        self.list.set_drafts(self.writing.drafts.conversations)
        self.work(self.writing.save(), "save")
