"""Contacts: admins see all of them, staff those of the conversations they see."""

from deskterm.server import policy
from deskterm.server.errors import NotFound
from deskterm.server.policy import Sight
from deskterm.server.principal import Principal
from deskterm.server.storage import contacts, organizations
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Reader


def list_contacts(reader: Reader, principal: Principal, *, before: bytes, limit: int) -> list[ContactRow]:
    """One more than a page of contacts, newest first."""
    sight = _sight(reader, principal)
    return contacts.page(reader, principal.organization_id, sight, before=before, limit=limit + 1)


def access_contact(reader: Reader, principal: Principal, contact_id: bytes) -> ContactRow:
    """A contact that the principal may see, or `NotFound`."""
    row = contacts.by_id(reader, principal.organization_id, contact_id)
    sight = _sight(reader, principal)
    if row is None or (
        sight is not None and not contacts.is_seen(reader, principal.organization_id, contact_id, sight)
    ):
        raise NotFound()
    return row


def _sight(reader: Reader, principal: Principal) -> Sight | None:
    """The conversations whose contacts are seen; None = all contacts."""
    if principal.is_admin:
        return None
    return policy.sees(principal, organizations.settings(reader, principal.organization_id).staff_sees)
