"""What a customer writes: a draft for each conversation, here and on the server, and what becomes of it.

A text of Help & Support moves along to the request that is active; those of other places stay in theirs.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.client.answers import Drafts as Kept
from deskterm.client.replica.outgoing import Pending, SendState
from deskterm.protocol.records import Visibility
from deskterm.screens.writing.attached import Attached
from deskterm.screens.writing.draft_sync import PARTING, DraftSync
from deskterm.screens.writing.drafts import Drafts, draft_account
from deskterm.text.words import tr
from deskterm.widgets.composer.pane import Composer

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: The draft's place while it is not known to which request it will belong.
DRAFT = "chat"
#: Where texts are kept that were sent before their conversation was known, each on its way out.
HURRIED = "chat-sent"
#: Seconds after the last key until a draft is on the disk.
SAVE_AFTER = 0.3


class ChatWriting:
    """Keeps the composer's text safe."""

    def __init__(self, desk: "Desk", composer: Composer, path: Path | None) -> None:
        account = draft_account(desk.api.server, desk.replica.me)
        self._desk = desk
        self._composer = composer
        self._place = self._request = DRAFT
        self._hurried: list[str] = []
        self.drafts = Drafts(path, account)
        self.attached = Attached(composer)
        seen = path.with_name("drafts-seen.json") if path else None
        self._sync = DraftSync(desk, self.drafts, seen, account)

    def take_up(self) -> None:
        """Show the text of last time, with what did not even get as far as a conversation then."""
        lost = self.drafts.get(HURRIED, Visibility.PUBLIC)
        self.drafts.put(HURRIED, Visibility.PUBLIC, "")
        self.drafts.write_in(self._place, self._composer)
        self.drafts.put_above(self._place, Visibility.PUBLIC, lost)

    def write(self, text: str) -> None:
        """Let another text stand where one writes."""
        self.drafts.put(self._place, Visibility.PUBLIC, text)

    # --- where it belongs --------------------------------------------------------------------------------

    def go_to(self, conversation_id: str, *, support: bool) -> bool:
        """Write in this conversation from now on; False if that is so already.

        A request takes along what was written in the one before it, below what waits there.
        """
        if support and conversation_id != self._request:
            self._move(self._request, conversation_id)
            self._request = conversation_id
        elif conversation_id == self._place:
            return False
        self._place = conversation_id
        self.drafts.write_in(conversation_id, self._composer)
        self.attached.write_in(conversation_id)
        return True

    def _move(self, before: str, after: str) -> None:
        text, there = self.drafts.get(before, Visibility.PUBLIC), self.drafts.get(after, Visibility.PUBLIC)
        self.drafts.put(before, Visibility.PUBLIC, "")
        if text:
            self.drafts.put(after, Visibility.PUBLIC, f"{there}\n\n{text}" if there else text)
        self.attached.move(before, after, Visibility.PUBLIC)

    async def pull(self) -> None:
        """Take up what another device has left here."""
        await self._sync.pull(self._place)
        await self.save()

    def learn(self, drafts: Kept) -> None:
        """Another device, or this one, has changed the server's copy."""
        self._sync.learn(drafts)

    async def push(self) -> None:
        """Send what the server does not have; what belongs nowhere yet stays here."""
        if self._place != DRAFT:
            await self._sync.push(self._place)

    async def part(self) -> None:
        """Send what is new before leaving, if that takes no time."""
        if self._desk.connection.online:
            with suppress(TimeoutError):  # it is on this machine's disk
                await asyncio.wait_for(self.push(), PARTING)

    # --- before there is a conversation ------------------------------------------------------------------

    def hurry(self, text: str) -> None:
        """Take a text that was sent; it goes out once its conversation is here, and is kept till then."""
        self._hurried.append(text)
        self._keep_hurried()

    def hurried(self) -> tuple[str, ...]:
        """The texts that may go out now."""
        texts, self._hurried = tuple(self._hurried), []
        return texts

    def _keep_hurried(self) -> None:
        self.drafts.put(HURRIED, Visibility.PUBLIC, "\n\n".join(self._hurried))

    # --- writing and sending -----------------------------------------------------------------------------

    async def save_after_a_moment(self) -> None:
        """Write the draft once nothing has been typed for a moment; cancel it at the next key."""
        await asyncio.sleep(SAVE_AFTER)
        await self.save()

    async def save(self) -> None:
        """Write the draft to the disk, beside the event loop."""
        self.drafts.catch_up()
        try:
            await asyncio.to_thread(self.drafts.save)
        except OSError as error:
            self._composer.set_saved(
                tr("draft not saved: {why}", why=error.strerror or tr("the disk refuses"))
            )

    def take(self, text: str) -> None:
        """Free the composer of a text that is being sent; what was typed since stays."""
        typed_since = self._composer.text().removeprefix(text)
        self._composer.clear()
        self.write(typed_since)

    async def send(self, conversation_id: str, text: str) -> None:
        """Send a text that was taken, with its files. A refused one stays in the thread with its reason.

        OSError if a file cannot be read: text and files are where they were.
        """
        files = self.attached.take(conversation_id, Visibility.PUBLIC)
        try:
            await self._desk.send(conversation_id, text, files=files)
        except OSError:
            self.attached.add(conversation_id, Visibility.PUBLIC, files)
            self.drafts.put_above(conversation_id, Visibility.PUBLIC, text)
            raise
        finally:
            self._keep_hurried()
            await self.save()

    async def send_again(self, *, asked: bool = True) -> None:
        """Send again, in their order, the texts that did not get through; refused and old ones if asked."""
        for pending in self._desk.replica.outgoing.all():
            lost = pending.state is SendState.FAILED and pending.code is None
            if lost or (asked and pending.state in (SendState.FAILED, SendState.OLD)):
                await self._desk.resend(pending.id)

    async def bring_back(self) -> tuple[Pending, ...]:
        """Let texts whose conversation is not there any more stand where one writes to support."""
        gone = [each for each in self._desk.replica.outgoing.all() if each.code == "not_found"]
        for each in reversed(gone):
            self.drafts.put_above(self._request, Visibility.PUBLIC, each.body)
        if gone:
            await self.save()
        for each in gone:
            self._desk.discard(each.id)
        return tuple(gone)

    def keep_unsent(self) -> None:
        """Make drafts of what never arrived and is not in the outbox, before what is being written there."""
        for pending in reversed(self._desk.replica.outgoing.all()):
            if not pending.kept and pending.body:
                self.drafts.put_above(pending.conversation_id, Visibility.PUBLIC, pending.body)
