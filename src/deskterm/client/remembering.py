"""A desk that keeps a copy of what was read, and opens from it while the server is not there."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.client.answers import Snapshot
from deskterm.client.commanding import Commanding
from deskterm.client.errors import ApiError, ClientError, Offline
from deskterm.client.live.connection import Link, State
from deskterm.client.replica.changes import Changes, ConversationGone, Resynced, ThreadLoaded
from deskterm.client.replica.threads import Threads
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Me

if TYPE_CHECKING:
    from deskterm.client.cache.content import Kept, KeptThread
    from deskterm.client.cache.keeper import Keeper
    from deskterm.client.http.api import Api

log = logging.getLogger("deskterm.client.cache")
#: Seconds between two questions about conversations that a snapshot has not.
APART = 0.2


class Remembering(Commanding):
    """What a desk does about its copy. Where there is none, nothing is kept and nothing is missed."""

    threads: Threads
    as_of: datetime | None = None
    """The time of the copy that everything is from; None once the server was there."""
    epoch = ""
    _keeper: "Keeper | None" = None

    def __init__(self, api: "Api", ids: IdSource | None) -> None:
        super().__init__(api, ids)
        self._stale: dict[str, datetime] = {}
        self._restarted: set[str] = set()

    # --- keeping -----------------------------------------------------------------------------------------

    def keep_copy(self, path: Path | None) -> None:
        """From now on keep a copy of what is read; without a path, or a second time, nothing happens."""
        if path is None or self._keeper is not None or self.replica.me is None:
            return
        from deskterm.client.cache.keeper import Keeper  # sqlite3: not before the first frame

        self._keeper = Keeper(path, lambda: self.replica, self._true_at, self._sleep)
        self.subscribe(self._copy_learns)
        self.connection.watch(self._copy_linked)
        self._start(self._keeper.run())
        if self.as_of is None:
            self._start(self._begin_copy(self._keeper))

    async def wipe_copy(self) -> None:
        """Somebody signs out, or may not come in any more: keep nothing, and write no more."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            await keeper.wipe()

    async def close_copy(self) -> None:
        """The desk ends; the copy stays."""
        if self._keeper is not None:
            await self._keeper.close()

    def _true_at(self) -> datetime:
        link = self.connection.link
        return link.since if link.state in (State.OFFLINE, State.ENDED) else self._now()

    def _copy_learns(self, changes: Changes) -> None:
        if self._keeper is None:
            return
        for change in changes:
            if isinstance(change, ConversationGone):
                self._start(self._keeper.lose(change.id))
        if self.as_of is None:
            self._keeper.learn(changes)

    def _copy_linked(self, link: Link) -> None:
        if self._keeper is not None and self.as_of is None and link.state is State.OFFLINE:
            self._keeper.touch()
        if link.online and self._restarted:
            self._start(self._renew())

    async def _begin_copy(self, keeper: "Keeper") -> None:
        """Everything is fresh: ask about conversations whose threads are kept, one by one."""
        replica = self.replica
        for conversation_id in await keeper.begin(self.epoch):
            try:
                found = await self.api.conversation(conversation_id)
            except ApiError as error:
                if error.status == 404:
                    await keeper.forget(conversation_id)
                    continue
                return
            except ClientError:
                return  # the next start asks again
            self._tell(replica.put_conversation(found))
            await self._sleep(APART)

    # --- reading from it ---------------------------------------------------------------------------------

    def take_up(self, kept: "Kept", why: str) -> None:
        """Begin with what a copy holds; `why` says why the server was not asked."""
        self.as_of = kept.at
        for each in kept.threads:
            self._take_up(each)
        self.connection.lost(why)

    def stale_since(self, conversation_id: str) -> datetime | None:
        """As of when the messages are that are here of a conversation; None if they are true now."""
        return self._stale.get(conversation_id)

    async def open_conversation(self, conversation_id: str) -> None:
        """Have a conversation and its newest messages in the replica; offline, those that are kept."""
        replica = self.replica
        try:
            await self.threads.open(conversation_id, replica)
        except Offline:
            found = await self._keeper.thread(conversation_id) if self._keeper else None
            if found is None or replica is not self.replica:
                raise
            conversation, thread = found
            self._tell(self.replica.put_conversation(conversation))
            self._take_up(thread)
            self._tell((ThreadLoaded(conversation_id),))
        except ApiError as error:
            if error.status == 404:
                self._moved(self.replica.drop(conversation_id) or (ConversationGone(conversation_id),))
            raise

    def _take_up(self, kept: "KeptThread") -> None:
        if self.replica.conversation(kept.conversation_id) is None:
            return
        self.replica.open_thread(kept.conversation_id)
        self._tell(
            self.replica.put_messages(kept.conversation_id, "newest", kept.messages, more=not kept.at_start)
        )
        self._stale[kept.conversation_id] = kept.at
        self._restarted.add(kept.conversation_id)

    # --- the server is there again -----------------------------------------------------------------------

    def refreshed(self, before: Me | None, first: Snapshot) -> None:
        """A snapshot came instead of what was here. ApiError if it is of another person."""
        if before and first.me and (before.user_id, before.email) != (first.me.user_id, first.me.email):
            raise ApiError("unauthenticated", 401, "The saved sign-in is of another person. Sign in again.")
        self.as_of, self.epoch = None, first.epoch
        self._restarted.clear()
        if self._keeper is not None:
            self._start(self._begin_copy(self._keeper))

    def renewed(self) -> None:
        """Threads were loaded again: what is shown of them is true now."""
        held = {each: self.replica.thread(each) for each in self._stale}
        fresh = [each for each, thread in held.items() if thread is None or thread.loaded]
        for each in fresh:
            del self._stale[each]
        if fresh:
            self._tell((Resynced(),))

    async def _renew(self) -> None:
        """Load again what was read from the copy while the rest was here."""
        for conversation_id in self._restarted:
            if (thread := self.replica.thread(conversation_id)) is not None:
                thread.restart()
        again = [each for each in self.replica.open_threads() if each in self._restarted]
        self._restarted.clear()
        for conversation_id in again:
            with suppress(ClientError):  # loading its thread finds out why
                self._tell(self.replica.put_conversation(await self.api.conversation(conversation_id)))
        await self.threads.reopen(again, self.replica)
        self.renewed()

    # --- what a subclass brings --------------------------------------------------------------------------

    def subscribe(self, subscriber: Callable[[Changes], None]) -> Callable[[], None]:
        raise NotImplementedError
