"""Sends notifications on to their many recipients, and leaves most of the time to everybody else."""

import asyncio

from deskterm.server.clock import Clock
from deskterm.server.desk.notifications import do_send_on
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage import notifications
from deskterm.server.storage.database import Database

#: Rest after a slice, in times of what it took: people's commands find the writer free most of the time.
REST = 4


def notifying_job(db: Database, clock: Clock) -> Job:
    """Goes on where it stopped, also after a restart in the middle."""

    async def send_on() -> bool:
        if db.read(notifications.unfinished) is None:
            return False
        started = clock.monotonic()
        await db.write(do_send_on)
        await asyncio.sleep(REST * (clock.monotonic() - started))
        return True

    return Job("send notifications", 1.0, send_on)
