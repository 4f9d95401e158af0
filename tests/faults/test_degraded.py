"""A disk that is full, no descriptors left, a second server: people go on reading, and it heals by itself."""

import asyncio
import resource
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector

from tests.faults import checkers
from tests.faults.asking import heard, listening, reads, refused
from tests.faults.history import Phase
from tests.faults.scene import Scene
from tests.faults.service import NotReady, Service
from tests.faults.writers import PATIENCE, Writer

PAGE = 4096
#: A program that limits itself and becomes the server.
LIMITED = """
import os, resource, sys
what = getattr(resource, sys.argv[1])
resource.setrlimit(what, (int(sys.argv[2]), resource.getrlimit(what)[1]))
os.execv(sys.argv[3], sys.argv[3:])
"""


def limited(service: Service, limit: str, value: int) -> Service:
    """The server of the same folder, under a limit of the system that can be lifted."""
    return Service(service.data, before=(sys.executable, "-c", LIMITED, limit, str(value)))


async def fill(http: ClientSession, writer: Writer) -> None:
    """Write until the disk is full."""
    while await writer.step(http) is Phase.OK:
        pass
    assert writer.last == 503


async def recovers(http: ClientSession, writer: Writer) -> None:
    """What waited gets through without anybody restarting anything."""
    assert await writer.step(http) is Phase.OK
    assert await writer.step(http) is Phase.OK


async def through_a_full_disk(scene: Scene, service: Service, make_room: Callable[[], None]) -> None:
    """Fill it, look whether people can read and hear, make room, go on."""
    writer, other = scene.people[0], scene.people[1]
    async with (
        ClientSession(service.url, timeout=PATIENCE) as http,
        listening(service, writer) as socket,
    ):
        await fill(http, writer)
        await refused(http, writer)
        assert await reads(http, writer)
        assert await reads(http, other)
        async with http.get("/readyz") as answer:
            assert answer.status == 200
        make_room()
        await recovers(http, writer)
        await heard(socket, f"{writer.number}")
    assert await service.stop() == 0
    scene.look()


@pytest.mark.skipif(sys.platform != "linux", reason="lifts the limit of another process")
async def test_files_that_may_not_grow(scene: Scene) -> None:
    await scene.service.start()
    await scene.write(1)
    assert await scene.service.stop() == 0
    size = scene.service.database.stat().st_size
    service = limited(scene.service, "RLIMIT_FSIZE", size + 40 * PAGE)
    await service.start()

    def make_room() -> None:
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    try:
        await through_a_full_disk(scene, service, make_room)
    finally:
        await service.end()


def can_mount() -> bool:
    """Whether this machine lets a test have a file system of its own."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    words = [unshare, "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


SMALL_DISK = 'mount -t tmpfs -o size=4m,mode=700 tmpfs "$1" && cp -r "$2"/. "$1" && shift 2 && exec "$@"'


@pytest.mark.skipif(not can_mount(), reason="needs a mount namespace")
async def test_a_small_disk_that_fills_up(scene: Scene, tmp_path: Path) -> None:
    """A real one, with real ENOSPC; the test looks into it from outside."""
    seed = tmp_path / "seed"
    scene.service.data.rename(seed)
    (seed / "ballast").write_bytes(bytes(1_000_000))
    scene.service.data.mkdir()
    words = ("unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", str(scene.service.data), str(seed))
    service = Service(scene.service.data, before=words)
    await service.start()
    inside = Path(f"/proc/{service.pid}/root{service.data}")
    try:
        writer = scene.people[0]
        async with ClientSession(service.url, timeout=PATIENCE) as http, listening(service, writer) as socket:
            await fill(http, writer)
            await refused(http, writer)
            assert await reads(http, writer)
            (inside / "ballast").unlink()
            await recovers(http, writer)
            await heard(socket, f"{writer.number}")
        for end in ("", "-wal"):  # nobody writes any more
            shutil.copy(f"{inside / service.database.name}{end}", f"{tmp_path / 'copy.db'}{end}")
        assert checkers.check(scene.history.entries, tmp_path / "copy.db") == []
    finally:
        await service.end()


async def connected(url: str, count: int) -> list[asyncio.StreamWriter]:
    """So many bare connections, or fewer where the server takes no more."""
    host, port = url.removeprefix("http://").split(":")
    taken = []
    for _ in range(count):
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            break
        taken.append(writer)
        del reader
    return taken


async def test_no_descriptor_is_left(scene: Scene) -> None:
    """Who is connected stays and goes on; who comes is not answered until somebody has gone."""
    service = limited(scene.service, "RLIMIT_NOFILE", 64)
    await service.start()
    writer = scene.people[0]
    try:
        async with (
            ClientSession(service.url, timeout=PATIENCE, connector=TCPConnector(limit=1)) as http,
            listening(service, writer) as socket,
        ):
            assert await writer.step(http) is Phase.OK
            crowd = await connected(service.url, 80)
            assert not await answers(service.url)
            assert await writer.step(http) is Phase.OK
            await heard(socket, f"{writer.number}")
            assert await reads(http, writer)
            for each in crowd:
                each.close()
            await until(lambda: answers(service.url))
            assert await writer.step(http) is Phase.OK
        assert await service.stop() == 0
        scene.look()
    finally:
        await service.end()


async def answers(url: str) -> bool:
    """Whether somebody who comes now gets an answer within a moment."""
    try:
        async with asyncio.timeout(2), ClientSession(url) as http, http.get("/healthz") as answer:
            return answer.status == 200
    except (ClientError, OSError, TimeoutError):
        return False


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so; the watchdog is a minute."""
    async with asyncio.timeout(60):
        while not await true():  # noqa: ASYNC110 - another process tells nobody when it is so
            await asyncio.sleep(0.05)


async def test_a_second_server_refuses_and_disturbs_nobody(scene: Scene) -> None:
    await scene.service.start()
    await scene.write(1)
    second = Service(scene.service.data)
    with pytest.raises(NotReady, match="in use by another deskterm server") as refusal:
        await second.start()
    assert refusal.value.code == 9
    await scene.write(1)
    assert await scene.service.stop() == 0
    scene.look()
