"""Visitors of the server's tests: let in by a website's key, and what their websites sign."""

from collections.abc import Mapping
from typing import Any

import jwt
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from tests.server.contract import checking

SITE, EVIL = "https://acme.example", "https://evil.example"
NOW = 1_790_000_000  # where the tests' clock starts, in seconds


async def make_key(admin: ClientSession, kind: str = "publishable", **more: Any) -> dict[str, Any]:
    """A key of an organization; a publishable one for the site unless told otherwise."""
    usual = {"allowed_origins": [SITE]} if kind == "publishable" else {}
    async with admin.post("api-keys", json={"kind": kind, "name": "Website"} | usual | more) as answer:
        assert answer.status == 201, await answer.text()
        made: dict[str, Any] = await answer.json()
        return made


async def ask(
    http: ClientSession, key: str, body: Mapping[str, Any] | None = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Status and answer of `POST /visitors/session`, by default from the site."""
    wanted = {"X-Deskterm-Key": key, "Origin": SITE} | headers
    sent = {name: value for name, value in wanted.items() if value}
    async with http.post("/api/v1/visitors/session", json=dict(body or {}), headers=sent) as answer:
        return answer.status, await answer.json()


async def let_in(http: ClientSession, key: str, **body: Any) -> dict[str, Any]:
    """The answer of a session that must be opened."""
    status, answer = await ask(http, key, body)
    assert status == 201, answer
    return answer


def visitor_of(server: TestServer, answer: Mapping[str, Any]) -> ClientSession:
    """A client that acts as the visitor."""
    return ClientSession(
        base_url=server.make_url("/api/v1/"),
        headers={"Authorization": f"Bearer {answer['token']}", "Origin": SITE},
        trace_configs=[checking()],
    )


async def say(visitor: ClientSession, id_: str, text: str) -> dict[str, Any]:
    """A message into the visitor's own conversation."""
    async with visitor.get("portal/conversation") as answer:
        conversation = (await answer.json())["id"]
    body = {"id": id_, "body": text}
    async with visitor.post(f"conversations/{conversation}/messages", json=body) as answer:
        assert answer.status in (200, 201), await answer.text()
        sent: dict[str, Any] = await answer.json()
        return sent


def signed(secret: str, organization: str, **claims: Any) -> str:
    """An identity token as a website's backend makes it; a claim that is None is left out."""
    usual = {"aud": organization, "sub": "u-1", "jti": "once", "iat": NOW, "exp": NOW + 600}
    wanted = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(wanted, secret, algorithm="HS256")


async def organization_id(member: ClientSession) -> str:
    """The `aud` of identity tokens."""
    async with member.get("organization") as answer:
        return str((await answer.json())["id"])
