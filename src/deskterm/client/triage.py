"""What many conversations at once are about: who has how much to do, and the same change to all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.protocol.records import Named, Presence

if TYPE_CHECKING:
    from deskterm.client.answers import ConversationPatch
    from deskterm.client.http.api import Api

#: How many conversations one request changes: more are sent after one another, a transaction each.
AT_ONCE = 500


@dataclass(slots=True, frozen=True)
class Colleague:
    """An agent by name, and whether they are there."""

    id: str
    name: str
    presence: Presence


@dataclass(slots=True, frozen=True)
class Load:
    """How many open conversations an agent has, and how many at most."""

    member: Colleague
    open: int
    max_concurrent: int | None = None

    @property
    def full(self) -> bool:
        """Whether there is room for no other."""
        return self.max_concurrent is not None and self.open >= self.max_concurrent


@dataclass(slots=True, frozen=True)
class Figures:
    """How the desk stands."""

    unassigned: int
    open: int
    handled: int
    agents_online: int
    waiting_longest_since: datetime | None = None


@dataclass(slots=True, frozen=True)
class Workload:
    """Who has how much to do; the figures are for admins."""

    agents: tuple[Load, ...] = ()
    figures: Figures | None = None


@dataclass(slots=True, frozen=True)
class Given:
    """A conversation that changes hands, to whom, and why."""

    id: str
    member: Named
    reason: str


@dataclass(slots=True, frozen=True)
class Left:
    """A conversation that stays where it is, and why."""

    id: str
    reason: str


@dataclass(slots=True, frozen=True)
class BalanceReport:
    """Who gets what, or would."""

    given: tuple[Given, ...] = ()
    unchanged: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    denied: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class Conflicted:
    """A conversation that the change does not go with, and what it may become instead."""

    id: str
    code: str
    allowed: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class BulkReport:
    """What became of each conversation, or would."""

    applied: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    conflicted: tuple[Conflicted, ...] = ()

    def __add__(self, other: "BulkReport") -> "BulkReport":
        return BulkReport(
            self.applied + other.applied,
            self.unchanged + other.unchanged,
            self.denied + other.denied,
            self.conflicted + other.conflicted,
        )


async def change_many(
    api: "Api",
    ids: Sequence[str],
    patch: "ConversationPatch",
    *,
    dry_run: bool = False,
    revs: Sequence[int] | None = None,
) -> BulkReport:
    """The same change to all of them, with `revs` only to those that are still as they were looked at.

    Raises what the first request raises that fails.
    """
    report = BulkReport()
    for start in range(0, len(ids), AT_ONCE):
        piece = slice(start, start + AT_ONCE)
        guards = None if revs is None else revs[piece]
        report += await api.change_many(ids[piece], patch, dry_run=dry_run, revs=guards)
    return report
