"""The audit."""

import json
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import audit as wire
from deskterm.server.desk.audit import list_audit
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.audit_list import EntryRow
from deskterm.server.views.times import rfc3339


async def read_audit(call: Call) -> Answer:
    """What was done, newest first."""
    before = position(call.query, LAST)
    rows = await call.db.read_in_thread(lambda reader: list_audit(reader, call.principal, call.query, before))
    return Answer(200, page([_entry(each) for each in rows], call.query))


def _entry(row: EntryRow) -> dict[str, Any]:
    actor = None
    if row.actor_id is not None:
        actor = {"kind": row.actor_kind, "id": to_text(row.actor_id), "name": row.actor_name}
    return {
        "id": to_text(row.id),
        "at": rfc3339(row.at),
        "actor": actor,
        "action": row.action,
        "entity": row.entity,
        "entity_id": None if row.entity_id is None else to_text(row.entity_id),
        "label": row.label,
        "detail": json.loads(row.detail),
    }


ROUTES = (
    Route(
        "GET",
        "/audit",
        read_audit,
        "What was done in the organization, newest first",
        Who.ADMINS,
        query=wire.AuditQuery,
        answers={200: wire.AuditEntries},
    ),
)
