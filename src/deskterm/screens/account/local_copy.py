"""What this machine keeps of a desk's reading: a copy for when the server is not there, and its end."""

import asyncio
from typing import TYPE_CHECKING

from textual.app import App

from deskterm.client.cache.file import cache_file
from deskterm.client.local.first_page import Owner, drop, wipe
from deskterm.client.replica.changes import Changes, ConversationGone, Resynced
from deskterm.settings import Settings
from deskterm.text.times import clock
from deskterm.text.words import tr

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.client.desk import Desk


def keep(app: App[int], desk: "Desk", owner: Owner, settings: Settings) -> None:
    """Keep what is read from now on; what leaves one's sight is kept nowhere."""
    page = settings.first_page
    if settings.cache is None or page is None:
        return
    desk.keep_copy(cache_file(settings.cache, owner))

    def forget(changes: Changes) -> None:
        for change in changes:
            if isinstance(change, ConversationGone):
                work = asyncio.to_thread(drop, page, owner, change.id)
                app.run_worker(work, group="first-page", exit_on_error=False)
            elif isinstance(change, Resynced) and change.void:
                work = asyncio.to_thread(wipe, page, owner)
                app.run_worker(work, group="first-page", exit_on_error=False)

    desk.subscribe(forget)


def as_of(at: "datetime | None", now: "datetime") -> str:
    """From when something is that may be otherwise by now, in words; nothing for what is true."""
    return tr("as of {time}", time=clock(at, now)) if at else ""
