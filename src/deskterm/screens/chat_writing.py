"""What a customer writes: one draft, whatever request it will belong to, and what becomes of what is sent."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.client.outgoing import SendState
from deskterm.protocol.records import Visibility
from deskterm.screens.drafts import Drafts
from deskterm.widgets.composer import Composer

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: The draft's place: of no conversation, because the server may move the customer on to another one.
DRAFT = "chat"
#: Seconds after the last key until a draft is on the disk.
SAVE_AFTER = 0.3


class ChatWriting:
    """Keeps the composer's text safe."""

    def __init__(self, desk: "Desk", composer: Composer, path: Path | None) -> None:
        me = desk.replica.me
        self._desk = desk
        self._composer = composer
        self.drafts = Drafts(path, account=f"{desk.api.server} {me.email or me.user_id if me else ''}")

    def take_up(self) -> None:
        """Show the text of last time."""
        self._composer.set_text(self.drafts.get(DRAFT, Visibility.PUBLIC))

    def changed(self, text: str) -> None:
        """Keep what was typed."""
        self.drafts.put(DRAFT, Visibility.PUBLIC, text)

    async def save_after_a_moment(self) -> None:
        """Write the draft once nothing has been typed for a moment; cancel it at the next key."""
        await asyncio.sleep(SAVE_AFTER)
        await self.save()

    async def save(self) -> None:
        """Write the draft to the disk, beside the event loop."""
        try:
            await asyncio.to_thread(self.drafts.save)
        except OSError as error:
            self._composer.set_saved(f"draft not saved: {error.strerror or 'the disk refuses'}")

    async def send(self, conversation_id: str, text: str) -> None:
        """Send a text; the composer is free at once. A refused one stays in the thread with its reason."""
        self._composer.clear()
        self.changed("")
        await self._desk.send(conversation_id, text)
        await self.save()

    async def send_again(self, *, asked: bool = True) -> None:
        """Send again, in their order, the texts that did not get through; refused and old ones if asked."""
        for pending in self._desk.replica.outgoing.all():
            lost = pending.state is SendState.FAILED and pending.code is None
            if lost or (asked and pending.state in (SendState.FAILED, SendState.OLD)):
                await self._desk.resend(pending.id)

    def keep_unsent(self) -> None:
        """Make a draft of what never arrived and is not in the outbox, before what is being written."""
        unsent = [pending.body for pending in self._desk.replica.outgoing.all() if not pending.kept]
        draft = self.drafts.get(DRAFT, Visibility.PUBLIC)
        if unsent:
            self.changed("\n\n".join([*unsent, *([draft] if draft else [])]))
