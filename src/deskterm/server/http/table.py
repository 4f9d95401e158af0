"""All routes of the server, in one table."""

from deskterm.server.http.handlers import (
    auth,
    conversations,
    live,
    me,
    messages,
    people,
    portal,
    sync,
    system,
    tickets,
)
from deskterm.server.http.openapi import publishing
from deskterm.server.http.route import Route, Who

__all__ = ["ROUTES", "Route", "Who"]

_OF_THE_DESK: tuple[Route, ...] = (
    *auth.ROUTES,
    *conversations.ROUTES,
    *live.ROUTES,
    *me.ROUTES,
    *messages.ROUTES,
    *people.ROUTES,
    *portal.ROUTES,
    *sync.ROUTES,
    *system.ROUTES,
    *tickets.ROUTES,
)
ROUTES: tuple[Route, ...] = (*_OF_THE_DESK, publishing(_OF_THE_DESK))
