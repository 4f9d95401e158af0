"""Live connections at one place of the stream: what comes next is the same bytes for all of them."""

import asyncio
from collections.abc import Collection
from typing import Final, Protocol

from deskterm.server.live.cursor import Stamp
from deskterm.server.live.frames import Run
from deskterm.server.live.socket import write_all
from deskterm.server.principal import Principal

#: As many are written to before the event loop gets a turn.
LIMIT: Final = 500


class Place:
    """How far somebody was told: the last event of the log, and the cursor that was sent last."""

    __slots__ = ("position", "previous")

    def __init__(self, position: int, previous: str) -> None:
        self.position = position
        self.previous = previous


class Receiver(Protocol):
    """One connection as the dispatcher sees it. `buffer` is how many bytes it may leave unsent."""

    place: Place

    @property
    def transport(self) -> asyncio.WriteTransport: ...

    @property
    def buffer(self) -> int: ...

    @property
    def principal(self) -> Principal: ...

    @property
    def stamp(self) -> Stamp: ...

    def whisper(self, frame: bytes, about: bytes | None = None) -> None:
        """Write what is not logged, of a conversation or of none."""
        ...

    def fall_behind(self) -> None:
        """It takes less than it is sent: from now on it is fed from the log."""
        ...


class Cohort(Place):
    """Connections of one person with the same stamp and the same place, which is theirs while they are in."""

    __slots__ = ("_buffer", "_transports", "stamp")

    def __init__(self, first: Receiver) -> None:
        super().__init__(first.place.position, first.place.previous)
        self.stamp = first.stamp
        self._buffer = first.buffer
        self._transports: dict[Receiver, asyncio.WriteTransport] = {}
        self.add(first)

    def __len__(self) -> int:
        return len(self._transports)

    @property
    def receivers(self) -> Collection[Receiver]:
        """Who is in."""
        return self._transports.keys()

    def takes(self, stamp: Stamp, place: Place, count: int = 1) -> bool:
        """Whether so many who stand there may come in."""
        there = self.previous == place.previous and self.position == place.position and self.stamp == stamp
        return there and len(self) + count <= LIMIT

    def add(self, receiver: Receiver) -> None:
        """Somebody who stands here goes on with the others."""
        self._transports[receiver] = receiver.transport
        receiver.place = self

    def discard(self, receiver: Receiver) -> None:
        """Somebody goes on alone from here."""
        if self._transports.pop(receiver, None) is not None:
            receiver.place = Place(self.position, self.previous)

    def push(self, run: Run) -> None:
        """Write what is new here of the run, without waiting."""
        rest = run if self.position < run.first else run.beyond(self.position)
        if rest is None:
            return
        full = set(write_all(self._transports.values(), rest.after(self.previous), self._buffer))
        if full:
            for receiver in [each for each, transport in self._transports.items() if transport in full]:
                receiver.fall_behind()
        self.position, self.previous = rest.last, rest.cursor


def gather(cohorts: list[Cohort]) -> None:
    """Join those that have come to the same place, as far as they are not too many for one."""
    joined: list[Cohort] = []
    for cohort in cohorts:
        host = next((each for each in joined if each.takes(cohort.stamp, cohort, len(cohort))), None)
        if host is None:
            joined.append(cohort)
        else:
            for receiver in tuple(cohort.receivers):
                host.add(receiver)
    cohorts[:] = joined
