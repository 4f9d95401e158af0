"""Keeps the copy of one desk: hears what changed, and writes it a moment later, beside the event loop.

Hearing costs a burst of events a few entries in a set. A disk that refuses costs the copy and nothing else.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from deskterm.client.answers import Snapshot
from deskterm.client.cache.content import Kept, KeptThread, News, People, Whose
from deskterm.client.cache.file import remove
from deskterm.client.cache.store import MESSAGES, Store, recall
from deskterm.client.replica.changes import (
    Change,
    Changes,
    ConversationChanged,
    ConversationGone,
    MeChanged,
    MessageArrived,
    MessageChanged,
    RosterChanged,
    ThreadLoaded,
)
from deskterm.client.replica.outgoing import SendState
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Presence

log = logging.getLogger("deskterm.client.cache")
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
#: Seconds in which changes gather before they are written.
GATHERED = 2.0
#: A cursor of no log: the server asks for a snapshot.
NOWHERE = "nowhere"
_REFUSALS = (OSError, sqlite3.Error, ValueError)


class Keeper:
    """The copy at `path` of what `replica` answers; `true_at` answers as of when that is true."""

    def __init__(
        self, path: Path, replica: Callable[[], Replica], true_at: Callable[[], datetime], sleep: Sleep
    ) -> None:
        self._path = path
        self._replica = replica
        self._true_at = true_at
        self._sleep = sleep
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cache")
        self._store: Store | None = None
        self._whose: Whose | None = None
        self._wiped = False
        self._people = False
        self._conversations: set[str] = set()
        self._threads: set[str] = set()
        self._gone: set[str] = set()  # still to be removed, at the latest when the file is given back
        self._news = asyncio.Event()

    # --- what there is -----------------------------------------------------------------------------------

    async def begin(self, epoch: str) -> list[str]:
        """A fresh snapshot is in the replica: what is in the copy is true, void, or to be asked about.

        Answers the conversations to be asked about: their threads are here, but the snapshot has them not.
        """
        replica = self._replica()
        known = frozenset(each.id for each in replica.conversations())
        self._whose = _whose(replica, epoch)
        self._people = True
        self._conversations |= known
        self._threads |= set(replica.open_threads())
        return await self._write(known)

    async def thread(self, conversation_id: str) -> tuple[Conversation, KeptThread] | None:
        """A conversation with its newest messages, if they are here."""
        return await self._do(lambda store: store.thread(conversation_id))

    def learn(self, changes: Changes) -> bool:
        """Something changed; answers whether there is something to write."""
        for change in changes:
            self._learn_one(change)
        return self._news.is_set()

    def touch(self) -> None:
        """Nothing changed, but what is here was true until now."""
        self._news.set()

    def _learn_one(self, change: Change) -> None:
        match change:
            case ConversationChanged():
                self._conversations.add(change.id)
            case MessageArrived() | MessageChanged() | ThreadLoaded():
                self._threads.add(change.conversation_id)
            case ConversationGone():
                self._conversations.discard(change.id)
                self._threads.discard(change.id)
                return
            case RosterChanged() | MeChanged():
                self._people = True
            case _:
                return
        self._news.set()

    # --- writing -----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Write what gathers, until cancelled."""
        while True:
            await self._news.wait()
            await self._sleep(GATHERED)
            await self.flush()

    async def flush(self) -> None:
        """Write what differs."""
        if self._whose is not None and self._news.is_set():
            await self._write(None)

    def lose(self, conversation_id: str) -> Coroutine[Any, Any, None]:
        """A conversation is out of sight: forgotten at once, also if nobody is left to wait for it."""
        self._gone.add(conversation_id)
        return self.forget(conversation_id)

    async def forget(self, conversation_id: str) -> None:
        """Keep nothing of a conversation, from now on; if that cannot be written, nothing of anything."""
        if await self._do(lambda store: _forgotten(store, conversation_id)) is None:
            await self._in_thread(lambda: remove(self._path))
        self._gone.discard(conversation_id)

    async def wipe(self) -> None:
        """Keep nothing at all, and write no more."""
        self._whose, self._wiped = None, True
        await self._in_thread(self._end)
        await self._in_thread(lambda: remove(self._path))

    async def close(self) -> None:
        """Write what is left and give the file back."""
        for each in tuple(self._gone):
            await self.forget(each)
        await self.flush()
        await self._in_thread(self._end)
        self._thread.shutdown(wait=False)

    async def _write(self, known: frozenset[str] | None) -> list[str]:
        if self._wiped:
            return []
        news = self._gather(known)
        return (await self._do(lambda store: store.write(news))) or []

    def _gather(self, known: frozenset[str] | None) -> News:
        assert self._whose is not None
        self._news.clear()
        replica, at = self._replica(), self._true_at()
        me, roster = replica.me, replica.roster
        people = None
        if self._people and me is not None:
            people = People(me, tuple(roster.members.values()), tuple(roster.personas.values()))
            self._whose = _whose(replica, self._whose.epoch)
        here = {each.id: each for each in replica.conversations()}
        held_back = {e.conversation_id for e in replica.outgoing.changes() if e.state is SendState.WAITING}
        settled = self._conversations - held_back  # what waits to be sent is the outbox's, not the server's
        news = News(
            self._whose,
            at,
            people,
            known,
            tuple(here[each] for each in settled if each in here),
            tuple(kept for each in self._threads if (kept := _kept(replica, each, at))),
            replica.open_threads(),
        )
        self._people, self._conversations, self._threads = False, self._conversations & held_back, set()
        return news

    async def _do(self, work: Callable[[Store], T]) -> T | None:
        """Something with the file, in its thread; None if the disk refuses."""
        return await self._in_thread(lambda: self._try(work))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _try(self, work: Callable[[Store], T]) -> T | None:
        if self._wiped:
            return None
        try:
            if self._store is None:
                self._store = Store(self._path)
            return work(self._store)
        except _REFUSALS as error:
            log.info("no copy for offline reading: %s: %s", type(error).__name__, error)
            self._end()
            if not isinstance(error, OSError | sqlite3.OperationalError):
                remove(self._path)  # it is damaged
            return None

    def _end(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


async def taken_up(path: Path) -> Kept | None:
    """What a copy holds, if there is one that can be read."""
    return await asyncio.to_thread(recall, path)


def first_of(kept: Kept) -> Snapshot:
    """A copy as the snapshot that it is: of a position from which no server goes on, and nobody is there."""
    people = kept.people
    members = tuple(replace(each, presence=Presence.OFFLINE) for each in people.members)
    organization = people.me.organization
    return Snapshot(NOWHERE, None, organization, people.me, members, people.personas, kept.conversations)


def _kept(replica: Replica, conversation_id: str, at: datetime) -> KeptThread | None:
    thread = replica.thread(conversation_id)
    if thread is None or not thread.loaded or not thread.at_end:
        return None
    messages = thread.messages
    whole = thread.at_start and len(messages) <= MESSAGES
    return KeptThread(conversation_id, messages[-MESSAGES:], whole, at)


def _whose(replica: Replica, epoch: str) -> Whose:
    me = replica.me
    if me is None:
        return Whose("", "", "", epoch)
    return Whose(me.user_id or me.email or "", me.role or "", me.member_id or me.contact_id or "", epoch)


def _forgotten(store: Store, conversation_id: str) -> bool:
    store.forget(conversation_id)
    return True
