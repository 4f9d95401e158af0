"""What is asked about oneself beyond one organization's desk: where else one may go, what is unread here."""

from typing import NamedTuple

from deskterm.server.desk import snapshot
from deskterm.server.principal import Principal
from deskterm.server.storage import accounts, organizations
from deskterm.server.storage.database import Reader

#: Unread conversations are looked for among so many, the newest of each kind first.
LOOKED_AT = 200


class Place(NamedTuple):
    """An organization that a person is in; `current` is the one of the session."""

    slug: str
    name: str
    role: str
    current: bool


def newest(reader: Reader, principal: Principal) -> list[bytes]:
    """The conversations that a snapshot begins with."""
    return snapshot.read_page(reader, principal, snapshot.Place(""), LOOKED_AT).ids


def organizations_of(reader: Reader, principal: Principal) -> list[Place]:
    """Where the principal may sign in; a visitor nowhere."""
    if principal.user_id is None:
        return []
    found = [
        (each, organizations.by_key(reader, each.key))
        for each in accounts.memberships(reader, principal.user_id)
    ]
    return [
        Place(each.slug, row.name, each.role, each.key == principal.organization_id)
        for each, row in found
        if row is not None
    ]
