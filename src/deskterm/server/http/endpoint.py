"""One route at work: the checks in their fixed order, the handler, the answer.

Order: 401, 403 by role alone, 400/413/415/422 by the request alone, then the handler with the replay of an
own id, 404 and 409. So a foreign and a missing id always get the same answer.
Everything that a route needs is resolved when the application is made; a request only runs through it.
"""

import secrets
from itertools import count
from typing import TYPE_CHECKING

from aiohttp import web

from deskterm.protocol.ids import to_bytes
from deskterm.server import memory
from deskterm.server.errors import (
    DeskError,
    Draining,
    Forbidden,
    Internal,
    Malformed,
    NotFound,
    RateLimited,
    ShortOfMemory,
    Unauthenticated,
)
from deskterm.server.http.answer import Answer
from deskterm.server.http.call import Call
from deskterm.server.http.cors import add_headers
from deskterm.server.http.idempotency import Idempotency
from deskterm.server.http.incoming import parse_body, parse_query, read_body, refuse_secrets
from deskterm.server.http.problems import json_response, problem_bytes, problem_response
from deskterm.server.http.route import Route, Who
from deskterm.server.http.scopes import scope_of
from deskterm.server.policy import may_use
from deskterm.server.principal import Principal

if TYPE_CHECKING:
    from deskterm.server.services import Services

_process = secrets.token_hex(4)
_requests = count(1)
_SHORT_OF_MEMORY = problem_bytes(ShortOfMemory())  # made while there is some


def new_request_id() -> str:
    """Names a request in its answer and in the log: unique over restarts."""
    return f"{_process}-{next(_requests):x}"


def _response(answer: Answer | web.StreamResponse, request_id: str) -> web.StreamResponse:
    if not isinstance(answer, Answer):
        if not answer.prepared:
            answer.headers["X-Request-Id"] = request_id
        return answer
    response = json_response(answer.status, answer.encoded(), request_id)
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


class Runtime:
    """Holds the services between start-up and clean-up; endpoints are made before there are any."""

    services: "Services"


class Endpoint:
    """Answers the requests of one route."""

    def __init__(self, route: Route, runtime: Runtime) -> None:
        self._route = route
        self._runtime = runtime
        self._ids = tuple(part[1:-1] for part in route.path.split("/") if part.startswith("{"))
        self._anonymous = route.who in (Who.PUBLIC, Who.OPTIONAL)
        self._changes = route.method != "GET"
        self._keeps_answers = route.keeps_answers and not route.takes_file
        self._cost = route.cost
        self._reads = route.method == "GET" and route.cost != "none"
        self._scope = scope_of(route)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The whole way of one request, whatever happens on it."""
        request_id = new_request_id()
        services = self._runtime.services
        started = services.clock.monotonic()
        try:
            response = _response(await self._answer(request, services), request_id)
        except RateLimited as failure:
            await services.limits.hold(request)
            response = problem_response(failure, request_id)
        except Exception as failure:  # noqa: BLE001 - the supervisor of requests: nobody above would answer
            response = self._refusal(failure, services, request_id)
        add_headers(request, response, services.origins)
        spent, route = services.clock.monotonic() - started, self._route
        services.meters.request(self._cost, route.method, route.path, response.status, spent)
        if services.config.access_log:
            services.log.request(request_id, route.method, route.path, response.status, spent)
        return response

    def _refusal(self, failure: Exception, services: "Services", request_id: str) -> web.Response:
        if isinstance(failure, DeskError):
            return problem_response(failure, request_id)
        if isinstance(failure, web.HTTPException):  # raised by a failed WebSocket handshake
            return problem_response(Malformed(failure.reason), request_id)
        services.log.error("request failed", failure, request=request_id, route=self._route.path)
        if isinstance(failure, MemoryError):
            return json_response(ShortOfMemory.status, _SHORT_OF_MEMORY, request_id)
        return problem_response(Internal(), request_id)

    async def _answer(self, request: web.Request, services: "Services") -> Answer | web.StreamResponse:
        route = self._route
        raw_query = request.rel_url.raw_query_string
        if raw_query:
            refuse_secrets(raw_query)
        principal = self._admit(request, services)
        body = b""
        parsed = None
        if route.body is not None:
            came_at_once = request.content.is_eof()
            body = await read_body(request, services.config, route.body_limit)
            if principal is not None and not came_at_once:  # they may have lost their access meanwhile
                principal = self._allowed(self._known(request.headers["Authorization"], request, services))
            parsed = parse_body(route.body, body, services.config.json_depth)
        query = parse_query(route.query, raw_query) if raw_query or route.query is not None else None
        idempotency = None
        if principal is not None and self._keeps_answers:
            idempotency = Idempotency.of(request, principal, body)
        if self._reads and not memory.is_left():  # answers may be large, commands are small
            raise ShortOfMemory()
        if self._changes and services.stage.draining:
            raise Draining()
        if self._cost == "send" and principal is not None:
            services.limits.message(principal)
        call = Call(request, services, principal, self._path(request), parsed, query, idempotency)
        return await route.handler(call)

    def _admit(self, request: web.Request, services: "Services") -> Principal | None:
        """Who calls, if they may: 429, 401, 403."""
        route = self._route
        principal = None
        given = request.headers.get("Authorization")
        if given is not None and route.who is not Who.PUBLIC:
            principal = self._known(given, request, services)
        if self._cost != "none":
            services.limits.request(request, principal)
        if principal is None:
            if self._anonymous and (given is None or route.who is Who.PUBLIC):
                return None
            raise Unauthenticated()
        return self._allowed(principal)

    def _known(self, given: str, request: web.Request, services: "Services") -> Principal:
        """Whose token it is; who has none that is good is counted like any stranger."""
        try:
            return services.sessions.authenticate(given)
        except Unauthenticated:
            if self._cost != "none":
                services.limits.request(request, None)
            raise

    def _allowed(self, principal: Principal) -> Principal:
        if not self._route.who.admits(principal):
            raise Forbidden()
        if not may_use(principal, self._scope):
            if not self._scope:
                raise Forbidden("Keys may not do this.")
            raise Forbidden("The key lacks the scope {scope}.", scope=self._scope)
        return principal

    def _path(self, request: web.Request) -> dict[str, bytes]:
        """The ids of the path; a malformed one is as missing as any other."""
        if not self._ids:
            return {}
        given = request.match_info
        try:
            return {name: to_bytes(given[name]) for name in self._ids}
        except ValueError:
            raise NotFound() from None
