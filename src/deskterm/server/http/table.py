"""All routes of the server, in one table."""

from deskterm.server.http.handlers import (
    api_keys,
    attachments,
    audit,
    auth,
    blocks,
    canned_replies,
    contact_notes,
    contacts,
    conversations,
    direct_messages,
    drafts,
    live,
    me,
    messages,
    notifications,
    people,
    personas,
    portal,
    rooms,
    routing,
    sync,
    system,
    tickets,
    visitors,
    ways_in,
    webhooks,
    widget,
    workload,
)
from deskterm.server.http.openapi import publishing
from deskterm.server.http.route import Route, Who

__all__ = ["ROUTES", "Route", "Who"]

#: Routes that share a beginning are tried in this order, so the ones that are asked for most come first.
_OF_THE_DESK: tuple[Route, ...] = (
    *messages.ROUTES,
    *conversations.ROUTES,
    *api_keys.ROUTES,
    *attachments.ROUTES,
    *audit.ROUTES,
    *auth.ROUTES,
    *blocks.ROUTES,
    *canned_replies.ROUTES,
    *contact_notes.ROUTES,
    *contacts.ROUTES,
    *direct_messages.ROUTES,
    *drafts.ROUTES,
    *live.ROUTES,
    *me.ROUTES,
    *notifications.ROUTES,
    *people.ROUTES,
    *personas.ROUTES,
    *portal.ROUTES,
    *rooms.ROUTES,
    *routing.ROUTES,
    *sync.ROUTES,
    *system.ROUTES,
    *tickets.ROUTES,
    *visitors.ROUTES,
    *workload.ROUTES,
    *ways_in.ROUTES,
    *webhooks.ROUTES,
    *widget.ROUTES,
)
ROUTES: tuple[Route, ...] = (*_OF_THE_DESK, publishing(_OF_THE_DESK))
