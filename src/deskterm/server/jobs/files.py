"""Files that nobody wants are let go: uploads that no message took, and what a crash has left on the disk."""

import asyncio
from collections.abc import Awaitable, Callable

from deskterm.server.desk.attachments import do_forget_waiting
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage.database import Database
from deskterm.server.storage.files import FileStore

#: How many files one step looks at, so that people's commands never wait long.
BATCH = 100
HOUR = 3600.0
DAY = 24 * HOUR
#: Seconds from the start to the first look at the disk.
SETTLED = 60.0


def file_jobs(db: Database, files: FileStore) -> tuple[Job, ...]:
    """Both of them."""
    return (
        Job("forget files that no message took", HOUR, _forgetting(db, files)),
        Job("remove files that nothing refers to", DAY, _sweeping(files), after=SETTLED, everywhere=True),
    )


def _forgetting(db: Database, files: FileStore) -> Callable[[], Awaitable[bool]]:
    async def forget() -> bool:
        left = await db.write(lambda tx: do_forget_waiting(tx, BATCH))
        for each in left:
            await files.let_go(each.sha256)
        return len(left) >= BATCH

    return forget


def _sweeping(files: FileStore) -> Callable[[], Awaitable[bool]]:
    async def sweep() -> bool:
        found = await asyncio.to_thread(files.left_behind)
        for start in range(0, len(found), BATCH):
            for each in found[start : start + BATCH]:
                await files.let_go(each)
            await asyncio.sleep(0)
        return False

    return sweep
