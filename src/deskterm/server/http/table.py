"""All routes of the server, in one table."""

from deskterm.server.http.handlers import auth, live, me, people, sync, system
from deskterm.server.http.openapi import publishing
from deskterm.server.http.route import Route, Who

__all__ = ["ROUTES", "Route", "Who"]

_OF_THE_DESK: tuple[Route, ...] = (
    *auth.ROUTES,
    *live.ROUTES,
    *me.ROUTES,
    *people.ROUTES,
    *sync.ROUTES,
    *system.ROUTES,
)
ROUTES: tuple[Route, ...] = (*_OF_THE_DESK, publishing(_OF_THE_DESK))
