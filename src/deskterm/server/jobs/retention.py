"""Once a day: each organization's retention, and backups that are old enough to go."""

from deskterm.server.erasures import Erasures
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Database

DAY = 24 * 3600.0
#: Seconds from the start to the first look.
SETTLED = 120.0


def retention_job(db: Database, erasures: Erasures, backup_days: int) -> Job:
    """What is due is decided from the data, so a day on which the server was down is made up for."""

    async def run() -> bool:
        for each in db.read(organizations.all_of):
            await erasures.run(each.key, None)
        await erasures.age_backups(backup_days)
        return False

    return Job("retention", DAY, run, after=SETTLED)
