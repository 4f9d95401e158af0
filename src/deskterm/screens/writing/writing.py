"""What is being written: the composer of the open conversation, its drafts, and what is sent."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import Conversation, Kind, Me, Visibility
from deskterm.protocol.states import REPLYABLE
from deskterm.screens.direct.silence import silence
from deskterm.screens.writing.attached import Attached
from deskterm.screens.writing.drafts import Drafts
from deskterm.screens.writing.voices import Voices
from deskterm.text.times import time_of_day
from deskterm.text.words import later, tr
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.conversations.row import who

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class Writing:
    """Keeps one composer on the open conversation."""

    def __init__(
        self, desk: "Desk", composer: Composer, drafts: Drafts, me: Me, now: Callable[[], datetime]
    ) -> None:
        self._desk = desk
        self._composer = composer
        self._me = me
        self._now = now
        self.drafts = drafts
        self.attached = Attached(composer)
        self.voices = Voices(desk, me)
        self.conversation_id: str | None = None
        self._followed: tuple[object, ...] = ()

    def open(self, conversation: Conversation) -> None:
        """Take up the drafts of a conversation; what was in the composer is kept."""
        if conversation.id != self.conversation_id:
            self.conversation_id = conversation.id
            self._followed = ()
            self.drafts.write_in(conversation.id, self._composer)
            self.attached.write_in(conversation.id)
            self._composer.set_saved("")
            self._composer.switch(Visibility.PUBLIC)
        self.follow(conversation)

    def follow(self, conversation: Conversation) -> None:
        """The conversation changed: who reads, and whether a reply is possible."""
        name, _ = who(conversation, self._desk.replica.own_ids)
        focused = self._composer.has_focus_within
        speaker = self._speaker(conversation)
        state = (name, speaker, self.may_write(conversation), conversation.status, focused)
        if state == self._followed:
            return  # drawing the same again would wipe a sentence about trouble
        self._followed = state
        self._composer.set_audience(name, speaker, _READERS.get(conversation.kind, "public"))
        muted = tr("You are muted in this room: you can read here, not write.")
        if why := silence(conversation, self._desk.replica, muted):
            self._composer.disable(why)
            return
        status = tr(conversation.status.value).capitalize()
        if self.may_write(conversation):
            self._composer.enable()
        elif focused:  # without the field, the next letters would be commands
            self._composer.show_trouble(
                tr("{status} by now — {@back:Esc}, then {@ticket.reopen:o} reopens it.", status=status)
            )
        else:
            self._composer.disable(
                tr("{status} — {@ticket.reopen:o} reopens it, {@ticket.note:n} writes a note", status=status)
            )

    def may_write(self, conversation: Conversation) -> bool:
        """Whether the text that is shown may be sent there: a note always, a reply while it is legal."""
        return self._composer.visibility is Visibility.INTERNAL or self.may_reply(conversation)

    def may_reply(self, conversation: Conversation) -> bool:
        """Whether a public reply is legal."""
        return conversation.kind is not Kind.SUPPORT or conversation.status in REPLYABLE

    def close(self) -> None:
        """Nothing is open any more."""
        self.drafts.stop_writing()
        self.conversation_id = None

    async def save(self) -> None:
        """Write the drafts to the disk, beside the event loop."""
        self.drafts.catch_up()
        try:
            await asyncio.to_thread(self.drafts.save)
        except OSError as error:
            self._composer.set_saved(
                tr("draft not saved: {why}", why=error.strerror or tr("the disk refuses"))
            )
            return
        if self._composer.text():
            self._composer.set_saved(tr("saved {time}", time=time_of_day(self._now(), self._now())))

    async def send(self, text: str, kind: Visibility, seen_seq: int) -> SendState | None:
        """Send a text with its files. The composer is free at once; a refused text comes back to its author.

        OSError if a file cannot be read: text and files are where they were.
        """
        conversation_id = self.conversation_id
        conversation = self._desk.replica.conversation(conversation_id or "")
        if conversation_id is None:
            return None
        voice = self.voices.of(conversation) if kind is Visibility.PUBLIC and conversation else None
        files = self.attached.take(conversation_id, kind)
        self._composer.clear(kind)
        self.drafts.put(conversation_id, kind, "")
        guarded = (
            conversation is None or conversation.contact is not None
        )  # colleagues talk across each other
        seen = seen_seq if kind is Visibility.PUBLIC and seen_seq and guarded else None
        self.voices.used(conversation_id)
        try:
            state = await self._desk.send(
                conversation_id, text, kind, seen_seq=seen, persona_id=voice, files=files
            )
        except OSError:
            self.attached.add(conversation_id, kind, files)
            self.drafts.put_above(conversation_id, kind, text)
            raise
        if state is SendState.FAILED:
            self.take_back(conversation_id)
        return state

    async def send_files(self, files: Sequence[Path], kind: Visibility) -> SendState | None:
        """Send files as a message of their own; the text stays. OSError if one cannot be read."""
        conversation = self._desk.replica.conversation(self.conversation_id or "")
        if conversation is None:
            return None
        voice = self.voices.of(conversation) if kind is Visibility.PUBLIC else None
        self.voices.used(conversation.id)
        return await self._desk.send(conversation.id, "", kind, persona_id=voice, files=files)

    async def tell_typing(self, kind: Visibility) -> None:
        """Let the others know that one types, under the name that will stand over the text."""
        conversation = self._desk.replica.conversation(self.conversation_id or "")
        if conversation is not None:
            voice = self.voices.of(conversation) if kind is Visibility.PUBLIC else None
            await self._desk.typing(conversation.id, kind, voice)

    def keep_unsent(self) -> None:
        """Make drafts of what never arrived and is not in the outbox: the program ends."""
        for pending in self._desk.replica.outgoing.all():
            if pending.kept or not pending.body:
                continue
            self.drafts.put_above(pending.conversation_id, pending.visibility, pending.body)

    async def send_again(self, *, refused: bool = True) -> None:
        """Send what did not go out for want of a connection; where wanted, also what was refused.

        What a colleague's answer stopped goes out only from where one sees that answer.
        """
        for pending in self._desk.replica.outgoing.all():
            unseen = pending.code == "stale" and pending.conversation_id != self.conversation_id
            if pending.state is SendState.FAILED and not unseen and (refused or pending.code is None):
                await self._desk.resend(pending.id, seen_seq=pending.seen_again)

    def take_back(self, conversation_id: str) -> None:
        """Give refused texts back to the composer; where something new stands they stay visible as failed."""
        for pending in self._desk.replica.outgoing.of(conversation_id):
            if pending.state is not SendState.FAILED or pending.code is None or pending.reason is None:
                continue
            if pending.files:
                continue  # it stays in sight with its reason
            if self.drafts.get(conversation_id, pending.visibility):
                continue
            self._desk.discard(pending.id)
            self.drafts.put(conversation_id, pending.visibility, pending.body)
            if conversation_id == self.conversation_id:
                self._composer.show_trouble(pending.reason)

    def _speaker(self, conversation: Conversation) -> str:
        """Whose name the reader sees, and whose it is if that differs; colleagues always see the agent."""
        if self._composer.visibility is Visibility.INTERNAL:
            return self._me.name
        return self.voices.said(conversation)


#: Who reads what is written, in a word.
_READERS = {Kind.DIRECT: later("direct"), Kind.GROUP: later("everybody in the room")}
