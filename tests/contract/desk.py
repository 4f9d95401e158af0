"""The people of the demo over HTTP. Whatever any of them is answered is held against the contract."""

import json
import random
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES
from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.contract.shapes import CODES, PROBLEM, Json, check_entities, check_formats

EMAILS = {
    "dana": ("hello@designpi.com", "admin123"),
    "sarah": ("sarah@designpi.com", "staff123"),
    "mike": ("mike@designpi.com", "staff123"),
    "john": ("john.doe@example.com", "customer123"),
    "jane": ("jane.smith@example.com", "customer123"),
    "bob": ("bob.wilson@example.com", "customer123"),
    "nora": ("admin@northwind.example", "admin123"),
}
CUSTOMERS = ("john", "jane", "bob")
#: What must never be among a customer's bytes: the agents' addresses, and what tests plant in notes.
SECRETS = ("hello@designpi.com", "sarah@designpi.com", "mike@designpi.com", "C4N4RY")


class Reply(NamedTuple):
    """One answer, checked."""

    status: int
    json: Json
    raw: bytes
    headers: Any

    @property
    def ok(self) -> Json:
        """The payload of a success."""
        assert self.status < 300, (self.status, self.json)
        return self.json

    def accepted(self) -> None:
        """A success, whatever its payload."""
        assert self.status < 300, (self.status, self.json)

    def problem(self, status: int, code: str) -> Json:
        """The document of a refusal that must be exactly this one."""
        assert (self.status, (self.json or {}).get("code")) == (status, code), (self.status, self.json)
        return self.json


class Person:
    """Somebody with a token; paths are below `/api/v1/`."""

    def __init__(self, http: ClientSession, signed_in: Json, *, contact: bool = False) -> None:
        self._http = http
        self.token: str = signed_in["token"]
        self.me: Json = signed_in["me"]
        self.contact = contact
        self.secrets: tuple[str, ...] = SECRETS if contact else ()

    @property
    def id(self) -> str:
        """The member id of an agent, the contact id of a contact."""
        found: str = self.me["contact"]["id"] if self.contact else self.me["member"]["id"]
        return found

    async def ask(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        raw: bytes | AsyncIterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
        query: Any = None,
    ) -> Reply:
        """Any request with this person's token."""
        more = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        more |= headers or {}
        if raw is not None:
            more.setdefault("Content-Type", "application/json")
        sent = {"data": raw} if raw is not None else {"json": body} if body is not None else {}
        async with self._http.request(method, path, headers=more, params=query, **sent) as answer:
            content = await answer.read()
            said = json.loads(content) if content and answer.content_type.endswith("json") else None
            reply = Reply(answer.status, said, content, answer.headers.copy())
        self._check(reply, f"{method} {path}")
        return reply

    async def get(self, path: str, **query: Any) -> Reply:
        return await self.ask("GET", path, query=query or None)

    async def post(self, path: str, body: Json = None, **headers: str) -> Reply:
        return await self.ask("POST", path, body, headers=_header_names(headers))

    async def patch(self, path: str, body: Json, **headers: str) -> Reply:
        return await self.ask("PATCH", path, body, headers=_header_names(headers))

    async def put(self, path: str, body: Json) -> Reply:
        return await self.ask("PUT", path, body)

    async def delete(self, path: str) -> Reply:
        return await self.ask("DELETE", path)

    def _check(self, reply: Reply, where: str) -> None:
        assert "Set-Cookie" not in reply.headers, where
        assert reply.status != 500, (where, reply.json)
        check_secrets(reply.raw, self.secrets)
        if reply.status >= 400:
            check_problem(reply, where)
        elif reply.status == 204:
            assert reply.raw == b"", where
        elif "Content-Disposition" in reply.headers:
            assert reply.headers["Content-Disposition"].startswith("attachment; "), where
        else:
            assert reply.headers["Content-Type"].split(";")[0] == "application/json", where
            if "openapi" not in where:
                check_formats(reply.json)
                check_entities(reply.json, contact=self.contact)


def _header_names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def check_secrets(raw: bytes, secrets: tuple[str, ...]) -> None:
    """None of these is in what somebody was sent."""
    text = raw.decode().lower()
    for secret in secrets:
        assert secret.lower() not in text, secret


