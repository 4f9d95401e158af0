"""Which scope a secret key needs for a route. What is not named here is closed to keys."""

from typing import Final

from deskterm.protocol.api_keys import Scope
from deskterm.server.http.route import Route

_READ: Final = {
    "conversations": Scope.CONVERSATIONS_READ,
    "messages": Scope.CONVERSATIONS_READ,
    "attachments": Scope.CONVERSATIONS_READ,
    "tickets": Scope.CONVERSATIONS_READ,
    "escalations": Scope.CONVERSATIONS_READ,
    "events": Scope.CONVERSATIONS_READ,
    "sync": Scope.CONVERSATIONS_READ,
    "live": Scope.CONVERSATIONS_READ,
    "contacts": Scope.CONTACTS_READ,
    "members": Scope.ORGANIZATION_READ,
    "personas": Scope.ORGANIZATION_READ,
    "organization": Scope.ORGANIZATION_READ,
    "canned-replies": Scope.ORGANIZATION_READ,
    "views": Scope.CONVERSATIONS_READ,
    "notifications": Scope.NOTIFICATIONS_READ,
}
_WRITE: Final = {
    "conversations": Scope.CONVERSATIONS_WRITE,
    "messages": Scope.CONVERSATIONS_WRITE,
    "attachments": Scope.CONVERSATIONS_WRITE,
    "tickets": Scope.CONVERSATIONS_WRITE,
    "contacts": Scope.CONTACTS_WRITE,
    "notifications": Scope.NOTIFICATIONS_WRITE,
}


def scope_of(route: Route) -> Scope | None:
    """The scope that a key needs here; None = no key may."""
    area = route.path.split("/")[1]
    if route.path.endswith("/draft"):  # it would be the draft of the admin who made the key
        return None
    if route.path.endswith("/view"):  # whole threads, by a key that may read contacts only
        return None
    return (_READ if route.method == "GET" else _WRITE).get(area)
