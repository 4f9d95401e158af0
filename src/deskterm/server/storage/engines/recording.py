"""What a command's transaction keeps until its end, on every engine: positions taken, and their log rows."""

from collections.abc import Sequence
from random import Random
from typing import Protocol

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Audience, Event


class Positions(Protocol):
    """The last log positions, by organization."""

    def of(self, organization_id: int) -> int:
        """The last position that is taken."""
        ...

    def take(self, organization_id: int, count: int) -> int:
        """Take so many positions; answers the first."""
        ...


class Recording:
    """The part of `Tx` that reads and writes nothing."""

    __slots__ = ("_events", "_heads", "_ids", "_nonces", "_now", "_taken", "has_taken")

    def __init__(self, heads: Positions, now: int, ids: IdSource, nonces: Random) -> None:
        self._heads = heads
        self.has_taken = False
        self._now = now
        self._ids = ids
        self._nonces = nonces
        self._events: list[Event] = []
        self._taken: set[tuple[int, int]] = set()

    @property
    def now(self) -> int:
        """The command's time in milliseconds, the same throughout."""
        return self._now

    @property
    def ids(self) -> IdSource:
        """Where new ids come from."""
        return self._ids

    def head(self, organization_id: int) -> int:
        """The organization's last log position."""
        return self._heads.of(organization_id)

    def take_seq(self, organization_id: int, count: int = 1) -> int:
        """Take `count` consecutive log positions; answers the first. All must then be recorded."""
        first = self._heads.take(organization_id, count)
        self.has_taken = True
        for seq in range(first, first + count):
            self._taken.add((organization_id, seq))
        return first

    def record(
        self,
        organization_id: int,
        seq: int,
        kind: str,
        entity: str,
        entity_id: bytes,
        audience: Audience,
        conversation_id: bytes | None = None,
        audience_id: bytes | None = None,
        actor_id: bytes | None = None,
        detail: str | None = None,
    ) -> None:
        """Write the log row of a taken `seq` (inserted with those of the batch); KeyError for any other."""
        self._taken.remove((organization_id, seq))
        self._events.append(
            Event(
                organization_id,
                seq,
                self._nonces.getrandbits(32),
                kind,
                entity,
                entity_id,
                conversation_id,
                int(audience),
                audience_id,
                actor_id,
                self._now,
                detail,
            )
        )

    def finish(self) -> Sequence[Event]:
        """The collected log rows; RuntimeError unless they are exactly the positions taken."""
        if self._taken:
            raise RuntimeError("every log position that is taken must be recorded once")
        return self._events
