"""The snapshot, and the live frames by HTTP: what is asked and what is answered."""

from typing import Annotated, Any

from pydantic import StringConstraints

from deskterm.protocol.wire.requests import Limit, Request
from deskterm.protocol.wire.responses import (
    Conversation,
    ConversationForContacts,
    Me,
    Member,
    MemberForAdmins,
    Organization,
    OrganizationForContacts,
    PersonaForAgents,
    PersonaForContacts,
    Response,
)

Opaque = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class SnapshotQuery(Request):
    """`GET /sync/snapshot`; `page` is the `next_page` of the page before."""

    page: Opaque | None = None


class EventsQuery(Request):
    """`GET /events`; without a cursor it only says where to start."""

    cursor: Opaque | None = None
    limit: Limit = 50


class Snapshot(Response):
    """One page. Only the first has organization, me and the roster; its cursor goes with all pages.

    What was read in another `epoch` is void: the database was restored since, or one may see other things.
    """

    cursor: str
    epoch: str
    next_page: str | None
    organization: Organization | OrganizationForContacts | None
    me: Me | None
    members: list[MemberForAdmins | Member] | None
    personas: list[PersonaForAgents | PersonaForContacts] | None
    conversations: list[Conversation | ConversationForContacts]


class Events(Response):
    """`event` frames in order, and the cursor to go on from, which is always there."""

    items: list[dict[str, Any]]
    next_cursor: str
