"""Every answer that a test receives is held against the contract: its model, its headers, its media type."""

import re
from types import SimpleNamespace

from aiohttp import ClientResponse, ClientSession, TraceConfig, TraceRequestEndParams

from deskterm.protocol.wire.responses import Problem
from deskterm.server.http.route import Route
from deskterm.server.http.table import ROUTES

_PATTERNS = [
    (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(each.base + each.path))), each) for each in ROUTES
]


def checking() -> TraceConfig:
    """Give this to a `ClientSession`: an answer that breaks the contract raises where it is received."""
    trace = TraceConfig()
    trace.on_request_end.append(_check)
    return trace


def route_of(method: str, path: str) -> Route | None:
    """The route that a request went to."""
    found = [route for pattern, route in _PATTERNS if pattern.fullmatch(path) and route.method == method]
    return found[0] if found else None


async def _check(session: ClientSession, context: SimpleNamespace, done: TraceRequestEndParams) -> None:
    answer = done.response
    if answer.status == 101:
        return
    body = await answer.read()
    where = f"{done.method} {done.url.path} -> {answer.status}: {body[:500]!r}"
    _check_headers(answer, where)
    if answer.status >= 400:
        assert answer.content_type == "application/problem+json", where
        problem = Problem.model_validate_json(body)
        assert problem.status == answer.status or problem.code == "illegal_transition", where
        return
    route = route_of(done.method, done.url.path)
    assert route is not None, where
    assert answer.status in route.answers, f"{where} is not among the answers of the route"
    model = route.answers[answer.status]
    if route.gives_file:
        assert answer.headers["Content-Disposition"].startswith("attachment; "), where
    elif model is None:
        assert body == b"", where
    else:
        assert answer.content_type == "application/json", where
        model.model_validate_json(body, strict=True)


def _check_headers(answer: ClientResponse, where: str) -> None:
    assert answer.headers["X-Request-Id"], where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    kept = {"no-store", "no-cache"} if "ETag" in answer.headers else {"no-store"}  # the widget's text is kept
    assert answer.headers["Cache-Control"] in kept, where
    assert "Set-Cookie" not in answer.headers, where
