"""No memory is left: what needs more is refused, the rest goes on, and nobody restarts anything."""

import asyncio
import resource
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from deskterm.protocol.ids import IdSource
from tests.faults.asking import heard, listening
from tests.faults.history import Phase
from tests.faults.scene import Scene
from tests.faults.service import Service
from tests.faults.writers import PATIENCE, Writer

#: Long messages, so that a page of them is two megabytes, and how many want one at a time.
LONG, PAGE, CROWD = 10_000, 200, 60
#: What the server may still take, of which that crowd wants ten times as much.
ROOM = 24 * 1024 * 1024


def size_of(service: Service) -> int:
    """The address space that the server has, in bytes."""
    pages = Path(f"/proc/{service.pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


async def fill(http: ClientSession, writer: Writer) -> None:
    """A thread that is long in every way."""
    ids = IdSource()
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    path = f"/api/v1/conversations/{writer.desk.conversation}/messages"

    async def one(number: int) -> None:
        document = {"id": ids.new(), "body": f"{number:05}" + "x" * (LONG - 5)}
        async with http.post(path, json=document, headers=headers) as answer:
            assert answer.status == 201

    await asyncio.gather(*(one(number) for number in range(PAGE)))


async def wants_a_page(url: str, writer: Writer, held: asyncio.Event) -> int:
    """Ask for the whole thread and take none of it until told so; answers the status."""
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    path = f"/api/v1/conversations/{writer.desk.conversation}/messages"
    async with (
        ClientSession(url, headers=headers, timeout=PATIENCE, read_bufsize=1024) as http,
        http.get(path, params={"limit": PAGE}) as answer,
    ):
        await held.wait()
        await answer.read()
        return answer.status


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process")
async def test_no_memory_is_left(scene: Scene) -> None:
    """Who is connected stays and goes on, others are refused what is large, until the crowd has gone."""
    service, writer, other = scene.service, scene.people[0], scene.people[2]
    await service.start()
    async with ClientSession(service.url, timeout=PATIENCE) as http, listening(service, other) as socket:
        await fill(http, writer)
        resource.prlimit(service.pid, resource.RLIMIT_AS, (size_of(service) + ROOM, resource.RLIM_INFINITY))
        held = asyncio.Event()
        crowd = [asyncio.create_task(wants_a_page(service.url, writer, held)) for _ in range(CROWD)]
        assert {await other.step(http) for _ in range(20)} == {Phase.OK}
        await heard(socket, f"{other.name}/{other.number}")
        held.set()
        assert set(await asyncio.gather(*crowd)) == {200, 503}, "some got it, and the rest a refusal"
        assert await other.step(http) is Phase.OK
        await heard(socket, f"{other.name}/{other.number}")
        for each in (writer, other):  # what the crowd was given is freed a moment after it has gone
            while await wants_a_page(service.url, each, held) == 503:  # noqa: ASYNC110 - only asking tells
                await asyncio.sleep(0.05)
    assert await service.stop() == 0
    scene.look()
