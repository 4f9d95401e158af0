"""Looks whether the database is sound, long after the server is ready: it takes longer the more there is."""

from deskterm.server.errors import StorageDamaged
from deskterm.server.jobs.scheduler import Job
from deskterm.server.logs import Log
from deskterm.server.storage.checks import broken_rules, torn_pages
from deskterm.server.storage.database import Database

MINUTE = 60.0
DAY = 24 * 60 * MINUTE


def soundness_job(db: Database, log: Log) -> Job:
    """A minute after the start, then daily; whatever is wrong goes to the log, a line each.

    A file that is damaged itself is not written any more.
    """

    async def look() -> bool:
        if db.damaged:
            return False
        try:
            torn = await db.read_in_thread(torn_pages)
        except StorageDamaged as refusal:
            torn = [refusal.title]
        if torn:
            db.stop_writing()
        for damage in torn or await db.read_in_thread(broken_rules):
            log.error("the database is damaged", damage=damage, repair="deskterm restore FILE")
        return False

    return Job("look for damage", DAY, look, after=MINUTE)
