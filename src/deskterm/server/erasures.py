"""What erasing and retention need beside transactions: a verified backup before, slices, tidying up after."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from deskterm.server.clock import Clock
from deskterm.server.desk import retention as desk
from deskterm.server.logs import Log
from deskterm.server.storage.database import Database
from deskterm.server.storage.erasure import tidy_words
from deskterm.server.storage.files import FileStore
from deskterm.server.storage.kept_backups import FOLDER, new_backup, older_than, remove_backups
from deskterm.server.storage.private import create_private_directory
from deskterm.server.storage.retention import BothRow

#: Pages of the word index that one transaction goes through, so that people's commands never wait long.
PAGES = 200
#: So many conversations, and visitors, in one transaction of a run.
CONVERSATIONS, VISITORS = 100, 10


class Erasures:
    """One per server; `data` is its folder."""

    def __init__(self, db: Database, clock: Clock, files: FileStore, data: Path, log: Log) -> None:
        self._db = db
        self._clock = clock
        self._files = files
        self._data = data
        self._log = log

    async def backup_before(self) -> str:
        """Make a verified backup; answers its name. Raises `BackupFailed`, and then nothing is erased."""
        target = new_backup(self._data, self._now())
        create_private_directory(target.parent)
        made = await self._db.back_up(target)
        self._log.info("backed up", path=str(made.path), size=made.size)
        return made.path.name

    async def tidy_up(self, files: Iterable[bytes]) -> None:
        """Let go of files that nobody else sent, and take the words out of the index for good."""
        for each in files:
            await self._files.let_go(each)
        more = await self._db.write(lambda tx: tidy_words(tx, -PAGES))  # begins a merge of everything
        while more:
            more = await self._db.write(lambda tx: tidy_words(tx, PAGES))
        await self._db.forget_deleted()

    async def run(self, organization_id: int, actor_id: bytes | None) -> tuple[BothRow, str | None]:
        """Archive and erase what is old enough; answers how much, and the backup's name if there was one."""
        now = self._clock.now()
        due = await self._db.read_in_thread(lambda reader: desk.preview(reader, organization_id, now))
        if due == BothRow(0, 0):
            return due, None
        backup = await self.backup_before()
        done = BothRow(await self._archive(organization_id), await self._erase(organization_id))
        await self._db.write(lambda tx: desk.do_note_run(tx, organization_id, actor_id, done, backup))
        return done, backup

    async def age_backups(self, days: int) -> None:
        """Remove backups of the usual folder that are older; 0 = none. The newest one always stays."""
        folder = self._data / FOLDER
        old = older_than(folder, self._now(), days) if days else []
        if old:
            await asyncio.to_thread(remove_backups, folder, old)
            self._log.info("old backups removed", count=len(old))

    async def _archive(self, organization_id: int) -> int:
        total, slice_ = 0, CONVERSATIONS
        archive = partial(desk.do_archive, organization_id=organization_id, limit=CONVERSATIONS)
        while slice_ == CONVERSATIONS:
            slice_ = await self._db.write(archive)
            total += slice_
        return total

    async def _erase(self, organization_id: int) -> int:
        total, slice_, files = 0, VISITORS, list[bytes]()
        erase = partial(desk.do_erase_visitors, organization_id=organization_id, limit=VISITORS)
        while slice_ == VISITORS:
            slice_, freed = await self._db.write(erase)
            total, files = total + slice_, files + freed
        if total:
            await self.tidy_up(files)
        return total

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now() / 1000, UTC)
