"""Refusals as problem documents (RFC 9457): stable `code`, plain words, nothing of the server's inside."""

import math
from typing import Any

from aiohttp import web
from multidict import CIMultiDict
from pydantic_core import to_json

from deskterm.server.errors import DeskError, Retryable

MEDIA_TYPE = "application/problem+json"
JSON = "application/json"
#: What every answer has; copied, which takes half as long as making it anew.
_HEADERS = CIMultiDict(
    {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Server": "deskterm"}
)


def problem(error: DeskError) -> dict[str, Any]:
    """The document of a refusal. `extra` comes last: an illegal state change names the state as `status`."""
    return {
        "type": f"urn:deskterm:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        **error.extra,
    }


def problem_bytes(error: DeskError) -> bytes:
    """The document as it goes out."""
    return to_json(problem(error))


def json_response(status: int, body: bytes, request_id: str) -> web.Response:
    """A response with the headers that every answer has; a refusal's status says that `body` is a problem."""
    headers = _HEADERS.copy()
    headers["X-Request-Id"] = request_id
    if body:
        headers["Content-Type"] = MEDIA_TYPE if status >= 400 else JSON
    return web.Response(status=status, body=body or None, headers=headers)


def problem_response(error: DeskError, request_id: str) -> web.Response:
    """A refusal as a response, with `Retry-After` in whole seconds where it passes by itself."""
    response = json_response(error.status, problem_bytes(error), request_id)
    if isinstance(error, Retryable):
        response.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
