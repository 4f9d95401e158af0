"""What waits in one conversation, in the order it was written."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskterm.client.live.backoff import Backoff
from deskterm.client.outbox.rules import Refusal, rests_on
from deskterm.client.replica.outgoing import Item

#: Refusals remembered: what rests on one was written right after it.
REFUSALS = 8


@dataclass(slots=True, eq=False)
class Queued:
    """A command in its lane.

    `fresh_from` is when its author last said that it shall go out. `behind` = another console may have
    something to send there first; `flying` = an attempt is under way.
    """

    item: Item
    fresh_from: datetime
    behind: bool = False
    flying: bool = False
    dropped: bool = False
    told: asyncio.Event = field(default_factory=asyncio.Event)


class Lane:
    """One conversation's commands: one at a time."""

    def __init__(self, uniform: Callable[[float, float], float]) -> None:
        self.backoff = Backoff(uniform)
        self.runs = False
        self._queue: deque[Queued] = deque()
        self._refusals: deque[Refusal] = deque(maxlen=REFUSALS)
        self._wake = asyncio.Event()

    def add(self, queued: Queued) -> None:
        """Last in the lane; nothing stands there twice."""
        if self._has(queued.item.id):
            queued.told.set()
        else:
            self._queue.append(queued)

    def add_found(self, queued: Queued) -> None:
        """What another console has left stands where it was written, but after an attempt under way."""
        if self._has(queued.item.id):
            return
        written = queued.item.created_at
        later = (
            place
            for place, each in enumerate(self._queue)
            if each.item.created_at > written and not each.flying
        )
        self._queue.insert(next(later, len(self._queue)), queued)

    def head(self) -> Queued | None:
        """What goes next."""
        return self._queue[0] if self._queue else None

    def all(self) -> tuple[Queued, ...]:
        """Everything that waits here, in its order."""
        return tuple(self._queue)

    @property
    def stuck(self) -> bool:
        """Whether an attempt got no answer here, so that nothing new gets on at once either."""
        return bool(self._queue) and self._queue[0].told.is_set()

    def done(self, queued: Queued) -> None:
        """Something final is known of it."""
        self._queue.remove(queued)

    def drop(self, item_id: str) -> None:
        """Let one go."""
        for each in self._queue:
            if each.item.id == item_id:
                each.dropped = True
                each.told.set()
                self._wake.set()

    def clear(self) -> None:
        """Let all go."""
        for each in self._queue:
            self.drop(each.item.id)

    def now(self, clock: datetime) -> datetime:
        """What time it is: later than every refusal here, also if the clock was set back since."""
        return max([clock, *(each.at + timedelta.resolution for each in self._refusals)])

    def refused(self, refusal: Refusal) -> None:
        """Remember it for what rests on it."""
        self._refusals.append(refusal)

    def refusal_under(self, queued: Queued) -> Refusal | None:
        """The refusal because of which a command makes no sense, if there is one."""
        every = (each for each in self._refusals if rests_on(queued.item, queued.fresh_from, each))
        return next(every, None)

    def wake(self) -> None:
        """Pause no longer."""
        self.backoff.reset()
        self._wake.set()

    async def woken(self) -> None:
        """Wait for that."""
        self._wake.clear()
        await self._wake.wait()

    def _has(self, item_id: str) -> bool:
        return any(each.item.id == item_id and not each.dropped for each in self._queue)
