"""The audit: what was done in an organization that matters to it. Admins read it; nobody changes it."""

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.wire.audit import AuditQuery
from deskterm.server.principal import Principal
from deskterm.server.storage import audit_list
from deskterm.server.storage.audit_list import EntryRow
from deskterm.server.storage.database import Reader
from deskterm.server.views.times import milliseconds


def list_audit(reader: Reader, principal: Principal, query: AuditQuery, before: bytes) -> list[EntryRow]:
    """One more than a page, newest first."""
    action = query.action or ""
    filters = {
        "actor": None if query.actor is None else to_bytes(query.actor),
        "action": query.action if "." in action else None,
        "group": query.action if "." not in action else None,
        "entity": query.entity,
        "entity_id": None if query.entity_id is None else to_bytes(query.entity_id),
        "since": None if query.since is None else milliseconds(query.since),
        "until": None if query.until is None else milliseconds(query.until),
    }
    organization = principal.organization_id
    return audit_list.page(reader, organization, filters, before=before, limit=query.limit + 1)
