"""A disk that fails while somebody is fed from the log: they are sent away, and have everything when back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from websockets.exceptions import ConnectionClosed, InvalidStatus

from deskterm.server.config import Config, HashCost
from deskterm.server.live.settings import LiveSettings
from deskterm.server.live.socket import Close
from tests.faults.disk import Disk, Fault, Plan
from tests.server.live.desk import assigned, send
from tests.server.live.watcher import watching


@pytest.fixture
def disk() -> Iterator[Disk]:
    """The disk of everything that SQLite opens."""
    with Disk() as made:
        yield made


@pytest.fixture
def config(tmp_path: Path, disk: Disk, live_settings: LiveSettings) -> Config:
    """A file, whatever the engine of the other tests is."""
    cost = HashCost(memory=8, passes=1)
    return Config(data=tmp_path / "data", hash_cost=cost, timers=False, live=live_settings)


async def resume(server: TestServer, who: ClientSession, cursor: str) -> tuple[int | None, bool]:
    """What ended it before it was live, if anything did, and whether that was after the welcome."""
    try:
        async with watching(server, who) as watcher:
            try:
                await watcher.subscribe(cursor)
            except ConnectionClosed:
                return watcher.socket.close_code, watcher.cursor is not None
    except InvalidStatus as refused:
        return refused.response.status_code, False
    return None, True


async def test_whichever_read_fails_nobody_is_left_connected_and_untold(
    server: TestServer, disk: Disk, dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    """The first read of a replay fails, the second, … until one comes through untouched."""
    conversation_id = await assigned(dana, john, sarah)
    async with watching(server, sarah) as first:
        cursor = (await first.hello())["cursor"]
    nth, failed, cut_short = 0, True, 0
    while failed:
        nth += 1
        await send(john, conversation_id, f"{nth}")  # and with it nothing is in memory any more
        disk.plan = Plan("read", nth, Fault.IOERR)
        end, welcomed = await resume(server, sarah, cursor)
        failed, disk.plan = disk.failed, None
        assert failed or end is None
        assert end in (None, 503, Close.BROKEN)
        cut_short += welcomed and end is not None
    assert cut_short > 0, "no replay was cut short"
    async with watching(server, sarah) as watcher:
        await watcher.subscribe(cursor)
    told = [e["data"]["message"]["body"] for e in watcher.events if e["kind"] == "message.created"]
    assert told == [str(number + 1) for number in range(nth)]
