"""T22, T23: which website's browser may ask and read, and never with what it would send by itself."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from tests.server.visitors import EVIL, SITE, ask, make_key


@pytest.fixture
async def key(dana: ClientSession) -> str:
    return str((await make_key(dana))["key"])


@pytest.fixture
async def plain(server: TestServer) -> AsyncIterator[ClientSession]:
    """A browser, which asks what no route answers."""
    async with ClientSession(base_url=server.make_url("/")) as session:
        yield session


async def preflight(
    http: ClientSession, origin: str, path: str = "/api/v1/visitors/session"
) -> dict[str, str]:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-deskterm-key",
    }
    async with http.options(path, headers=headers) as answer:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Origin"
        return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control")}


async def test_preflight_of_an_allowed_website(plain: ClientSession, key: str) -> None:
    for path in ("/api/v1/visitors/session", "/api/v1/conversations", "/api/v1/me"):
        allowed = await preflight(plain, SITE, path)
        assert allowed["Access-Control-Allow-Origin"] == SITE
        assert "X-Deskterm-Key" in allowed["Access-Control-Allow-Headers"]
        assert allowed["Access-Control-Max-Age"] == "600"
        assert "Access-Control-Allow-Credentials" not in allowed


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://acme.example", "https://acme.example:8443", f"{SITE}.evil.example"]
)
async def test_preflight_of_any_other(plain: ClientSession, key: str, origin: str) -> None:
    assert await preflight(plain, origin) == {}
    status, _ = await ask(plain, key, Origin=origin)
    assert status == 403
    async with plain.get("/api/v1/me", headers={"Origin": origin}) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Vary"] == "Origin"


async def test_answers_and_refusals_are_readable_there(plain: ClientSession, key: str) -> None:
    for path, status in (("/api/v1/me", 401), ("/api/v1/nothing", 404), ("/healthz", 200)):
        async with plain.get(path, headers={"Origin": SITE}) as answer:
            assert answer.status == status
            assert answer.headers["Access-Control-Allow-Origin"] == SITE
            assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
            assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_revoked_key_closes_the_website(plain: ClientSession, dana: ClientSession, key: str) -> None:
    async with dana.get("api-keys") as answer:
        (made,) = (await answer.json())["items"]
    assert await preflight(plain, SITE)
    await dana.delete(f"api-keys/{made['id']}")
    assert await preflight(plain, SITE) == {}


async def test_programs_are_told_nothing(plain: ClientSession) -> None:
    async with plain.get("/healthz") as answer:
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
