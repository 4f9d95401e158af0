"""Personas: which of them somebody reads, and whose operators."""

from typing import NamedTuple

from deskterm.server.principal import Principal
from deskterm.server.storage import personas
from deskterm.server.storage.database import Reader
from deskterm.server.storage.personas import PersonaRow


class SeenPersona(NamedTuple):
    """A persona with the operators that the principal may know; None = not even that there are any."""

    row: PersonaRow
    operators: list[bytes] | None


def list_personas(reader: Reader, principal: Principal) -> list[SeenPersona]:
    """Contacts read the personas open for direct messages; staff also the support persona and their own;
    admins all, with everybody behind them."""
    rows = personas.all_of(reader, principal.organization_id)
    if not principal.is_agent:
        return [SeenPersona(row, None) for row in rows if row.open]
    behind = personas.operators(reader, principal.organization_id)
    if principal.is_admin:
        return [SeenPersona(row, behind.get(row.id, [])) for row in rows]
    own = {row.id: [each for each in behind.get(row.id, []) if each == principal.member_id] for row in rows}
    return [SeenPersona(row, own[row.id]) for row in rows if row.open or row.support or own[row.id]]
