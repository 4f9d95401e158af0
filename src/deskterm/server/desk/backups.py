"""That a backup was made, in the audit."""

from deskterm.server.principal import Principal
from deskterm.server.storage import audit, organizations
from deskterm.server.storage.database import Tx


def do_note_backup(tx: Tx, principal: Principal, name: str) -> None:
    """Note who had it made, and how it is called."""
    row = organizations.by_key(tx, principal.organization_id)
    if row is None:
        raise LookupError("an organization that somebody is signed in to is there")
    audit.write(
        tx,
        principal.organization_id,
        "server.backed_up",
        actor_id=principal.actor_id,
        entity="organization",
        entity_id=row.id,
        detail={"name": name},
    )
