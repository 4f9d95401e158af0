"""Help & Support: the one conversation that a contact finds when they open it."""

from deskterm.server.desk.contact_messages import contact_of
from deskterm.server.desk.creation import Created, open_conversation
from deskterm.server.desk.opening import SOURCES
from deskterm.server.desk.transitions import is_inside_reopen_window
from deskterm.server.desk.visited import visited
from deskterm.server.principal import Principal
from deskterm.server.storage import conversations
from deskterm.server.storage.database import Reader, Tx


def do_open_portal(tx: Tx, principal: Principal) -> Created:
    """The conversation that `find_portal` finds, else a new one."""
    found = find_portal(tx, principal, tx.now)
    if found is not None:
        return Created(found, made=False)
    contact = contact_of(tx, principal, principal.contact_id)
    previous = conversations.newest_of(tx, principal.organization_id, contact.id)
    return open_conversation(
        tx, principal, contact, previous, None, SOURCES[contact.kind], visited(tx, principal)
    )


def find_portal(reader: Reader, principal: Principal, now: int) -> bytes | None:
    """The contact's active conversation, else the newest resolved one if it is inside its reopen window."""
    if principal.contact_id is None:
        raise LookupError("contacts call the portal")
    active = conversations.active_of(reader, principal.organization_id, principal.contact_id)
    if active is not None:
        return active.id
    resolved = conversations.newest_resolved_of(reader, principal.organization_id, principal.contact_id)
    return resolved.id if resolved is not None and is_inside_reopen_window(resolved, now) else None
