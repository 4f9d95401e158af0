"""Reading a request: body and query into the route's models, or a refusal that says what is wrong."""

import asyncio
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from deskterm.server.config import Config
from deskterm.server.errors import Invalid, Malformed, Timeout, TooLarge, UnsupportedMediaType, mistake
from deskterm.text.words import later

#: Names under which a secret must not travel in an address: addresses end up in logs and histories.
SECRET_NAMES = frozenset({"token", "access_token", "auth", "authorization", "bearer", "api_key", "password"})
#: Mistakes that are named one by one; telling of more would cost many times what was sent.
MISTAKES_NAMED = 100
_TOO_SHORT = (later("is too short: {min_length} at least"), "min_length")
_TOO_LONG = (later("is too long: {max_length} at most"), "max_length")
#: What is said of the usual mistakes, and what of them stands in it.
_SAID = {
    "missing": (later("is needed"),),
    "extra_forbidden": (later("is not known here"),),
    "string_too_short": _TOO_SHORT,
    "string_too_long": _TOO_LONG,
    "too_short": _TOO_SHORT,
    "too_long": _TOO_LONG,
    "greater_than_equal": (later("must be at least {ge}"), "ge"),
    "less_than_equal": (later("must be at most {le}"), "le"),
}
_SECRET_VALUE = re.compile(r"dk_[a-z]_")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


async def read_body(request: web.Request, config: Config, limit: int | None = None) -> bytes:
    """The whole body within its limits of size (`limit`, else the server's) and time."""
    _check_media(request)
    content = request.content
    most = config.body_limit if limit is None else max(limit, config.body_limit)
    if (request.content_length or 0) > most:
        raise TooLarge("A request may have at most {limit} bytes.", limit=most)
    if content.is_eof() and (length := content.total_bytes) is not None and length <= most:
        return content.read_nowait()
    try:
        async with asyncio.timeout(config.body_seconds):
            return await _read_up_to(request, most)
    except TimeoutError:
        raise Timeout() from None
    except (ConnectionError, web.RequestPayloadError):
        raise Malformed("The body ended too soon.") from None


async def _read_up_to(request: web.Request, limit: int) -> bytes:
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > limit:
            raise TooLarge("A request may have at most {limit} bytes.", limit=limit)
    return bytes(body)


def _check_media(request: web.Request) -> None:
    headers = request.headers
    if headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType("Send the body uncompressed.")
    given = headers.get("Content-Type")
    if given == "application/json" or (given is None and not request.can_read_body):
        return
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() != "utf-8":
        raise UnsupportedMediaType()


def parse_body(model: type[BaseModel], body: bytes, depth: int) -> BaseModel:
    """The body as the route's model; `Malformed` if it is no JSON, `Invalid` if it is not what was asked."""
    if body.count(b"[") + body.count(b"{") > depth and _depth(body) > depth:
        raise Malformed("The JSON is nested deeper than {depth}.", depth=depth)
    try:
        return model.__pydantic_validator__.validate_json(body, strict=True)  # type: ignore[no-any-return]
    except ValidationError as error:
        raise _refusal(error, "body") from None


def _depth(body: bytes) -> int:
    """How deep brackets nest outside of strings."""
    deepest = now = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        now += 1 if bracket in b"[{" else -1
        deepest = max(deepest, now)
    return deepest


def _refusal(error: ValidationError, where: str) -> Malformed | Invalid:
    if error.error_count() > MISTAKES_NAMED:
        return Invalid([mistake("has {count} mistakes", where, count=error.error_count())])
    found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Malformed(found[0]["msg"])
    return Invalid([_mistake(each, where) for each in found])


def _mistake(found: ErrorDetails, where: str) -> dict[str, Any]:
    """What people come upon in words of ours, which the catalogues have; the rest as the library says it."""
    context = found.get("ctx", {})
    if found["type"] == "value_error":
        return mistake(str(context["error"]), where, *found["loc"])
    if context.get("min_length") == 1:
        return mistake("must not be empty", where, *found["loc"])
    said, *values = _SAID.get(found["type"], (found["msg"],))
    return mistake(said, where, *found["loc"], **{each: context[each] for each in values})


def parse_query(model: type[BaseModel] | None, raw: str) -> BaseModel | None:
    """The query as the route's model. Repeated and unknown names are refused, secrets above all."""
    values: dict[str, Any] = {}
    for name, value in _pairs(raw):
        if name in values:
            raise Invalid([mistake("is given twice", "query", name)])
        values[name] = value
    if model is None:
        if values:
            raise Invalid([mistake("is not known here", "query", name) for name in values])
        return None
    try:
        return model.__pydantic_validator__.validate_python(values)  # type: ignore[no-any-return]
    except ValidationError as error:
        raise _refusal(error, "query") from None


def refuse_secrets(raw: str) -> None:
    """`Malformed` when a query carries a token or password, whatever the route."""
    for name, value in _pairs(raw):
        if name.lower() in SECRET_NAMES or _SECRET_VALUE.match(value):
            raise Malformed("Tokens and passwords never go into an address; use the Authorization header.")


def _pairs(raw: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Malformed("The address could not be read.") from None
