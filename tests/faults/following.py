"""Who follows a log and who writes it through servers that come and go."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Protocol

from aiohttp import ClientSession
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from deskterm.protocol.ids import to_text
from tests.faults import checkers
from tests.faults.checkers import CANARY, Message
from tests.faults.history import Phase
from tests.faults.writers import PATIENCE, Writer
from tests.postgres import everywhere
from tests.server.live.watcher import Json, Watcher


class Door(Protocol):
    """A way in: a server, or what spreads over several; its address may change."""

    url: str


class Console:
    """Follows the stream of an admin, at another server as soon as one is gone, from where it was."""

    def __init__(self, token: str, doors: Sequence[Door]) -> None:
        self.seen: list[tuple[str, float]] = []  # messages, and when they came
        self.servers: set[str] = set()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._doors = doors
        self._cursor: str | None = None
        self._news = asyncio.Event()

    async def follow(self) -> None:
        """Until it is cancelled."""
        at = 0
        while True:
            with contextlib.suppress(WebSocketException, OSError):
                await self._follow(self._doors[at % len(self._doors)].url)
            at += 1

    async def until(self, messages: int) -> None:
        """Wait until it has seen so many."""
        while self._cursor is None or len(self.seen) < messages:
            self._news.clear()
            await self._news.wait()

    async def _follow(self, url: str) -> None:
        address = f"ws{url.removeprefix('http')}/api/v1/live"
        async with connect(address, additional_headers=self._headers, compression=None, proxy=None) as socket:
            watcher = Watcher(socket)
            welcome = await watcher.hello(self._cursor)
            assert welcome["mode"] == "resume"
            self.servers.add(url)
            while True:
                self._cursor = watcher.cursor
                self._news.set()
                self._take(await watcher.next())

    def _take(self, frame: Json) -> None:
        for each in frame.get("items", [frame]):
            if each.get("kind") == "message.created" and CANARY in each["data"]["message"]["body"]:
                self.seen.append((each["data"]["message"]["id"], time.monotonic()))


async def write_on(writer: Writer, doors: Sequence[Door], enough: asyncio.Event) -> None:
    """Send until it is enough; what one server does not answer goes to the other one, under its id."""
    at = int(writer.name.removeprefix("w"))
    while not enough.is_set() or writer.waiting is not None:
        async with ClientSession(doors[at % len(doors)].url, timeout=PATIENCE) as http:
            while not enough.is_set() or writer.waiting is not None:
                if await writer.step(http) is Phase.UNKNOWN:
                    break
        at += 1


def messages(address: str) -> list[Message]:
    """Everything that people wrote, by conversation in its order."""
    with everywhere(address) as connection:
        rows = connection.execute(checkers.MESSAGES).fetchall()
    return [Message(f"{row[0]}/{to_text(row[1])}", to_text(row[2]), row[3], row[4]) for row in rows]
