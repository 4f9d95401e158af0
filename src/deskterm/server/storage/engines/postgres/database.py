"""`Database` on PostgreSQL: the event loop has a connection to read through; of a pool, one thread has one
to write through, and others theirs to read what takes long.

Several servers may have it at once: each hears what the others commit, and one of them has the duty.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.storage import events as log
from deskterm.server.storage.database import Access, Backup, Event, Reader, Tx, Watcher
from deskterm.server.storage.engines.postgres.access import Part, Readers
from deskterm.server.storage.engines.postgres.connection import Pool
from deskterm.server.storage.engines.postgres.contents import PostgresContents
from deskterm.server.storage.engines.postgres.following import POLL, Following, Reading
from deskterm.server.storage.engines.postgres.hold import Hold
from deskterm.server.storage.engines.postgres.wakes import Wakes
from deskterm.server.storage.engines.postgres.writer import PostgresWriter
from deskterm.server.storage.files import Contents

T = TypeVar("T")
#: Writes a verified copy to a file.
CopyTo = Callable[[Path], Backup]


class PostgresDatabase:
    """An open, migrated database. Made by `open_postgres()`, on the event loop that uses it."""

    def __init__(
        self,
        wakeups: str,
        own: Pool,
        pool: Pool,
        hold: Hold,
        epoch: str,
        clock: Clock,
        ids: IdSource,
        copy_to: CopyTo,
    ) -> None:
        self._pools = own, pool
        self._copy_to = copy_to
        self._hold = hold
        self._epoch = epoch
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._writer = PostgresWriter(pool, hold, clock, ids)
        self._readers = Readers(own, pool, self._writer.doubt)
        self._all = Part(self._readers, self._writer, None)
        self._node = ids.new_bytes()
        self._following = Following(Reading(self.read, self.read_in_thread), self.read(log.heads))
        self._wakes = Wakes(wakeups, pool, self._node.hex(), self._following.wake, self._overhear)
        self._overhearing: list[Callable[[str], None]] = []
        self._writer.listen(self._committed)
        self._writer.start()
        self._holding = self._loop.create_task(self._keep_holding())

    @property
    def epoch(self) -> str:
        """Changes when a backup was restored: cursors of another epoch are void."""
        return self._epoch

    def read(self, fn: Callable[[Reader], T]) -> T:
        """Run quick reads here and now; all of them see the same moment."""
        return self._all.read(fn)

    def read_in_thread(self, fn: Callable[[Reader], T]) -> Awaitable[T]:
        """Run long reads in one of the reader threads."""
        return self._all.read_in_thread(fn)

    def write(self, fn: Callable[[Tx], T]) -> Awaitable[T]:
        """Queue a command; answers after its commit (see `storage/database.py`)."""
        return self._all.write(fn)

    def within(self, organization_id: int) -> Access:
        """The rows of one organization, whatever is asked for (`fence.py`)."""
        return Part(self._readers, self._writer, organization_id)

    @property
    def waiting(self) -> int:
        """How many commands wait to be stored."""
        return self._writer.waiting

    def watch(self, watcher: Watcher) -> None:
        """Let `watcher` see commands and commits."""
        self._writer.watch(watcher)

    @property
    def damaged(self) -> bool:
        """Whether the data was found damaged: it is only read from then on."""
        return self._writer.damaged

    def stop_writing(self) -> None:
        """The data is damaged: leave it as it is. From any thread."""
        self._writer.damaged = True

    def on_commit(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call `listener` with the events of each node's commits, in order, after the answers to its own."""
        self._following.listen(listener)

    @property
    def node(self) -> bytes:
        """This server among those that share the database."""
        return self._node

    @property
    def is_shared(self) -> bool:
        """Several servers may have it."""
        return True

    @property
    def on_duty(self) -> bool:
        """Whether this one does what is done once; another one takes over when it is gone."""
        return self._hold.on_duty and not self._hold.doubted

    def whisper(self, word: str) -> None:
        """Tell the other servers something that may as well be lost."""
        if self._hold.has_company:
            self._wakes.say(word)

    def on_whisper(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with what another server whispers."""
        self._overhearing.append(listener)

    async def back_up(self, target: Path) -> Backup:
        """Write a verified copy to `target` while everything goes on: a file as the other engine has it."""
        return await self._loop.run_in_executor(self._readers.threads, self._copy_to, target)

    async def forget_deleted(self) -> None:
        """Its own vacuum does that, and its operator ages its archive."""

    @property
    def contents(self) -> Contents:
        """Messages' files, in pieces beside the rows."""
        return PostgresContents(self._pools[1])

    async def close(self) -> None:
        """Store what was accepted, then let go of every connection; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        await self._writer.stop()
        await self._wakes.close()
        await self._following.close()
        self._holding.cancel()
        await self._loop.run_in_executor(None, self._let_go)

    def _let_go(self) -> None:
        self._readers.close()
        for each in self._pools:
            each.close()
        self._hold.release()

    def _committed(self, events: Sequence[Event]) -> None:
        if self._hold.has_company:
            self._wakes.tell({event.organization_id for event in events})
        self._following.tell_own(events)

    def _overhear(self, word: str) -> None:
        for listener in self._overhearing:
            self._loop.call_soon(listener, word)

    async def _keep_holding(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            await self._loop.run_in_executor(None, self._hold.look)
