"""Who has how much to do."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Presence
from deskterm.protocol.wire import requests
from deskterm.protocol.wire.responses import workload as responses
from deskterm.server.desk.balancing import do_balance
from deskterm.server.desk.workload import Figures, see_workload
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.storage.workload import LoadRow
from deskterm.server.views.times import milliseconds, rfc3339
from deskterm.server.views.viewer import Viewer


async def get_workload(call: Call) -> Answer:
    """Every agent's open conversations and, for admins, the five figures."""
    since = None if call.query.since is None else milliseconds(call.query.since)
    now = call.services.clock.now()
    seen = call.db.read(lambda reader: see_workload(reader, call.principal, since, now))
    figures = None if seen.figures is None else _figures(call.viewer, seen.agents, seen.figures)
    return Answer(200, {"agents": [_load(call.viewer, each) for each in seen.agents], "figures": figures})


async def balance(call: Call) -> Answer:
    """Spread conversations over who is there and has room."""

    def spread(tx: Tx) -> Answer:
        asked = call.body
        done = do_balance(tx, call.principal, asked.ids, dry_run=asked.dry_run)
        given = [
            {"id": each.id, "member": _named(each.member.id, each.member.name), "reason": each.reason}
            for each in done.given
        ]
        left = [each._asdict() for each in done.left]
        return Answer(200, {**done._asdict(), "given": given, "left": left})

    return await call.command(spread)


def _named(member_id: bytes, name: str) -> dict[str, str]:
    return {"id": to_text(member_id), "name": name}


def _load(viewer: Viewer, row: LoadRow) -> dict[str, Any]:
    member = {**_named(row.id, row.name), "presence": viewer.presence(row.id)}
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
    Route(
        "POST",
        "/conversations/balance",
        balance,
        "Spread conversations over the agents who are there, by open load and below their maximum",
        Who.ADMINS,
        body=requests.Balance,
        answers={200: responses.BalanceReport},
    ),
)
