"""What one person tells the server to do, and what becomes of it until it is there.

Messages are pending in the replica at once. A change is done at once where it has to wait, and undone with a
notice if it is refused then. Everything goes through a `Sender`: from memory, or through the outbox.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.live.connection import Connection, Now, State
from deskterm.client.live.signals import Signals
from deskterm.client.outbox.files import drop, take
from deskterm.client.replica.changes import (
    ChangeRefused,
    Changes,
    OutboxFound,
    OutboxTrouble,
    PendingChanged,
    ServerCannotStore,
    item_changed,
)
from deskterm.client.replica.outgoing import Item, Pending, PendingChange, SendState
from deskterm.client.replica.replica import Replica
from deskterm.client.replica.threads import stopped_by
from deskterm.client.sending import DirectSender, Result, Sender, reason
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Conversation, Message, MessageKind, Visibility
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.http.api import Api

Sleep = Callable[[float], Awaitable[None]]
#: Seconds after which a change whose answer is late counts as done and waiting.
SLOW = 2.0


class Commanding:
    """The commands of a desk. What a subclass brings is declared here."""

    api: "Api"
    replica: Replica
    connection: Connection
    signals: Signals
    organization = ""  # its short name, where the server does not say it, as to customers
    _now: Now
    _sleep: Sleep

    def __init__(self, api: "Api", ids: IdSource | None) -> None:
        self.api = api
        self._ids = ids or IdSource()
        self._sender: Sender = DirectSender(api, self)
        self._asked: dict[str, asyncio.Future[Conversation | None]] = {}
        self._asking: dict[str, Replica] = {}  # by change: what was known when it was made
        self._files: Path | None = None  # where copies of files wait with their messages
        self._not_stored = ""  # why the server can write nothing, as it was said

    # --- the outbox --------------------------------------------------------------------------------------

    def keep_outbox(self, folder: Path | None) -> None:
        """From now on write what is sent to the disk first, and send what an earlier run has left there.

        `OutboxFound` tells of that. Without a folder, or a second time, nothing happens.
        """
        me = self.replica.me
        if folder is None or me is None or self._sender.durable:
            return
        from deskterm.client.outbox.file import outbox_file  # sqlite3: not before the first frame
        from deskterm.client.outbox.sender import OutboxSender

        self._files = folder / "files"
        self._sender = OutboxSender(
            self.api,
            self,
            outbox_file(folder, self.api.server, me.email or me.user_id or ""),
            self.organization or me.organization.slug or "",
            online=lambda: self.connection.link.state not in (State.OFFLINE, State.ENDED),
            now=self._now,
            sleep=self._sleep,
        )

    @property
    def durable(self) -> bool:
        """Whether what cannot be sent waits on the disk, instead of failing."""
        return self._sender.durable

    async def written(self) -> None:
        """Wait until what was sent is on the disk, where there is an outbox: then the program may end."""
        await self._sender.written()

    def retry_now(self) -> None:
        """Try at once what waits."""
        self._sender.wake()

    async def wipe_outbox(self) -> None:
        """Somebody signs out, and has been asked: nothing of what waits stays on this machine."""
        for item in self.replica.outgoing.unsettled():
            self.give_up(item.id)
        await self._sender.wipe()

    # --- messages ----------------------------------------------------------------------------------------

    async def send(
        self,
        conversation_id: str,
        body: str,
        visibility: Visibility = Visibility.PUBLIC,
        seen_seq: int | None = None,
        persona_id: str | None = None,
        files: Sequence[Path] = (),
    ) -> SendState:
        """Write a message: pending in the replica at once; sent, failed or waiting when this returns.

        `seen_seq` is the last message's that the writer saw: the server refuses (code `stale`) if a colleague
        answered after it. `files` go along; OSError if one cannot be read.
        """
        id = self._ids.new()
        kind = MessageKind.TEXT if body else MessageKind.FILE
        own = await take(files, self._files, id) if files else ()
        pending = Pending(id, conversation_id, body, self._now(), visibility, kind, persona_id, seen_seq, own)
        self.signals.sent()
        return await self._send(pending)

    async def resend(self, message_id: str, seen_seq: int | None = None) -> SendState | None:
        """Try a failed message again under its own id; with `seen_seq` renewed or dropped."""
        pending = self.replica.outgoing.restart(message_id, seen_seq)
        return await self._send(pending) if pending else None

    def discard(self, message_id: str) -> str | None:
        """Take a failed message back; answers with its text."""
        pending = self.replica.outgoing.get(message_id)
        self.give_up(message_id)
        return pending.body if pending else None

    def give_up(self, item_id: str) -> Item | None:
        """Take back a message or a change that did not arrive; answers with it."""
        outgoing = self.replica.outgoing
        item = outgoing.discard(item_id) or outgoing.take_change(item_id)
        if item is not None:
            self._sender.drop(item_id)
            drop(item.files if isinstance(item, Pending) else (), self._files)
            self._tell(item_changed(item))
        return item

    async def _send(self, pending: Pending) -> SendState:
        self.replica.outgoing.put(pending)
        self._tell((PendingChanged(pending.conversation_id, pending.id),))
        # Shielded: a screen that closes cuts no reply off.
        await asyncio.shield(self._start(self._sender.send(pending)))
        return self.replica.outgoing.state(pending.id) or SendState.FAILED

    # --- changes -----------------------------------------------------------------------------------------

    async def patch(self, conversation_id: str, **patch: Unpack[ConversationPatch]) -> Conversation | None:
        """Change a conversation; None if it left the caller's sight by that.

        Where the change has to wait, the conversation as it will be; `ChangeRefused` tells if it is not.
        """
        return await self._change(PendingChange(self._ids.new(), conversation_id, patch, self._now()))

    async def try_change_again(self, change_id: str) -> None:
        """Try a change again that was refused, or that is old: under a new id, because refusals are kept."""
        change = self.replica.outgoing.change(change_id)
        if change is not None and change.state in (SendState.FAILED, SendState.OLD):
            self.give_up(change_id)
            fresh = replace(change, id=self._ids.new(), state=SendState.SENDING, reason=None, code=None)
            await self._change(fresh)

    async def _change(self, change: PendingChange) -> Conversation | None:
        self.replica.outgoing.put_change(change)
        self._asking[change.id] = self.replica
        known: asyncio.Future[Conversation | None] = asyncio.get_running_loop().create_future()
        self._asked[change.id] = known
        self._start(self._sender.send(change))
        slow = self._start(self._call_slow(change)) if self.durable else None
        try:
            return await known
        finally:
            del self._asked[change.id], self._asking[change.id]
            if slow is not None:
                slow.cancel()

    async def _call_slow(self, change: PendingChange) -> None:
        await self._sleep(SLOW)
        self.waits(change, None)

    # --- what the sender tells ---------------------------------------------------------------------------

    def settled(self, item: Item, result: Result) -> None:
        """The server has it."""
        self._not_stored = ""
        if isinstance(item, Pending):
            drop(item.files, self._files)
            self._tell(self.replica.put_message(result) if isinstance(result, Message) else ())
            return
        if self.replica.outgoing.take_change(item.id) is None:
            return
        conversation = result if isinstance(result, Conversation) else None
        news = self._news(item, conversation)
        self._moved((*news, *item_changed(item)) if item.id not in self._asked else news)
        self._answer(item, conversation)

    def _news(self, change: PendingChange, conversation: Conversation | None) -> Changes:
        """What an answer tells. Everything may have been loaded anew since, by another right to see."""
        replica, here = self.replica, change.conversation_id
        if conversation is None:
            return replica.drop(here)
        known = replica.conversation(here) is not None or self._asking.get(change.id) is replica
        return replica.put_conversation(conversation) if known else ()

    def refused(self, item: Item, error: ClientError) -> None:
        """It is not sent: a text stays with its author, a change is undone."""
        code = error.code if isinstance(error, ApiError) else None
        outgoing = self.replica.outgoing
        if isinstance(item, Pending):
            newer = stopped_by(error)
            for message in newer:
                self._tell(self.replica.put_message(message))
            if outgoing.fail(item.id, reason(error), code, newer):
                self._tell((PendingChanged(item.conversation_id, item.id),))
            return
        change = outgoing.take_change(item.id)
        if change is None:
            return
        known = self._asked.get(item.id)
        if known is not None and not known.done():
            self._sender.drop(item.id)
            known.set_exception(error)
            return
        failed = replace(change, state=SendState.FAILED, reason=reason(error), code=code)
        outgoing.put_change(failed)
        self._moved(item_changed(failed))
        self._tell((ChangeRefused(item.conversation_id, failed, error),))

    def waits(self, item: Item, why: str | None) -> None:
        """No answer so far; a change counts as done."""
        if self.replica.outgoing.mark(item.id, SendState.WAITING, why):
            self._moved(item_changed(item))
        if isinstance(item, PendingChange):
            self._answer(item, self.replica.conversation(item.conversation_id))

    def gets_on(self, item: Item, percent: int) -> bool:
        """Its files are on their way, unless it was given up."""
        said, outgoing = tr("{percent} % sent", percent=percent) if percent else None, self.replica.outgoing
        if outgoing.mark(item.id, SendState.SENDING, said):
            self._moved(item_changed(item))
        return outgoing.item(item.id) is not None

    def cannot_store(self, why: str) -> None:
        """The server can write nothing; said once for each reason, until it can again."""
        if why != self._not_stored:
            self._not_stored = why
            self._tell((ServerCannotStore(why),))

    def grew_old(self, item: Item) -> None:
        """It is not sent before its author says so."""
        if self.replica.outgoing.mark(item.id, SendState.OLD):
            self._moved(item_changed(item))

    def kept(self, item: Item) -> None:
        """It is on the disk."""
        self.replica.outgoing.mark_kept(item.id)

    def not_kept(self, why: str) -> None:
        """The disk refuses."""
        self._tell((OutboxTrouble(why),))

    def found(self, item: Item) -> None:
        """An earlier run has left it; if its text is in a loaded thread already, it had arrived."""
        outgoing, thread = self.replica.outgoing, self.replica.thread(item.conversation_id)
        if thread is not None and item.id in thread:
            self._sender.drop(item.id)
            return
        if isinstance(item, PendingChange):
            outgoing.put_change(item)
        else:
            outgoing.put(item)
        self._moved(item_changed(item))
        self._tell((OutboxFound(item),))

    def _answer(self, change: PendingChange, conversation: Conversation | None) -> None:
        known = self._asked.get(change.id)
        if known is not None and not known.done():
            known.set_result(conversation)

    # --- what a subclass brings --------------------------------------------------------------------------

    def _tell(self, changes: Changes) -> None:
        raise NotImplementedError

    def _moved(self, changes: Changes) -> None:
        raise NotImplementedError

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        raise NotImplementedError
