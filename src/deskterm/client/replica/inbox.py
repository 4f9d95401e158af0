"""The lists that a console has loaded: which pages of which filter, and the figures on their tabs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.client.answers import Counts, Page
from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Changes, ConversationChanged, ConversationGone, CountsChanged
from deskterm.client.replica.filters import Filter, Position
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation

if TYPE_CHECKING:
    from deskterm.client.http.api import Api

log = logging.getLogger("deskterm.client.replica.inbox")
#: Seconds between something changing and asking for fresh figures: one request for all of it.
COUNTS_DELAY = 1.0
LISTINGS = 16


@dataclass(slots=True)
class Listing:
    """How far one list was loaded: to `end` in its order, or all of it."""

    counts: Counts | None = None
    next_cursor: str | None = None
    end: Position | None = None
    found: tuple[str, ...] = ()  # for a search: the ids in the server's order


class Inbox:
    """Lists of conversations: pages from the server, rows from the replica."""

    def __init__(
        self,
        api: "Api",
        tell: Callable[[Changes], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._api = api
        self._tell = tell
        self._sleep = sleep
        self._now: Callable[[], datetime | None] = now or (lambda: None)
        self._listings: dict[Filter, Listing] = {}
        self.shown: Filter | None = None
        self._counting: asyncio.Task[None] | None = None
        self._outdated = False

    def listing(self, wanted: Filter) -> Listing | None:
        """How far a list was loaded; None if never."""
        return self._listings.get(wanted)

    def rows(self, wanted: Filter, replica: Replica) -> list[Conversation]:
        """What to show of a list now: its loaded part, with everything that happened since."""
        listing = self._listings.get(wanted)
        if not wanted.searches:
            return replica.inbox(wanted, listing.end if listing else None, self._now())
        found = [replica.conversation(each) for each in listing.found] if listing else []
        mine, own, now = replica.member_id, replica.own_ids, self._now()
        return [each for each in found if each and wanted.matches(each, mine, own, now)]

    async def load(self, wanted: Filter, cursor: str | None, replica: Replica) -> Page[Conversation]:
        """Load a page of a list into the replica: the first, or the one at `cursor`."""
        self.shown = wanted
        listings = self._listings
        page = await self._api.conversations(wanted, cursor=cursor)
        listing = listings.pop(wanted, None) if cursor else None
        listing = listing or Listing()
        listing.counts = page.counts or listing.counts
        listing.next_cursor = page.next_cursor
        if page.next_cursor is None:
            listing.end = None
        elif page.items:  # one without rows, where the server looked in vain so far, moves no end
            listing.end = wanted.position(page.items[-1])
        listing.found += tuple(each.id for each in page.items)
        listings[wanted] = listing
        while len(listings) > LISTINGS:
            del listings[next(iter(listings))]
        self._tell(replica.put_page(page))
        if page.counts:
            self._tell((CountsChanged(page.counts),))
        return page

    def restart(self) -> None:
        """Nothing of what was loaded is known to be true any more, nor what was asked for so far."""
        self._listings = {}

    def noticed(self, changes: Changes) -> None:
        """Conversations moved, so the figures may be wrong: ask for fresh ones soon."""
        moved = any(isinstance(each, ConversationChanged | ConversationGone) for each in changes)
        shown = self._listings.get(self.shown) if self.shown else None
        if not moved or shown is None or shown.counts is None:
            return
        self._outdated = True
        if self._counting is None:
            self._counting = asyncio.create_task(self._count())

    async def close(self) -> None:
        """Ask for nothing any more."""
        if self._counting:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)

    async def _count(self) -> None:
        try:
            while self._outdated:
                await self._sleep(COUNTS_DELAY)
                self._outdated = False
                await self._count_once()
        except ClientError as error:
            log.info("no fresh figures: %s", type(error).__name__)
        finally:
            self._counting = None

    async def _count_once(self) -> None:
        wanted = self.shown
        listing = self._listings.get(wanted) if wanted else None
        if wanted is None or listing is None:
            return
        page = await self._api.conversations(wanted, limit=1)
        if page.counts and page.counts != listing.counts:
            listing.counts = page.counts
            self._tell((CountsChanged(page.counts),))
