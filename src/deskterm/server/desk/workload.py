"""Who has how much to do, and for admins the five figures of the desk."""

from typing import NamedTuple

from deskterm.server.principal import Principal
from deskterm.server.storage import workload
from deskterm.server.storage.database import Reader
from deskterm.server.storage.workload import LoadRow

DAY_MS = 86_400_000


class Figures(NamedTuple):
    """How the desk stands. `open` and `unassigned` count what waits for an agent: nothing pending."""

    unassigned: int
    open: int
    waiting_longest_since: int | None
    handled: int


class Workload(NamedTuple):
    """What one may know of it: staff their own part, and no figures."""

    agents: list[LoadRow]
    figures: Figures | None


def see_workload(reader: Reader, principal: Principal, since: int | None, now: int) -> Workload:
    """The loads by name; `since` begins the day of `handled`, without it the present one of UTC does."""
    rows = workload.loads(reader, principal.organization_id)
    if not principal.is_admin:
        return Workload([row for row in rows if row.id == principal.member_id], None)
    organization = principal.organization_id
    begun = now // DAY_MS * DAY_MS if since is None else since
    figures = Figures(
        workload.open_of_nobody(reader, organization),
        workload.open_in_all(reader, organization),
        workload.waiting_longest_since(reader, organization),
        workload.handled_since(reader, organization, begun),
    )
    return Workload([row for row in rows if row.open or not row.disabled], figures)
