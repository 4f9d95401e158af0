"""Two servers on one PostgreSQL: one ends in order, one by force; nothing is lost and nothing comes twice."""

import asyncio
import contextlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from deskterm.protocol.ids import to_text
from deskterm.server.storage.engines.postgres.examining import look_at
from tests.faults import checkers
from tests.faults.checkers import CANARY, Message
from tests.faults.history import History, Phase
from tests.faults.service import CRASHED, Service
from tests.faults.writers import PATIENCE, Writer, desks, writers
from tests.postgres import Cluster, everywhere
from tests.server.live.watcher import Json, Watcher

WRITERS, EACH = 8, 20
SEED = 13
HERE = "designpi"


@pytest.fixture
async def nodes(cluster: Cluster, tmp_path: Path) -> AsyncIterator[tuple[Service, Service, str]]:
    """Two servers of the demo, and the address of their database."""
    address = cluster.make()
    first, second = Service(tmp_path / "a"), Service(tmp_path / "b")
    try:
        await first.start("--database", address, "--demo")
        second.data.mkdir(mode=0o700)
        shutil.copy(first.data / "root.secret", second.data)
        await second.start("--database", address)
        yield first, second, address
    finally:
        await first.end()
        await second.end()
        cluster.drop(address)


class Console:
    """Follows the stream of an admin, at another server as soon as one is gone, from where it was."""

    def __init__(self, token: str, nodes: Sequence[Service]) -> None:
        self.seen: list[str] = []
        self.servers: set[str] = set()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._nodes = nodes
        self._cursor: str | None = None
        self._news = asyncio.Event()

    async def follow(self) -> None:
        """Until it is cancelled."""
        at = 0
        while True:
            with contextlib.suppress(WebSocketException, OSError):
                await self._follow(self._nodes[at % len(self._nodes)].url)
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
                self.seen.append(each["data"]["message"]["id"])


async def write_on(writer: Writer, nodes: Sequence[Service], enough: asyncio.Event) -> None:
    """Send until it is enough; what one server does not answer goes to the other one, under its id."""
    at = int(writer.name.removeprefix("w"))
    while not enough.is_set() or writer.waiting is not None:
        async with ClientSession(nodes[at % len(nodes)].url, timeout=PATIENCE) as http:
            while not enough.is_set() or writer.waiting is not None:
                if await writer.step(http) is Phase.UNKNOWN:
                    break
        at += 1


async def test_one_ends_and_the_other_goes_on(nodes: tuple[Service, Service, str], tmp_path: Path) -> None:
    first, second, address = nodes
    history = History(tmp_path / "history.jsonl")
    people = writers(WRITERS, await desks(first.url), history, SEED)
    for each in people:
        each.patient = True
    console = Console(people[0].desk.token, (first, second))
    following = asyncio.create_task(console.follow())
    await console.until(0)
    enough = asyncio.Event()
    writing = [asyncio.create_task(write_on(each, (first, second), enough)) for each in people]
    await console.until(EACH)
    asking = asyncio.create_task(told_before_it_went(first.url))
    assert await first.stop() == 0  # the console is there, and moves
    assert await asking == 503
    await console.until(len(console.seen) + EACH)
    await first.start("--database", address)
    await console.until(len(console.seen) + EACH)
    second.kill()
    assert await second.ended() == CRASHED
    await console.until(len(console.seen) + EACH)
    enough.set()
    await asyncio.gather(*writing)
    stored = await asyncio.to_thread(messages, address)
    mine = [each.id for each in stored if each.place.startswith(HERE) and each.body.startswith(CANARY)]
    await console.until(len(mine))
    following.cancel()
    history.close()
    assert Counter(console.seen) == Counter(mine)
    assert len(console.servers) == 3
    assert history.count(Phase.FAIL) == 0
    assert checkers.promised(history.entries, stored) == []
    looked = await asyncio.to_thread(look_at, address)
    assert not isinstance(looked, str), looked
    assert looked.damage == []


async def told_before_it_went(url: str) -> int:
    """Ask as a balancer does until nobody listens; the last answer."""
    last = 0
    async with ClientSession() as http:
        with contextlib.suppress(ClientError):
            while True:
                async with http.get(f"{url}/readyz", headers={"Connection": "close"}) as answer:
                    last = answer.status
    return last


def messages(address: str) -> list[Message]:
    """Everything that people wrote, by conversation in its order."""
    with everywhere(address) as connection:
        rows = connection.execute(checkers.MESSAGES).fetchall()
    return [Message(f"{row[0]}/{to_text(row[1])}", to_text(row[2]), row[3], row[4]) for row in rows]
