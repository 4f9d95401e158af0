"""The outbox's file beside the event loop: every touch of the disk happens in one thread, in order.

A disk that refuses or hangs is told once and stops nothing; it is asked again with every command.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from deskterm.client.outbox.rows import Row
from deskterm.client.outbox.store import Store

log = logging.getLogger("deskterm.client.outbox")
T = TypeVar("T")
#: What a disk that refuses says.
REFUSALS = (OSError, sqlite3.Error)  # a TimeoutError is an OSError
#: Seconds after which a disk that does not answer is taken to refuse.
PATIENCE = 5.0


class Keeper:
    """The file at `path` for one organization; `troubled` is called with why it cannot be used."""

    def __init__(self, path: Path, organization: str, troubled: Callable[[str], None]) -> None:
        self._path = path
        self._organization = organization
        self._troubled = troubled
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._store: Store | None = None
        self._told = False

    async def put(self, row: Row) -> tuple[bool, bool]:
        """Write a command: whether it is on the disk, and whether another console's stands before it."""
        try:
            behind = await self._do(lambda store: store.put(row))
        except REFUSALS as error:
            self._refused(error)
            return False, False
        self._told = False
        return True, behind

    async def adopt(self) -> list[Row]:
        """Take over what consoles have left that no longer run."""
        try:
            return await self._do(lambda store: store.adopt())
        except REFUSALS as error:
            self._refused(error)
            return []

    async def behind(self, row_id: str) -> bool:
        """Whether another running console has something to send before this."""
        try:
            return await self._do(lambda store: store.behind(row_id))
        except REFUSALS:
            return False

    async def refused(self, row_id: str, reason: str, code: str) -> None:
        """Keep it for its author; one that is not marked is refused again the next time."""
        with contextlib.suppress(*REFUSALS):
            await self._do(lambda store: store.refused(row_id, reason, code))

    async def remove(self, row_id: str) -> None:
        """Forget a command; one that stays is answered the same when it is sent again."""
        with contextlib.suppress(*REFUSALS):
            await self._do(lambda store: store.remove(row_id))

    async def wipe(self) -> None:
        """Keep nothing of this account."""
        with contextlib.suppress(*REFUSALS):
            await self._do(lambda store: store.wipe())

    async def close(self) -> None:
        """Give the file back."""
        if self._store is not None:
            with contextlib.suppress(*REFUSALS):
                await self._do(lambda store: store.close())
            self._store = None
        self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[Store], T]) -> T:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: work(self._opened())
            )

    def _opened(self) -> Store:
        """The file; opened again where it could not be before. In the thread."""
        if self._store is None:
            self._store = Store(self._path, self._organization)
        return self._store

    def _refused(self, error: Exception) -> None:
        log.warning("the outbox cannot be used: %s: %s", type(error).__name__, error)
        if not self._told:
            self._told = True
            why = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self._troubled(why or "the disk does not answer")
