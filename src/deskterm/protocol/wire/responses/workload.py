"""Answers about who has how much to do."""

from deskterm.protocol.records import Presence
from deskterm.protocol.wire.responses.base import Id, Named, Response, Time


class WorkloadMember(Response):
    """An agent by name, and whether they are there."""

    id: Id
    name: str
    presence: Presence


class Load(Response):
    """How many open conversations an agent has; no maximum = nothing bounds them."""

    member: WorkloadMember
    open: int
    max_concurrent: int | None


class Figures(Response):
    """How the desk stands; `handled` counts what was resolved or closed today and still is."""

    unassigned: int
    open: int
    waiting_longest_since: Time | None
    handled: int
    agents_online: int


class Workload(Response):
    """`GET /workload`: admins see everybody and the figures, staff themselves and null."""

    agents: list[Load]
    figures: Figures | None


class Given(Response):
    """A conversation that changes hands, to whom, and why."""

    id: Id
    member: Named
    reason: str


class Left(Response):
    """A conversation that stays where it is, and why."""

    id: Id
    reason: str


class BalanceReport(Response):
    """Who gets what, or with `dry_run` would, who waits longest first."""

    given: list[Given]
    unchanged: list[Id]
    left: list[Left]
    denied: list[Id]
