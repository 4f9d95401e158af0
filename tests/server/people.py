"""The people of the server's tests: two organizations, and everybody signed in through the front door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.desk.organizations import do_add_person, do_found_organization
from deskterm.server.services import Services
from deskterm.server.storage.database import Tx
from tests.server.contract import checking

PASSWORDS = {"admin": "admin123", "staff": "staff123", "customer": "customer123"}
PEOPLE = {
    "designpi": [
        ("hello@designpi.com", "Dana Whitfield", "admin"),
        ("sarah@designpi.com", "Sarah Johnson", "staff"),
        ("mike@designpi.com", "Mike Chen", "staff"),
        ("john.doe@example.com", "John Doe", "customer"),
        ("jane.smith@example.com", "Jane Smith", "customer"),
    ],
    "northwind": [
        ("admin@northwind.example", "Nora Ek", "admin"),
        ("staff@northwind.example", "Nils Ek", "staff"),
        ("customer@northwind.example", "Nina Ek", "customer"),
    ],
}
DANA, SARAH, MIKE, JOHN, JANE = (email for email, _, _ in PEOPLE["designpi"])
NORA, NILS, NINA = (email for email, _, _ in PEOPLE["northwind"])
PASSWORD_OF = {email: PASSWORDS[role] for people in PEOPLE.values() for email, _, role in people}


async def settle(services: Services) -> None:
    """Found both organizations with their people."""
    hashes = {role: services.passwords.hash_now(word) for role, word in PASSWORDS.items()}

    def found(tx: Tx) -> None:
        for slug, people in PEOPLE.items():
            key = do_found_organization(tx, slug=slug, name=slug.title())
            for email, name, role in people:
                do_add_person(tx, key, email=email, name=name, role=role, password_hash=hashes[role])

    await services.db.write(found)


async def sign_in(http: ClientSession, email: str, **more: str) -> dict[str, Any]:
    """The answer of a sign-in that must succeed."""
    body = {"email": email, "password": PASSWORD_OF[email], **more}
    async with http.post("/api/v1/auth/login", json=body) as answer:
        assert answer.status == 200, await answer.text()
        signed_in: dict[str, Any] = await answer.json()
        return signed_in


@asynccontextmanager
async def signed_in(server: TestServer, email: str) -> AsyncIterator[ClientSession]:
    """A client that acts as this person; addresses are relative to `/api/v1/`."""
    async with ClientSession(base_url=server.make_url("/")) as http:
        token = (await sign_in(http, email))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with ClientSession(
        base_url=server.make_url("/api/v1/"), headers=headers, trace_configs=[checking()]
    ) as client:
        yield client
