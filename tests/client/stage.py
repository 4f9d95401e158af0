"""A desk on a stage: its server, its clock and its sleeps are driven by the test."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from deskterm.client.desk import Desk
from deskterm.client.live.backoff import Backoff
from deskterm.client.live.connection import Link, State
from deskterm.client.replica.changes import (
    Change,
    Changes,
)
from deskterm.protocol.ids import IdSource
from tests.client.canned import Canned
from tests.client.samples import ORGANIZATION, START, WHO, conversation, number

T = TypeVar("T")
HERE = number(1)
MESSAGES = f"/api/v1/conversations/{HERE}/messages"


async def soon(waited: Awaitable[T]) -> T:
    """Fail instead of hanging."""
    return await asyncio.wait_for(waited, 60)


@dataclass
class Nap:
    """A sleep that ends when the test says so."""

    seconds: float
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Stage:
    """A desk with all that it told, and its sleeps."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Change] = asyncio.Queue()
        self.links: asyncio.Queue[Link] = asyncio.Queue()
        self.naps: asyncio.Queue[Nap] = asyncio.Queue()
        self.now = START
        self.ids = IdSource(lambda: 0, lambda bits: 5)
        self.desk: Desk

    async def sleep(self, seconds: float) -> None:
        nap = Nap(seconds)
        await self.naps.put(nap)
        await nap.over.wait()

    async def open(self, server: Canned) -> Desk:
        """Open a desk at `server`."""
        self.desk = await Desk.open(
            server.server,
            "dk_s_secret",
            ids=self.ids,
            now=lambda: self.now,
            sleep=self.sleep,
            backoff=Backoff(lambda low, high: high),
        )
        self.desk.subscribe(self.listen)
        self.desk.connection.watch(self.links.put_nowait)
        return self.desk

    def listen(self, changes: Changes) -> None:
        for each in changes:
            self.told.put_nowait(each)

    async def until(self, wanted: type[T]) -> T:
        """The next change of a kind."""
        while True:
            change = await soon(self.told.get())
            if isinstance(change, wanted):
                return change

    async def until_state(self, state: State) -> Link:
        """The next time the connection is so."""
        while True:
            link = await soon(self.links.get())
            if link.state is state:
                return link


def snapshot(cursor: str = "c1", **fields: Any) -> dict[str, Any]:
    usual = {
        "cursor": cursor,
        "next_page": None,
        "organization": ORGANIZATION,
        "me": WHO,
        "members": [],
        "personas": [],
        "conversations": [conversation(rev=5)],
    }
    return usual | fields


async def online(stage: Stage, server: Canned, cursor: str = "c1") -> Any:
    """The server's end of a socket that is caught up."""
    socket = await soon(server.sockets.get())
    await socket.welcomes(cursor)
    await stage.until_state(State.ONLINE)
    assert (await socket.hears())["type"] == "viewing"
    return socket


def event(previous: str, cursor: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"previous": previous, "cursor": cursor, "kind": kind, "data": data}
