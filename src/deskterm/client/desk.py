"""What screens use: one signed-in person's desk, over the replica, the server's routes and the live stream.

Reading goes through `desk.replica` and costs no I/O. What changes is told to subscribers, at once and on the
event loop. An answer goes to the replica that asked: a newer one may be of another right to see. Every
coroutine here may be cancelled; what fails raises one of `client.errors`, except `send`, which keeps the text
in the replica with the reason.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, Unpack

from deskterm.client.answers import NewConversation, Page, Snapshot, Update
from deskterm.client.commanding import Sleep
from deskterm.client.errors import ClientError
from deskterm.client.live.connection import Connection, Link, Now, State, utc_now
from deskterm.client.live.signals import Signals
from deskterm.client.meeting import Meeting
from deskterm.client.replica.attention import TYPING_LASTS
from deskterm.client.replica.changes import (
    Changes,
    DraftsChanged,
    MeChanged,
    NotificationChanged,
    PendingChanged,
    Resynced,
)
from deskterm.client.replica.filters import Filter
from deskterm.client.replica.inbox import Inbox
from deskterm.client.replica.outgoing import Item, SendState
from deskterm.client.replica.replica import Replica
from deskterm.client.replica.threads import Threads
from deskterm.client.sending import Result
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Conversation, Visibility

if TYPE_CHECKING:
    from deskterm.client.http.api import Api
    from deskterm.client.live.backoff import Backoff

log = logging.getLogger("deskterm.client.desk")
Subscriber = Callable[[Changes], None]
#: Seconds for which the news of being back is shown.
BACK = 3.0
#: Seconds without an answer after which F5 gives an attempt up for another one.
STUCK = 2.0


class Desk(Meeting):
    """One person's desk on one server. Made by `open`, ended by `close`."""

    def __init__(
        self,
        api: "Api",
        token: str,
        first: Snapshot,
        *,
        ids: IdSource | None = None,
        now: Now = utc_now,
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        backoff: "Backoff | None" = None,
    ) -> None:
        from deskterm.client.live.subscription import Subscription  # websockets: not before the first frame

        super().__init__(api, ids)
        self.replica = Replica()
        self.replica.load(first)
        self.epoch = first.epoch
        self.connection = Connection(now)
        self.inbox = Inbox(api, self._tell, sleep, now)
        self.threads = Threads(api, self._tell)
        self._subscription = Subscription(
            api.server,
            token,
            first.cursor,
            self.connection,
            deliver=self._deliver,
            resync=self._resync,
            broken=self._broken,
            backoff=backoff,
            sleep=sleep,
            now=now,
            monotonic=monotonic,
        )
        self.signals = Signals(self._subscription.say, monotonic)
        self._now = now
        self._sleep = sleep
        self._subscribers: list[Subscriber] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.connection.watch(self._linked)
        self._start(self._subscription.run())

    @classmethod
    async def open(cls, server: str, token: str, **options: Any) -> Self:
        """Load the first page of everything and go on live from there; `options` are those of the class.

        `server` is a normalised address. Raises what `Api.probe` raises, and ApiError `unauthenticated` for a
        token of no use.
        """
        from deskterm.client.http.api import Api  # httpx and pydantic: not before the first frame

        api = Api(server, token, ids=options.get("ids"))
        try:
            await api.probe()
            return cls(api, token, await api.snapshot(), **options)
        except BaseException:
            await api.close()
            raise

    @classmethod
    async def open_copy(cls, server: str, token: str, path: Path, why: str, **options: Any) -> Self | None:
        """A desk as it was last seen on this machine, that looks for its server; None if nothing is kept.

        `why` is a sentence about the server.
        """
        from deskterm.client.cache.keeper import first_of, taken_up  # sqlite3: not before the first frame
        from deskterm.client.http.api import Api

        kept = await taken_up(path)
        if kept is None:
            return None
        desk = cls(Api(server, token, ids=options.get("ids")), token, first_of(kept), **options)
        desk.take_up(kept, why)
        return desk

    async def close(self) -> None:
        """End the live stream and give the connections back; what is pending stays undecided."""
        await self._sender.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close_copy()
        await self.inbox.close()
        await self.api.close()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with what changed, from now on; the answer stops that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    # --- lists and threads -------------------------------------------------------------------------------

    async def load_inbox(self, wanted: Filter, cursor: str | None = None) -> Page[Conversation]:
        """Load a page of a list; then `inbox_rows` shows it and stays true by itself."""
        return await self.inbox.load(wanted, cursor, self.replica)

    def inbox_rows(self, wanted: Filter) -> list[Conversation]:
        """What to show of a list now, in its order."""
        return self.inbox.rows(wanted, self.replica)

    async def load_older(self, conversation_id: str) -> None:
        """Have the page before what is loaded of a thread."""
        await self.threads.older(conversation_id, self.replica)

    async def load_newer(self, conversation_id: str) -> None:
        """Have the page after what is loaded of a thread, where `load_around` opened it in the middle."""
        await self.threads.newer(conversation_id, self.replica)

    async def load_around(self, conversation_id: str, message_id: str) -> None:
        """Open a thread at one message."""
        await self.threads.around(conversation_id, message_id, self.replica)

    async def rest(self, seconds: float) -> None:
        """Wait before asking again."""
        await self._sleep(seconds)

    async def refresh(self) -> None:
        """Somebody pressed F5: come back at once if offline, load the shown list anew if not."""
        await self.api.renew(STUCK)
        self._subscription.wake()
        self._sender.wake()
        if self.connection.online:
            await self.threads.again(self.replica)
            if self.inbox.shown:
                await self.load_inbox(self.inbox.shown)

    # --- commands ----------------------------------------------------------------------------------------

    async def create_conversation(self, **fields: Unpack[NewConversation]) -> Conversation:
        """Open a conversation."""
        made = await self.api.create_conversation(**fields)
        self._moved(self.replica.put_conversation(made))
        return made

    async def portal_conversation(self) -> Conversation:
        """A contact's own support conversation, in the replica with its newest messages."""
        own = await self.api.portal_conversation()
        self._tell(self.replica.put_conversation(own))
        await self.open_conversation(own.id)
        return own

    async def mark_read(self, conversation_id: str) -> None:
        """Say that what is loaded of a conversation was read; nothing is sent if nothing is unread."""
        replica = self.replica
        held, thread = replica.conversation(conversation_id), replica.thread(conversation_id)
        if held is None or thread is None or not held.unread or not thread.messages:
            return
        read = await self.api.mark_read(conversation_id, thread.messages[-1].seq)
        now = replica.conversation(conversation_id)
        if now and now.rev == held.rev:  # else the answer may be older than a message; the event follows
            self._tell(replica.put_read(read))

    async def typing(
        self, conversation_id: str, visibility: Visibility = Visibility.PUBLIC, persona_id: str | None = None
    ) -> None:
        """A key was pressed in a composer."""
        await self.signals.typing(conversation_id, visibility, persona_id)

    async def viewing(self, conversation_id: str | None) -> None:
        """A conversation is open on the screen now, or none."""
        await self.signals.viewing(conversation_id)

    # --- what comes in -----------------------------------------------------------------------------------

    async def patch_organization(
        self, *, name: str | None = None, settings: Mapping[str, str | bool | int] | None = None
    ) -> None:
        """Change the organization's name or some of its settings (admins)."""
        organization = await self.api.patch_organization(name=name, settings=settings)
        self._moved(self.replica.put_organization(organization))

    def _deliver(self, update: Update) -> None:
        if (typing := update.typing) is not None:  # the server's clock may be set otherwise than ours
            update = replace(update, typing=replace(typing, until=self._now() + TYPING_LASTS))
        self._moved(self.replica.apply(update))
        if update.drafts is not None:
            self._tell((DraftsChanged(update.drafts),))
        if update.notification is not None:
            self._tell((NotificationChanged(update.notification),))

    def _moved(self, changes: Changes) -> None:
        self._tell(changes)
        self.inbox.noticed(changes)

    def _tell(self, changes: Changes) -> None:
        for each in changes:
            if isinstance(each, PendingChanged) and self.replica.outgoing.state(each.id) is SendState.SENT:
                self._sender.drop(each.id)
        if changes:
            for subscriber in tuple(self._subscribers):
                subscriber(changes)

    def _broken(self) -> None:
        """Connections lead nowhere though nobody closed them: what is on its way there goes by others."""
        self._start(self.api.renew())

    async def _resync(self) -> str:
        """Everything anew: a fresh replica takes over in one step, so that no screen is ever half empty."""
        first = await self.api.snapshot()
        resynced = Resynced.between(self.epoch, first.epoch)
        self.refreshed(self.replica.me, first)
        fresh = Replica(self.replica.outgoing)
        fresh.load(first)
        open_threads = self.replica.open_threads()
        self.replica = fresh
        self.inbox.restart()
        self._tell((resynced, MeChanged()))
        self._start(self._reload(open_threads))
        return first.cursor

    async def _reload(self, open_threads: tuple[str, ...]) -> None:
        """What was open on the screen, from the new state of things."""
        await self.threads.reopen(open_threads, self.replica)
        self.renewed()
        if self.inbox.shown:
            try:
                await self.load_inbox(self.inbox.shown)
            except ClientError as error:
                log.info("the list was not loaded again: %s", type(error).__name__)

    def settled(self, item: Item, result: Result) -> None:
        """The server has it; so it can be reached again, if it could not."""
        super().settled(item, result)
        if not self.connection.online:
            self._subscription.wake()

    def _linked(self, link: Link) -> None:
        if not link.online:
            self._tell(self.replica.attention.forget())
        else:
            self._start(self.signals.repeat())
            self._sender.wake()
            self._start(self.threads.again(self.replica))
        if link.state is State.BACK:
            self._start(self._settle())

    async def _settle(self) -> None:
        await self._sleep(BACK)
        self.connection.settle()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
