"""Which agents are there: online = a live socket and not away, with a lease that outlives a short break."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deskterm.protocol.records import Presence
from deskterm.server.storage.queue import ElsewhereRow

#: Seconds, and changes at most, that somebody who has just come may have missed.
LATELY, MOST_LATELY = 10.0, 100


@dataclass(slots=True)
class _Standing:
    organization_id: int
    away: bool
    sockets: int = 0
    lease_ends: float | None = None  # None: had no socket on this node
    elsewhere: bool = False  # there on another node

    def is_here(self, now: float) -> bool:
        """Whether there is a socket on this node, or its lease."""
        return self.sockets > 0 or (self.lease_ends is not None and now < self.lease_ends)


@dataclass(slots=True, frozen=True)
class PresenceChange:
    """A member whose presence is another one now."""

    organization_id: int
    member_id: bytes
    presence: Presence


class PresenceBoard:
    """Call it with a member's id. The other methods answer what changed, for telling colleagues.

    `monotonic` gives seconds that never jump; `lease` seconds after the last socket went a member is offline.
    """

    def __init__(self, monotonic: Callable[[], float], lease: float) -> None:
        self._monotonic = monotonic
        self._lease = lease
        self._known: dict[bytes, _Standing] = {}
        self._lately: deque[tuple[float, PresenceChange]] = deque(maxlen=MOST_LATELY)

    def __call__(self, member_id: bytes) -> Presence:
        standing = self._known.get(member_id)
        if standing is None or not (standing.elsewhere or standing.is_here(self._monotonic())):
            return Presence.OFFLINE
        return Presence.AWAY if standing.away else Presence.ONLINE

    def present(self) -> frozenset[tuple[int, bytes]]:
        """Who has a socket or a lease on this node, away or not: (organization, member)."""
        return frozenset(
            (standing.organization_id, id_)
            for id_, standing in self._known.items()
            if standing.sockets or standing.lease_ends is not None
        )

    def arrived(self, organization_id: int, member_id: bytes, away: bool) -> PresenceChange | None:
        """A socket of the member was opened."""
        before = self(member_id)
        standing = self._known.setdefault(member_id, _Standing(organization_id, away))
        standing.away = away
        standing.sockets += 1
        return self._change(member_id, before)

    def left(self, member_id: bytes) -> None:
        """A socket of the member is gone; the lease of the last one starts."""
        standing = self._known[member_id]
        standing.sockets -= 1
        standing.lease_ends = self._monotonic() + self._lease

    def stepped(self, member_id: bytes, away: bool) -> PresenceChange | None:
        """The member set themselves away, or came back."""
        before = self(member_id)
        standing = self._known.get(member_id)
        if standing is None:
            return None
        standing.away = away
        return self._change(member_id, before)

    def met(self, there: Mapping[bytes, ElsewhereRow]) -> list[PresenceChange]:
        """These members, and no others, are there on other nodes."""
        changes = []
        for member_id in {*there, *(id_ for id_, standing in self._known.items() if standing.elsewhere)}:
            before, row = self(member_id), there.get(member_id)
            if row is None:
                self._known[member_id].elsewhere = False
            else:
                standing = self._known.setdefault(member_id, _Standing(row.organization_id, bool(row.away)))
                standing.elsewhere, standing.away = True, bool(row.away)
            changes.append(self._change(member_id, before))
            self._drop_unknown(member_id)
        return [change for change in changes if change is not None]

    def _drop_unknown(self, member_id: bytes) -> None:
        standing = self._known[member_id]
        if not standing.elsewhere and not standing.sockets and standing.lease_ends is None:
            del self._known[member_id]

    def expire(self) -> list[PresenceChange]:
        """The members whose lease has run out since the last call."""
        now = self._monotonic()
        over = [
            (member_id, standing)
            for member_id, standing in self._known.items()
            if standing.lease_ends is not None and not standing.is_here(now)
        ]
        for member_id, standing in over:
            standing.lease_ends = None
            self._drop_unknown(member_id)
        return [
            self._keep(PresenceChange(standing.organization_id, member_id, Presence.OFFLINE))
            for member_id, standing in over
            if not standing.elsewhere
        ]

    def lately(self, organization_id: int, member_id: bytes) -> list[PresenceChange]:
        """What a member is told who has read the roster before: of themselves, and what has changed."""
        since = self._monotonic() - LATELY
        changed = {
            each.member_id: each
            for at, each in self._lately
            if at >= since and each.organization_id == organization_id
        }
        return list(
            {**changed, member_id: PresenceChange(organization_id, member_id, self(member_id))}.values()
        )

    def _change(self, member_id: bytes, before: Presence) -> PresenceChange | None:
        after = self(member_id)
        if after is before:
            return None
        return self._keep(PresenceChange(self._known[member_id].organization_id, member_id, after))

    def _keep(self, change: PresenceChange) -> PresenceChange:
        self._lately.append((self._monotonic(), change))
        return change
