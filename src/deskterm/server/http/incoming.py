"""Reading a request: body and query into the route's models, or a refusal that says what is wrong."""

import asyncio
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ValidationError

from deskterm.server.config import Config
from deskterm.server.errors import Invalid, Malformed, Timeout, TooLarge, UnsupportedMediaType

#: Names under which a secret must not travel in an address: addresses end up in logs and histories.
SECRET_NAMES = frozenset({"token", "access_token", "auth", "authorization", "bearer", "api_key", "password"})
#: Mistakes that are named one by one; telling of more would cost many times what was sent.
MISTAKES_NAMED = 100
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
        return Invalid([{"loc": [where], "msg": f"has {error.error_count()} mistakes"}])
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Malformed(found[0]["msg"])
    return Invalid([{"loc": [where, *each["loc"]], "msg": each["msg"]} for each in found])


def parse_query(model: type[BaseModel] | None, raw: str) -> BaseModel | None:
    """The query as the route's model. Repeated and unknown names are refused, secrets above all."""
    values: dict[str, Any] = {}
    for name, value in _pairs(raw):
        if name in values:
            raise Invalid([{"loc": ["query", name], "msg": "is given twice"}])
        values[name] = value
    if model is None:
        if values:
            raise Invalid([{"loc": ["query", name], "msg": "is not known here"} for name in values])
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