def check_problem(reply: Reply, where: str) -> None:
    """A refusal is a problem document of the contract and nothing else."""
    assert reply.headers["Content-Type"].split(";")[0] == "application/problem+json", where
    document = reply.json
    assert set(document) >= PROBLEM, (where, document)
    assert CODES[document["code"]] == reply.status, (where, document)
    if document["code"] != "illegal_transition":
        assert document["status"] == reply.status, (where, document)
    if reply.status in (429, 503):
        assert int(reply.headers["Retry-After"]) >= 1
    extra = set(document) - PROBLEM
    if "template" in extra:  # the sentence for other languages, which must say the same
        assert document["template"].format(**document["values"]) == document["detail"], document
        extra -= {"template", "values"}
    if reply.status == 422:
        assert "errors" in document, (where, document)
        for each in document["errors"]:
            said = {"template", "values"} if "template" in each else set()
            assert {"loc", "msg"} | said <= set(each) <= {"loc", "msg", "at", "length"} | said, document
            if said:
                assert each["template"].format(**each["values"]) == each["msg"], document
    elif document["code"] == "illegal_transition":
        assert extra == {"allowed"}, document
    elif document["code"] == "stale":
        assert extra <= {"newer", "rev"}, document
    elif document["code"] == "conflict":
        assert extra <= {"conversation_id"}, document
    else:
        assert extra == set(), document


class Desk:
    """The running desk: people by their first names, and the verbs that tests share."""

    def __init__(
        self,
        server: TestServer,
        clock: ManualClock,
        signed_in: dict[str, Json] | None = None,
    ) -> None:
        self.server, self.clock = server, clock
        self._signed_in = signed_in or {}
        self._ids = IdSource(clock.now, random.Random(3).getrandbits)

    async def __aenter__(self) -> Self:
        self._http = ClientSession(base_url=self.server.make_url("/api/v1/"))
        self.nobody = Person(self._http, {"token": "", "me": {}})
        for name in EMAILS:
            before = self._signed_in.get(name)
            if before:
                person = Person(self._http, before, contact=name in CUSTOMERS)
            else:
                person = await self.sign_in(name)
            setattr(self, name, person)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    dana: Person
    sarah: Person
    mike: Person
    john: Person
    jane: Person
    bob: Person
    nora: Person

    async def sign_in(self, name: str) -> Person:
        """One more session of this person."""
        person = await self.enter(*EMAILS[name], contact=name in CUSTOMERS)
        self._signed_in[name] = {"token": person.token, "me": person.me}
        return person

    async def enter(self, email: str, password: str, *, contact: bool = False) -> Person:
        """A session of whoever this is."""
        reply = await self.nobody.post("auth/login", {"email": email, "password": password})
        return Person(self._http, reply.ok, contact=contact)

    @property
    def services(self) -> Services:
        """The running server's inside, only to bring the live stream to rest."""
        return self.server.app[SERVICES]

    @property
    def signed_in(self) -> dict[str, Json]:
        """The latest sign-in of everybody, to open another desk with."""
        return self._signed_in

    def new_id(self) -> str:
        """An id as a client makes it."""
        return str(self._ids.new())

    async def numbered(self, number: int, who: Person | None = None) -> Json:
        """The conversation of the demo with this number, as the admin (or `who`) sees it."""
        found = (await (who or self.dana).get("conversations", number=number)).ok["items"]
        return found[0]

    async def see(self, who: Person, conversation_id: str) -> Json:
        return (await who.get(f"conversations/{conversation_id}")).ok

    async def send(self, who: Person, conversation_id: str, body: str = "Hello", **more: Any) -> Json:
        """A message that must be accepted."""
        path = f"conversations/{conversation_id}/messages"
        return (await who.post(path, {"id": self.new_id(), "body": body} | more)).ok

    async def note(self, who: Person, conversation_id: str, body: str) -> Json:
        return await self.send(who, conversation_id, body, visibility="internal")

    async def change(self, who: Person, conversation_id: str, **fields: Any) -> Json:
        """A change that must be accepted."""
        return (await who.patch(f"conversations/{conversation_id}", fields)).ok

    async def thread(self, who: Person, conversation_id: str) -> list[Json]:
        """The newest page of messages, oldest first."""
        items: list[Json] = (await who.get(f"conversations/{conversation_id}/messages", limit=200)).ok[
            "items"
        ]
        return items

    async def settings(self, **values: Any) -> None:
        """Settings of the organization."""
        (await self.dana.patch("organization", {"settings": values})).accepted()

    async def listed(self, who: Person, **query: Any) -> list[str]:
        """Ids of all conversations of all pages, in their order."""
        found: list[str] = []
        while True:
            page = (await who.get("conversations", **query)).ok
            found += [each["id"] for each in page["items"]]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]
