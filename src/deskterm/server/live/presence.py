"""Who is there: online = a live socket and not away, with a lease that outlives a short break."""

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
    """A member or a contact whose presence is another one now."""

    organization_id: int
    person_id: bytes
    presence: Presence


class PresenceBoard:
    """Call it with a person's id. The other methods answer what changed, for telling others.

    Agents have one, by member, and customers another, by contact.

    `monotonic` gives seconds that never jump; `lease` seconds after the last socket went somebody is offline.
    """

    def __init__(self, monotonic: Callable[[], float], lease: float) -> None:
        self._monotonic = monotonic
        self._lease = lease
        self._known: dict[bytes, _Standing] = {}
        self._lately: deque[tuple[float, PresenceChange]] = deque(maxlen=MOST_LATELY)

    def __call__(self, person_id: bytes) -> Presence:
        standing = self._known.get(person_id)
        if standing is None or not (standing.elsewhere or standing.is_here(self._monotonic())):
            return Presence.OFFLINE
        return Presence.AWAY if standing.away else Presence.ONLINE

    def present(self) -> frozenset[tuple[int, bytes]]:
        """Who has a socket or a lease on this node, away or not: (organization, person)."""
        return frozenset(
            (standing.organization_id, id_)
            for id_, standing in self._known.items()
            if standing.sockets or standing.lease_ends is not None
        )

    def of(self, organization_id: int) -> list[bytes]:
        """Who of an organization is online, on whichever node."""
        known = [id_ for id_, each in self._known.items() if each.organization_id == organization_id]
        return [each for each in known if self(each) is Presence.ONLINE]

    def arrived(self, organization_id: int, person_id: bytes, away: bool) -> PresenceChange | None:
        """A socket of theirs was opened."""
        before = self(person_id)
        standing = self._known.setdefault(person_id, _Standing(organization_id, away))
        standing.away = away
        standing.sockets += 1
        return self._change(person_id, before)

    def left(self, person_id: bytes) -> None:
        """A socket of theirs is gone; the lease of the last one starts."""
        standing = self._known[person_id]
        standing.sockets -= 1
        standing.lease_ends = self._monotonic() + self._lease

    def stepped(self, person_id: bytes, away: bool) -> PresenceChange | None:
        """They set themselves away, or came back."""
        before = self(person_id)
        standing = self._known.get(person_id)
        if standing is None:
            return None
        standing.away = away
        return self._change(person_id, before)

    def met(self, there: Mapping[bytes, ElsewhereRow]) -> list[PresenceChange]:
        """These, and no others, are there on other nodes."""
        changes = []
        for person_id in {*there, *(id_ for id_, standing in self._known.items() if standing.elsewhere)}:
            before, row = self(person_id), there.get(person_id)
            if row is None:
                self._known[person_id].elsewhere = False
            else:
                standing = self._known.setdefault(person_id, _Standing(row.organization_id, bool(row.away)))
                standing.elsewhere, standing.away = True, bool(row.away)
            changes.append(self._change(person_id, before))
            self._drop_unknown(person_id)
        return [change for change in changes if change is not None]

    def _drop_unknown(self, person_id: bytes) -> None:
        standing = self._known[person_id]
        if not standing.elsewhere and not standing.sockets and standing.lease_ends is None:
            del self._known[person_id]

    def expire(self) -> list[PresenceChange]:
        """Those whose lease has run out since the last call."""
        now = self._monotonic()
        over = [
            (person_id, standing)
            for person_id, standing in self._known.items()
            if standing.lease_ends is not None and not standing.is_here(now)
        ]
        for person_id, standing in over:
            standing.lease_ends = None
            self._drop_unknown(person_id)
        return [
            self._keep(PresenceChange(standing.organization_id, person_id, Presence.OFFLINE))
            for person_id, standing in over
            if not standing.elsewhere
        ]

    def lately(self, organization_id: int, person_id: bytes) -> list[PresenceChange]:
        """What a member is told who has read the roster before: of themselves, and what has changed."""
        since = self._monotonic() - LATELY
        changed = {
            each.person_id: each
            for at, each in self._lately
            if at >= since and each.organization_id == organization_id
        }
        return list(
            {**changed, person_id: PresenceChange(organization_id, person_id, self(person_id))}.values()
        )

    def _change(self, person_id: bytes, before: Presence) -> PresenceChange | None:
        after = self(person_id)
        if after is before:
            return None
        return self._keep(PresenceChange(self._known[person_id].organization_id, person_id, after))

    def _keep(self, change: PresenceChange) -> PresenceChange:
        self._lately.append((self._monotonic(), change))
        return change
