"""Answers about who has how much to do."""

from deskterm.protocol.records import Presence
from deskterm.protocol.wire.responses.base import Id, Response, Time


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
