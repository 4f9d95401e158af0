"""Hearing of every commit, whichever node made it: each organization's in the order of its log, and once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Final, NamedTuple

import psycopg

from deskterm.server.errors import DeskError
from deskterm.server.storage import events as log
from deskterm.server.storage.database import Event, Reader
from deskterm.server.storage.engines.commands import Listener

#: Seconds between two looks at the log beneath the wake-ups; losing all of them costs no more.
POLL: Final = 1.0
PAGE: Final = 500


class News(NamedTuple):
    """Of logs, by organization: where they stand, as far as that was looked at, and what is new."""

    heads: dict[int, int]
    events: dict[int, list[Event]]


class Reading(NamedTuple):
    """How a database is read: at once on the event loop, and in a thread."""

    here: Callable[[Callable[[Reader], News]], News]
    elsewhere: Callable[[Callable[[Reader], News]], Awaitable[News]]


class Following:
    """`positions` is how far each organization's log was told. Everything happens on the event loop."""

    def __init__(self, reading: Reading, positions: Mapping[int, int]) -> None:
        self._reading = reading
        self._positions = dict(positions)
        self._listeners: list[Listener] = []
        self._named: set[int] | None = None  # whose log is to be looked at; None = everybody's
        self._woken = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._follow())

    def listen(self, listener: Listener) -> None:
        """Call `listener` with the events of commits."""
        self._listeners.append(listener)

    def wake(self, organization_ids: Collection[int] = ()) -> None:
        """Look soon; at these organizations' logs, or at all."""
        if not organization_ids:
            self._named = None
        elif self._named is not None:
            self._named.update(organization_ids)
        self._woken.set()

    def tell_own(self, events: Sequence[Event]) -> None:
        """This node has committed. What others committed before is told before."""
        for organization_id, batch in groupby(events, key=lambda event: event.organization_id):
            own = list(batch)
            position = self._positions.get(organization_id, 0)
            if own[0].seq == position + 1:
                self._tell(organization_id, own)
            elif own[-1].seq > position:
                self._catch_up(organization_id, own[-1].seq)

    async def close(self) -> None:
        """Look no more."""
        self._task.cancel()
        await asyncio.wait((self._task,))

    def _catch_up(self, organization_id: int, until: int) -> None:
        try:
            while (after := self._positions.get(organization_id, 0)) < until:
                news = self._reading.here(partial(_after, positions={organization_id: after}))
                if not news.events:
                    return
                self._tell(organization_id, news.events[organization_id])
        except DeskError:
            self.wake({organization_id})  # what is not told now is told later, and in order

    def _tell(self, organization_id: int, events: Sequence[Event]) -> None:
        position = self._positions.get(organization_id, 0)
        news = [event for event in events if event.seq > position]
        if news:
            self._positions[organization_id] = news[-1].seq
            for listener in self._listeners:
                asyncio.get_running_loop().call_soon(listener, news)

    async def _follow(self) -> None:
        loop, due = asyncio.get_running_loop(), 0.0
        while True:
            try:
                async with asyncio.timeout_at(due):
                    await self._woken.wait()
            except TimeoutError:
                self._named = None
            self._woken.clear()
            named, self._named = self._named, set()
            if named is None or loop.time() >= due:  # wake-ups without end are no reason not to look at all
                named, due = None, loop.time() + POLL
            try:
                await self._look(named)
            except (DeskError, psycopg.Error):
                continue  # the next look at all makes up for it

    async def _look(self, named: Collection[int] | None) -> None:
        more = True
        while more:
            known = dict(self._positions)
            if named is not None:
                known = {key: known.get(key, 0) for key in named}
            read = _everywhere if named is None else _after
            news = await self._reading.elsewhere(partial(read, positions=known))
            self._go_back(known, news.heads)
            for organization_id, events in news.events.items():
                self._tell(organization_id, events)
            more = any(len(events) == PAGE for events in news.events.values())

    def _go_back(self, known: Mapping[int, int], heads: Mapping[int, int]) -> None:
        """Follow a log that is shorter than it was, as after a fail-over that lost its tail."""
        for organization_id, head in heads.items():
            if head < known.get(organization_id, 0):
                self._positions[organization_id] = head


def _everywhere(reader: Reader, positions: Mapping[int, int]) -> News:
    """What came after these positions; of an organization that was not there yet, everything."""
    heads = log.heads(reader)
    behind = {key: positions.get(key, 0) for key in heads if heads[key] > positions.get(key, 0)}
    return _after(reader, behind)._replace(heads=heads)


def _after(reader: Reader, positions: Mapping[int, int]) -> News:
    pages = {key: log.page(reader, key, after=after, limit=PAGE) for key, after in positions.items()}
    return News({}, {key: events for key, events in pages.items() if events})
