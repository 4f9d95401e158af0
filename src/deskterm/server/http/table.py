"""All routes of the server, in one table."""

from deskterm.server.http.handlers import auth, me, people, system
from deskterm.server.http.route import Route, Who

__all__ = ["ROUTES", "Route", "Who"]

ROUTES: tuple[Route, ...] = (
    *system.ROUTES,
    *auth.ROUTES,
    *me.ROUTES,
    *people.ROUTES,
)
