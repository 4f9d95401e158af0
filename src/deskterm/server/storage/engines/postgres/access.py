"""Reading and writing a database on PostgreSQL: all of it, or one organization's part."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar

import psycopg
from psycopg_pool import PoolTimeout

from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.engines.postgres.connection import Connection, Pool
from deskterm.server.storage.engines.postgres.faults import Unreachable, is_lost, refusal
from deskterm.server.storage.engines.postgres.reader import read_snapshot
from deskterm.server.storage.engines.postgres.writer import PostgresWriter

T = TypeVar("T")

READER_THREADS: Final = 4
#: One for the writer, one for wake-ups, the others for reader threads; the event loop has one of its own.
CONNECTIONS: Final = READER_THREADS + 2
#: So long the event loop waits until a lost connection is replaced; hardly at all once that took longer.
_LOOP_WAITS = 0.5
_WHILE_AWAY = 0.1
_THREADS_WAIT = 10.0
_CANCEL = 1.0


class Readers:
    """Reads through the connection of `own` on the event loop, and through those of `pool` in threads."""

    def __init__(self, own: Pool, pool: Pool, doubt: Callable[[], None]) -> None:
        self._own = own
        self._pool = pool
        self._doubt = doubt
        self._away = False
        self._loop = asyncio.get_running_loop()
        self._reading: set[Connection] = set()
        self.threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="deskterm-reader")

    def here(self, fn: Callable[[Reader], T], organization_id: int | None) -> T:
        """Read at once."""
        wait = _WHILE_AWAY if self._away else _LOOP_WAITS
        try:
            found = self._answering(self._own, wait, fn, organization_id)
        except Unreachable:
            self._away = True
            raise
        self._away = False
        return found

    def elsewhere(self, fn: Callable[[Reader], T], organization_id: int | None) -> Awaitable[T]:
        """Read in one of the threads."""
        return self._loop.run_in_executor(
            self.threads, self._answering, self._pool, _THREADS_WAIT, fn, organization_id
        )

    def close(self) -> None:
        """End what is still being read: nobody waits for it any more."""
        for each in tuple(self._reading):
            with suppress(psycopg.Error):
                each.cancel_safe(timeout=_CANCEL)
        self.threads.shutdown(cancel_futures=True)

    def _answering(
        self, pool: Pool, wait: float, fn: Callable[[Reader], T], organization_id: int | None
    ) -> T:
        """Read. A connection that was lost is replaced, and reading again does no harm."""
        for _ in range(CONNECTIONS + 1):
            try:
                with pool.connection(timeout=wait) as connection:
                    self._reading.add(connection)
                    try:
                        return read_snapshot(connection, fn, organization_id)
                    finally:
                        self._reading.discard(connection)
            except psycopg.Error as error:
                if is_lost(error):
                    self._doubt()
                    if not isinstance(error, PoolTimeout):
                        continue
                answer = refusal(error)
                if answer is None:
                    raise
                raise answer from error
        raise Unreachable()


class Part:
    """`Access` to an organization's rows; to all where `organization_id` is None."""

    __slots__ = ("_organization_id", "_readers", "_writer")

    def __init__(self, readers: Readers, writer: PostgresWriter, organization_id: int | None) -> None:
        self._readers = readers
        self._writer = writer
        self._organization_id = organization_id

    def read(self, fn: Callable[[Reader], T]) -> T:
        """Run quick reads here and now; all of them see the same moment."""
        return self._readers.here(fn, self._organization_id)

    def read_in_thread(self, fn: Callable[[Reader], T]) -> Awaitable[T]:
        """Run long reads in one of the reader threads."""
        return self._readers.elsewhere(fn, self._organization_id)

    def write(self, fn: Callable[[Tx], T]) -> Awaitable[T]:
        """Queue a command; answers after its commit (see `storage/database.py`)."""
        return self._writer.submit(fn, self._organization_id)
