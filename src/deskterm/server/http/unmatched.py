"""Requests that no route takes: 405 where another method would do, else 404."""

import re
from collections.abc import Sequence

from aiohttp import web

from deskterm.server.errors import MethodNotAllowed, NotFound
from deskterm.server.http.cors import add_headers, is_preflight, preflight
from deskterm.server.http.endpoint import Runtime, new_request_id
from deskterm.server.http.problems import problem_response
from deskterm.server.http.route import Route

#: Comes last in the router, so it only gets what nobody else takes.
PATH = "/{unmatched:.*}"


class Unmatched:
    """Answers what is left over, with the same shape and headers as every refusal."""

    def __init__(self, routes: Sequence[Route], runtime: Runtime) -> None:
        self._patterns = [(re.compile(_pattern(each.base + each.path)), each.method) for each in routes]
        self._runtime = runtime

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A refusal. The method is not logged: it may be any text."""
        services = self._runtime.services
        if is_preflight(request):
            return preflight(request, services.origins)
        path = "/" + request.match_info["unmatched"]
        allowed = sorted({method for pattern, method in self._patterns if pattern.fullmatch(path)})
        request_id = new_request_id()
        response = problem_response(MethodNotAllowed() if allowed else NotFound(), request_id)
        if allowed:
            response.headers["Allow"] = ", ".join(allowed)
        add_headers(request, response, services.origins)
        if services.config.access_log:
            services.log.request(request_id, "-", "unmatched", response.status, 0.0)
        return response


def _pattern(path: str) -> str:
    return re.sub(r"\\{\w+\\}", "[^{}/]+", re.escape(path))
