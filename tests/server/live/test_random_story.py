"""Random commands by random people, sockets cut and resumed at random: at rest everybody knows what they may.

The independent judge is the admin's REST view: staff know exactly what is assigned to them.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from tests.server.live.conftest import Rest
from tests.server.live.desk import Json, call, me
from tests.server.live.test_resume import assert_equal_to_a_fresh_one
from tests.server.live.watcher import Replica, Watcher, snapshot, watching

pytestmark = pytest.mark.few_on_postgres(2)

STEPS = 60


class Reader:
    """Somebody who keeps a replica over any number of sockets."""

    def __init__(self, server: TestServer, client: ClientSession) -> None:
        self.client = client
        self._server = server
        self._stack = AsyncExitStack()
        self._replica = Replica()
        self._cursor: str | None = None
        self.watcher: Watcher | None = None

    async def load(self) -> None:
        self._replica, self._cursor = await snapshot(self.client)

    async def open(self) -> None:
        """Go on from where the last socket was cut."""
        # Unread frames without end: with a full queue the socket would wait ten seconds for its close.
        socket = watching(self._server, self.client, self._replica, max_queue=None)
        self.watcher = await self._stack.enter_async_context(socket)
        await self.watcher.subscribe(self._cursor)

    async def cut(self) -> None:
        """Lose the socket, with whatever was on its way."""
        if self.watcher is not None:
            self._cursor = self.watcher.cursor
            self.watcher = None
            await self._stack.aclose()

    @property
    def replica(self) -> Replica:
        return self._replica


class Story:
    """Draws commands; what the rules refuse is refused."""

    def __init__(
        self, draw: random.Random, agents: list[ClientSession], customers: list[ClientSession]
    ) -> None:
        self._draw = draw
        self._agents = agents
        self._customers = customers
        self._members: list[str] = []
        self._ids = random.Random(draw.random())

    async def step(self) -> None:
        """One command by somebody."""
        if not self._members:
            self._members = [await me(agent) for agent in self._agents]
        known = (await call(self._agents[0], "GET", "conversations?limit=200"))["items"]
        if not known or self._draw.random() < 0.25:
            await self._write_in()
            return
        conversation = self._draw.choice(known)
        commands: list[Callable[[Json], Awaitable[None]]] = [
            self._say,
            self._patch,
            self._assign,
            self._read,
            self._edit,
        ]
        await self._draw.choice(commands)(conversation)

    async def _write_in(self) -> None:
        customer = self._draw.choice(self._customers)
        portal = await call(customer, "GET", "portal/conversation")
        await self._post(customer, portal["id"], "public")

    async def _say(self, conversation: Json) -> None:
        visibility = self._draw.choice(["public", "internal"])
        await self._post(self._draw.choice(self._agents), conversation["id"], visibility)

    async def _post(self, client: ClientSession, conversation_id: str, visibility: str) -> None:
        digits = f"{self._ids.getrandbits(62):016x}"
        message = {
            "id": f"01a0c450-6c00-7000-{'89ab'[self._ids.randrange(4)]}{digits[:3]}-{digits[3:15]}",
            "body": f"{visibility} {digits}",
            "visibility": visibility,
        }
        await self._try(client, "POST", f"conversations/{conversation_id}/messages", message)

    async def _patch(self, conversation: Json) -> None:
        fields: Json = self._draw.choice(
            [
                {"status": self._draw.choice(["open", "pending", "resolved", "closed"])},
                {"priority": self._draw.choice(["low", "urgent"])},
                {"add_tags": [self._draw.choice("abc")]},
                {"remove_tags": [self._draw.choice("abc")]},
                {"subject": self._draw.choice(["One", "Two"])},
            ]
        )
        await self._try(
            self._draw.choice(self._agents), "PATCH", f"conversations/{conversation['id']}", fields
        )

    async def _assign(self, conversation: Json) -> None:
        wanted = self._draw.choice([*self._members, None])
        path = f"conversations/{conversation['id']}"
        await self._try(self._draw.choice(self._agents), "PATCH", path, {"assignee_id": wanted})

    async def _read(self, conversation: Json) -> None:
        who = self._draw.choice(self._agents + self._customers)
        body = {"seq": self._draw.randrange(200)}
        await self._try(who, "PUT", f"conversations/{conversation['id']}/read", body)

    async def _edit(self, conversation: Json) -> None:
        thread = await call(self._agents[0], "GET", f"conversations/{conversation['id']}/messages")
        notes = [each["id"] for each in thread["items"] if each["visibility"] == "internal"]
        for note in notes[-1:]:
            who = self._draw.choice(self._agents)
            if self._draw.random() < 0.5:
                await self._try(who, "PATCH", f"messages/{note}", {"body": f"edited {self._ids.random()}"})
            else:
                await self._try(who, "DELETE", f"messages/{note}", None)

    async def _try(self, client: ClientSession, method: str, path: str, body: Json | None) -> None:
        async with client.request(method, path, json=body) as answer:
            assert answer.status < 500, await answer.text()


@pytest.mark.parametrize("seed", range(4))
async def test_at_rest_everybody_knows_what_they_may(
    server: TestServer,
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    jane: ClientSession,
    rest: Rest,
    seed: int,
) -> None:
    draw = random.Random(seed)
    if seed % 2:
        await call(dana, "PATCH", "organization", {"settings": {"staff_sees": "unassigned"}})
    readers = [Reader(server, client) for client in (dana, sarah, mike, john, jane)]
    for reader in readers:
        await reader.load()
        await reader.open()
    story = Story(draw, [dana, sarah, mike], [john, jane])
    for _ in range(STEPS):
        await story.step()
        reader = draw.choice(readers)
        if draw.random() < 0.3:
            await (reader.open() if reader.watcher is None else reader.cut())
    for reader in readers:
        if reader.watcher is None:
            await reader.open()
    await rest(*(reader.watcher for reader in readers if reader.watcher is not None))
    for reader in readers:
        await assert_equal_to_a_fresh_one(reader.client, reader.replica)
    await assert_staff_know_exactly_theirs(dana, readers[1:3], unassigned_too=bool(seed % 2))
    await asyncio.gather(*(reader.cut() for reader in readers))


async def assert_staff_know_exactly_theirs(
    dana: ClientSession, staff: list[Reader], *, unassigned_too: bool
) -> None:
    every = (await call(dana, "GET", "conversations?limit=200"))["items"]
    for reader in staff:
        own = await me(reader.client)
        theirs = {
            each["id"]
            for each in every
            if (each["assignee"] is None and unassigned_too)
            or (each["assignee"] is not None and each["assignee"]["id"] == own)
        }
        assert set(reader.replica.conversations) == theirs
