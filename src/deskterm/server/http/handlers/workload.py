"""Who has how much to do."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Presence
from deskterm.protocol.wire import requests
from deskterm.protocol.wire.responses import workload as responses
from deskterm.server.desk.workload import Figures, see_workload
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.workload import LoadRow
from deskterm.server.views.times import milliseconds, rfc3339
from deskterm.server.views.viewer import Viewer


async def get_workload(call: Call) -> Answer:
    """Every agent's open conversations and, for admins, the five figures."""
    since = None if call.query.since is None else milliseconds(call.query.since)
    now = call.services.clock.now()
    seen = call.services.db.read(lambda reader: see_workload(reader, call.principal, since, now))
    figures = None if seen.figures is None else _figures(call.viewer, seen.agents, seen.figures)
    return Answer(200, {"agents": [_load(call.viewer, each) for each in seen.agents], "figures": figures})


def _load(viewer: Viewer, row: LoadRow) -> dict[str, Any]:
    member = {"id": to_text(row.id), "name": row.name, "presence": viewer.presence(row.id)}
    return {"member": member, "open": row.open, "max_concurrent": row.max_concurrent}


def _figures(viewer: Viewer, agents: list[LoadRow], figures: Figures) -> dict[str, Any]:
    online = sum(1 for each in agents if viewer.presence(each.id) is Presence.ONLINE)
    shown = {**figures._asdict(), "agents_online": online}
    return {**shown, "waiting_longest_since": rfc3339(figures.waiting_longest_since)}


ROUTES = (
    Route(
        "GET",
        "/workload",
        get_workload,
        "Open conversations by agent and, for admins, the five figures of the desk",
        Who.AGENTS,
        query=requests.WorkloadQuery,
        answers={200: responses.Workload},
    ),
)
