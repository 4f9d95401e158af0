"""Retention: what is old enough, and doing it now."""

from deskterm.protocol.wire import retention as wire
from deskterm.server.desk import retention as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.retention import BothRow


async def preview_retention(call: Call) -> Answer:
    """What a run would take now."""
    organization_id, now = call.principal.organization_id, call.services.clock.now()
    due = await call.db.read_in_thread(lambda reader: desk.preview(reader, organization_id, now))
    return _report(call, due, None)


async def run_retention(call: Call) -> Answer:
    """Run it; harmless where nothing is old enough."""
    principal = call.principal
    done, backup = await call.services.erasures.run(principal.organization_id, principal.actor_id)
    return _report(call, done, backup)


def _report(call: Call, amount: BothRow, backup: str | None) -> Answer:
    rule = call.db.read(lambda reader: desk.rule_of(reader, call.principal.organization_id))
    return Answer(200, {**rule._asdict(), **amount._asdict(), "backup": backup})


ROUTES = (
    Route(
        "GET",
        "/retention",
        preview_retention,
        "What is old enough to be archived or erased",
        Who.ADMINS,
        answers={200: wire.Retention},
    ),
    Route(
        "POST",
        "/retention/run",
        run_retention,
        "Archive and erase what is old enough, after a backup",
        Who.ADMINS,
        body=wire.RunRetention,
        answers={200: wire.Retention},
        idempotent=False,
    ),
)
