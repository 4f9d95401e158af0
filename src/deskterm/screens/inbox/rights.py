"""Which commands exist for whom.

The server decides; this only keeps keys that would be refused off the screen.
"""

from deskterm.commands.model import Need
from deskterm.protocol.records import Me, Role


def is_admin(me: Me) -> bool:
    """Whether `me` may see and assign everything of the organization."""
    return me.role is Role.ADMIN


def sees_unassigned(me: Me) -> bool:
    """Whether conversations without an assignee are shown to `me`."""
    return is_admin(me) or me.organization.settings.get("staff_sees", "assigned") in ("unassigned", "all")


def sees_all(me: Me) -> bool:
    """Whether colleagues' conversations are shown to `me`."""
    return is_admin(me) or me.organization.settings.get("staff_sees") == "all"


def may_claim(me: Me) -> bool:
    """Whether `me` may take a conversation that nobody has."""
    return is_admin(me) or (
        sees_unassigned(me) and bool(me.organization.settings.get("staff_may_claim", True))
    )


def may_return(me: Me) -> bool:
    """Whether `me` may give an own conversation back."""
    return is_admin(me) or bool(me.organization.settings.get("staff_may_return", True))


def needs_met(me: Me) -> frozenset[Need]:
    """The needs that `me` meets."""
    met = {Need.NOTHING}
    if is_admin(me):
        met.add(Need.ADMIN)
    if may_claim(me) or may_return(me):
        met.add(Need.TAKE)
    if sees_unassigned(me):
        met.add(Need.UNASSIGNED)
    return frozenset(met)
