"""Looks whether the database is sound, long after the server is ready: it takes longer the more there is."""

from deskterm.server.jobs.scheduler import Job
from deskterm.server.logs import Log
from deskterm.server.storage.checks import find_damage
from deskterm.server.storage.database import Database

MINUTE = 60.0
DAY = 24 * 60 * MINUTE


def soundness_job(db: Database, log: Log) -> Job:
    """A minute after the start, then daily; whatever is wrong goes to the log, a line each."""

    async def look() -> bool:
        for damage in await find_damage(db):
            log.error("the database is damaged", damage=damage)
        return False

    return Job("look for damage", DAY, look, after=MINUTE)
