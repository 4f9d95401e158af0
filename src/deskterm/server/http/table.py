"""All routes of the server, in one table."""

from deskterm.server.http.handlers import system
from deskterm.server.http.route import Route, Who

__all__ = ["ROUTES", "Route", "Who"]

ROUTES: tuple[Route, ...] = (*system.ROUTES,)
