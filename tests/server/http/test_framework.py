"""What holds on every route: the order of checks, limits of the input, and the shape of every refusal."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import ClientSession

LOGIN = "/api/v1/auth/login"
JSON = {"Content-Type": "application/json"}
GOOD = {"email": "nobody@example.com", "password": "whatever"}


def nested(depth: int) -> bytes:
    """JSON of this depth in a field that takes anything."""
    inner = b"[" * (depth - 3) + b"]" * (depth - 3)
    return b'{"settings": {"business_hours": {"a": ' + inner + b"}}}"


def padded(size: int) -> bytes:
    """A valid body of exactly this many bytes."""
    body = json.dumps(GOOD).encode()
    return body + b" " * (size - len(body))


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", JSON, 400, "malformed"),
        (b"{", JSON, 400, "malformed"),
        (b'{"email": "\xff"}', JSON, 400, "malformed"),
        (b'{"email": "\\ud800"}', JSON, 400, "malformed"),
        (b"\xff\xfe{\x00}\x00", JSON, 400, "malformed"),
        (b"[]", JSON, 422, "invalid"),
        (b"null", JSON, 422, "invalid"),
        (b"{}", JSON, 422, "invalid"),
        (json.dumps(GOOD).encode(), {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (json.dumps(GOOD).encode(), {"Content-Type": "application/xml"}, 415, "unsupported_media_type"),
        (
            json.dumps(GOOD).encode("utf-16"),
            {"Content-Type": "application/json; charset=utf-16"},
            415,
            "unsupported_media_type",
        ),
        (
            gzip.compress(json.dumps(GOOD).encode(), mtime=0),
            {**JSON, "Content-Encoding": "gzip"},
            415,
            "unsupported_media_type",
        ),
        (padded(256 * 1024 + 1), JSON, 413, "too_large"),
        (padded(256 * 1024), JSON, 401, "invalid_credentials"),
        (
            json.dumps(GOOD).encode(),
            {"Content-Type": "application/json; charset=utf-8"},
            401,
            "invalid_credentials",
        ),
    ],
)
async def test_bodies(
    http: ClientSession, people: None, body: bytes, headers: Mapping[str, str], status: int, code: str
) -> None:
    async with http.post(LOGIN, data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (status, code)


async def test_a_body_without_length_is_cut_at_the_limit(http: ClientSession) -> None:
    async def endless() -> Any:
        for _ in range(257):
            yield b" " * 1024

    async with http.post(LOGIN, data=endless(), headers=JSON) as answer:
        assert answer.status == 413


async def test_json_may_nest_32_deep(dana: ClientSession) -> None:
    async with dana.patch("organization", data=nested(32), headers=JSON) as answer:
        assert answer.status == 200
    async with dana.patch("organization", data=nested(33), headers=JSON) as answer:
        assert answer.status == 400


async def test_brackets_inside_of_text_do_not_count(dana: ClientSession) -> None:
    text = "[" * 100 + '\\"]' * 10
    async with dana.patch("organization", json={"settings": {"welcome": text}}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "extra", ["organization_id", "role", "author_id", "rev", "id", "disabled", "is_admin", "email"]
)
async def test_unknown_fields_are_named(sarah: ClientSession, extra: str) -> None:
    async with sarah.patch("me", json={"name": "Sarah", extra: "admin"}) as answer:
        assert answer.status == 422
        assert [each["loc"] for each in (await answer.json())["errors"]] == [["body", extra]]


@pytest.mark.parametrize(
    "query",
    [
        "assigned_to__password=x",
        "organization_id=1",
        "limit=1&limit=2",
        "limit=0",
        "limit=201",
        "limit=many",
        "cursor=nonsense",
        "cursor=",
        "sort=name",
    ],
)
@pytest.mark.parametrize("path", ["members", "contacts", "personas", "sessions"])
async def test_bad_queries(sarah: ClientSession, path: str, query: str) -> None:
    async with sarah.get(f"{path}?{query}") as answer:
        assert answer.status == 422
        (error,) = (await answer.json())["errors"]
        assert error["loc"] == ["query", query.partition("=")[0]]


async def test_a_query_where_none_is_taken(sarah: ClientSession) -> None:
    async with sarah.get("me?verbose=1") as answer:
        assert answer.status == 422


@pytest.mark.parametrize("query", ["limit=%FF", "a=b&" * 101])
async def test_queries_that_cannot_be_read(sarah: ClientSession, query: str) -> None:
    async with sarah.get(f"members?{query}") as answer:
        assert answer.status == 400


@pytest.mark.parametrize("name", ["token", "access_token", "Authorization", "anything"])
@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/members", "/healthz"])
async def test_a_token_in_the_address_is_refused(http: ClientSession, path: str, name: str) -> None:
    async with http.get(f"{path}?{name}=dk_s_secret") as answer:
        assert answer.status == 400
        assert "dk_s_secret" not in await answer.text()


async def test_order_of_checks(http: ClientSession, john: ClientSession, dana: ClientSession) -> None:
    """Who is asked first, then if the role may, then if the request can be, then if the thing is there."""
    address = "members/00000000-0000-7000-8000-00000000dead"
    async with http.patch(f"/api/v1/{address}", data=b"{", headers=JSON) as answer:
        assert answer.status == 401
    async with john.patch(address, data=b"{", headers=JSON) as answer:
        assert answer.status == 403
    async with dana.patch(address, data=b"{", headers=JSON) as answer:
        assert answer.status == 400
    async with dana.patch(address, json={"role": "king"}) as answer:
        assert answer.status == 422
    async with dana.patch(address, json={"role": "staff"}) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "name", ["nonsense", "1", "%00", "00000000-0000-7000-8000-00000000DEAD", "x" * 500, "%F0%9F%92%A9"]
)
async def test_a_malformed_id_is_as_missing_as_any_other(dana: ClientSession, name: str) -> None:
    async with dana.get("contacts/00000000-0000-7000-8000-00000000dead") as answer:
        missing = await answer.json()
    async with dana.get(f"contacts/{name}") as answer:
        assert answer.status == 404
        assert await answer.json() == missing


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "dk_s_x", "Bearer dk_s_x", "Bearer é"]
)
async def test_bad_authorization(http: ClientSession, people: None, header: str) -> None:
    async with http.get("/api/v1/me", headers={"Authorization": header}) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert (await answer.json())["code"] == "unauthenticated"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/v1/me", "GET, PATCH"),
        ("/api/v1/auth/login", "POST"),
        ("/api/v1/sessions/00000000-0000-7000-8000-00000000dead", "DELETE"),
        ("/healthz", "GET"),
    ],
)
async def test_wrong_method_names_the_right_ones(http: ClientSession, path: str, allow: str) -> None:
    async with http.put(path) as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == allow
        assert (await answer.json())["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/me", "/%2e%2e/etc"])
async def test_unknown_addresses(http: ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.status == 404
        assert (await answer.json())["code"] == "not_found"
