"""`Database` on SQLite: one connection writes in its thread, one reads on the event loop, two in threads."""

import asyncio
import queue
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.storage.backup import back_up
from deskterm.server.storage.database import Access, Backup, Event, Reader, Tx, Watcher
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect
from deskterm.server.storage.engines.faults import is_damage, refusal
from deskterm.server.storage.engines.reader import read_snapshot
from deskterm.server.storage.engines.writer import Writer
from deskterm.server.storage.files import Contents
from deskterm.server.storage.lock import FileLock

T = TypeVar("T")

READER_THREADS = 2


class SqliteDatabase:
    """An open, migrated database file. Made by `open_database()`, on the event loop that uses it."""

    def __init__(
        self, path: Path, connection: apsw.Connection, lock: FileLock, epoch: str, clock: Clock, ids: IdSource
    ) -> None:
        self.path = path
        self._epoch = epoch
        self._lock = lock
        self._loop = asyncio.get_running_loop()
        self._written = connection
        self._reading = connect(path, cache_kib=READER_CACHE_KIB, query_only=True)
        self._readers = [
            connect(path, cache_kib=READER_CACHE_KIB, query_only=True) for _ in range(READER_THREADS)
        ]
        self._idle: queue.SimpleQueue[apsw.Connection] = queue.SimpleQueue()
        for reader in self._readers:
            self._idle.put(reader)
        self._threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="deskterm-reader")
        self._closed = False
        self._writer = Writer(connection, clock, ids)
        self._writer.start()

    @property
    def epoch(self) -> str:
        """Changes when a backup was restored: cursors of another epoch are void."""
        return self._epoch

    def read(self, fn: Callable[[Reader], T]) -> T:
        """Run quick reads here and now; all of them see the same moment."""
        return self._answering(self._reading, fn)

    def read_in_thread(self, fn: Callable[[Reader], T]) -> Awaitable[T]:
        """Run long reads in one of the reader threads."""
        return self._loop.run_in_executor(self._threads, self._read_elsewhere, fn)

    def write(self, fn: Callable[[Tx], T]) -> Awaitable[T]:
        """Queue a command; answers after its commit is on disk (see `storage/database.py`)."""
        return self._writer.submit(fn)

    def within(self, organization_id: int) -> Access:
        """SQLite has no fence of its own."""
        return self

    @property
    def waiting(self) -> int:
        """How many commands wait to be stored."""
        return self._writer.waiting

    def watch(self, watcher: Watcher) -> None:
        """Let `watcher` see commands and commits."""
        self._writer.watch(watcher)

    @property
    def damaged(self) -> bool:
        """Whether the file was found damaged: it is only read from then on."""
        return self._writer.damaged

    def stop_writing(self) -> None:
        """The file is damaged: leave it as it is. From any thread."""
        self._writer.stop_writing()

    def on_commit(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call `listener` with the events of each commit, in commit order, after its answers."""
        self._writer.listen(listener)

    @property
    def node(self) -> bytes:
        """The only one."""
        return bytes(16)

    @property
    def is_shared(self) -> bool:
        """A file has one server."""
        return False

    @property
    def on_duty(self) -> bool:
        """There is nobody else."""
        return True

    def whisper(self, word: str) -> None:
        """There is nobody else."""

    def on_whisper(self, listener: Callable[[str], None]) -> None:
        """There is nobody else."""

    async def back_up(self, target: Path) -> Backup:
        """Write a verified copy to `target` while everything goes on; `BackupFailed` if the disk refuses."""
        return await self._loop.run_in_executor(None, self._copy_to, target)

    async def forget_deleted(self) -> None:
        """Empty the WAL into the file, whose freed pages are overwritten; who reads meanwhile puts it off."""
        self._writer.empty_wal()
        for _ in range(2):  # what follows a batch is done when the next one is answered
            await self.write(lambda tx: None)

    @property
    def contents(self) -> Contents | None:
        """Files lie beside the database."""
        return None

    async def close(self) -> None:
        """Store what was accepted, then let go of the file; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        await self._writer.stop()
        for reader in self._readers:
            reader.interrupt()  # nobody waits for a long read any more
        await self._loop.run_in_executor(None, self._threads.shutdown)
        if self.damaged:
            for each in (self._reading, self._written, *self._readers):
                each.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # the file stays as it was found
        self._reading.close()
        for reader in self._readers:
            reader.close()
        self._written.close()
        self._lock.release()

    def _copy_to(self, target: Path) -> Backup:
        connection = connect(self.path, cache_kib=READER_CACHE_KIB)
        try:
            return back_up(connection, target)
        finally:
            connection.close()

    def _read_elsewhere(self, fn: Callable[[Reader], T]) -> T:
        connection = self._idle.get()
        try:
            return self._answering(connection, fn)
        finally:
            self._idle.put(connection)

    def _answering(self, connection: apsw.Connection, fn: Callable[[Reader], T]) -> T:
        """Read; a failing disk becomes the refusal that callers know, and a damaged file is left alone."""
        try:
            return read_snapshot(connection, fn)
        except apsw.Error as error:
            if is_damage(error):
                self._writer.stop_writing()
            answer = refusal(error)
            if answer is None:
                raise
            raise answer from error
