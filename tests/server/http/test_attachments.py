"""Files: uploaded, taken by a message, downloaded by whoever may read it, gone when nobody refers to them."""

import asyncio
import gzip
import hashlib
import os
import resource
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.services import Services
from deskterm.server.storage.files import place_of
from tests.server.visitors import let_in, make_key, visitor_of

IDS = IdSource()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
HOUR = 3600.0


@pytest.fixture
def config(config: Config) -> Config:
    """Small limits, and little patience."""
    return replace(config, file_limit=1_000_000, file_quota=3_000_000, body_seconds=1.0)


async def upload(who: ClientSession, content: bytes = PNG, name: str = "shot.png", **more: Any) -> Any:
    """A file that must be accepted."""
    async with who.post("attachments", params={"filename": name}, data=content, **more) as answer:
        assert answer.status == 201, await answer.text()
        return await answer.json()


async def refused(who: ClientSession, content: Any, name: str = "shot.png", **more: Any) -> tuple[int, str]:
    """Status and code of an upload that must be refused."""
    async with who.post("attachments", params={"filename": name}, data=content, **more) as answer:
        return answer.status, (await answer.json())["code"]


async def download(who: ClientSession, attachment: Any, **headers: str) -> tuple[int, bytes]:
    async with who.get(f"attachments/{attachment['id']}", headers=headers) as answer:
        return answer.status, await answer.read()


async def portal(who: ClientSession) -> str:
    async with who.get("portal/conversation") as answer:
        return str((await answer.json())["id"])


async def send(who: ClientSession, conversation: str, *files: Any, **more: Any) -> Any:
    body = {"id": IDS.new(), "body": "look", "attachment_ids": [each["id"] for each in files]} | more
    async with who.post(f"conversations/{conversation}/messages", json=body) as answer:
        return answer.status, await answer.json()


async def assign(dana: ClientSession, conversation: str, agent: ClientSession | None) -> None:
    member = None
    if agent is not None:
        async with agent.get("me") as answer:
            member = (await answer.json())["member"]["id"]
    async with dana.patch(f"conversations/{conversation}", json={"assignee_id": member}) as answer:
        assert answer.status == 200


def on_disk(services: Services) -> set[str]:
    """Every file below the folder of files, by its path in there."""
    root = services.files.root
    return {str(each.relative_to(root)) for each in root.rglob("*") if each.is_file()}


async def test_a_file_is_stored_by_its_content(john: ClientSession, services: Services) -> None:
    made = await upload(john)
    sha256 = hashlib.sha256(PNG).digest()
    assert made == {
        "id": made["id"],
        "filename": "shot.png",
        "media_type": "image/png",
        "size": len(PNG),
        "sha256": sha256.hex(),
    }
    place = place_of(services.files.root, sha256)
    assert place.read_bytes() == PNG
    assert place.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in (services.files.root, place.parent)} == {0o700}
    again = await upload(john, name="again.png")
    assert again["id"] != made["id"]
    assert len(on_disk(services)) == 1


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "text/plain"),
        (b"<script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        ("ä".encode() * 3_000, "text/plain"),
        (b"MZ\x90\x00", "application/octet-stream"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"GIF89a<script>alert(1)</script>", "image/gif"),
    ],
)
async def test_its_type_is_what_it_is(john: ClientSession, content: bytes, media_type: str) -> None:
    """T40: what it begins like counts, never what its sender says of it."""
    made = await upload(john, content, "page.html", headers={"Content-Type": "text/html"})
    assert made["media_type"] == media_type
    async with john.get(f"attachments/{made['id']}") as answer:
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="page.html"')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert await answer.read() == content


async def test_its_name_is_made_safe(john: ClientSession) -> None:
    """T40: never a path, whatever it was called."""
    assert (await upload(john, name="../../etc/cron.d/x\r\nSet-Cookie: a"))["filename"] == "x Set-Cookie_ a"
    made = await upload(john, name="文件 “1”.png")
    assert made["filename"] == "文件 “1”.png"
    async with john.get(f"attachments/{made['id']}") as answer:
        assert answer.headers["Content-Disposition"].endswith(
            "filename*=UTF-8''%E6%96%87%E4%BB%B6%20%E2%80%9C1%E2%80%9D.png"
        )


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "/",
        "\\\\host\\share\\x",
        "CON",
        "nul.txt",
        "a\x00b.png",
        "x" * 300 + ".png",
        "\u202egnp.exe",
        "\x1b]0;x\x07.png",
    ],
)
async def test_no_name_gets_anywhere(john: ClientSession, services: Services, name: str) -> None:
    """T40: one line of visible characters without a place; the file on the disk is named by its content."""
    made = (await upload(john, name=name))["filename"]
    assert 0 < len(made) <= 120
    assert made.isprintable()
    assert not set(made) & set("/\\\x00\u202e")
    assert made.strip(".")
    assert made.partition(".")[0].lower() not in ("con", "nul")
    [stored] = on_disk(services)
    assert hashlib.sha256(PNG).hexdigest() in stored.replace("/", "")


async def test_before_a_message_takes_it_a_file_is_its_uploaders(
    john: ClientSession, jane: ClientSession, dana: ClientSession, nora: ClientSession
) -> None:
    made = await upload(john)
    assert await download(john, made) == (200, PNG)
    for other in (jane, dana, nora):
        assert (await download(other, made))[0] == 404


async def test_a_file_is_as_visible_as_its_message(
    john: ClientSession,
    jane: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    dana: ClientSession,
    nora: ClientSession,
) -> None:
    """T41: also after somebody has lost the conversation."""
    conversation, made = await portal(john), await upload(john)
    status, message = await send(john, conversation, made)
    assert (status, message["attachments"][0]["id"]) == (201, made["id"])
    everybody = (john, jane, sarah, mike, dana, nora)
    seen = [(await download(each, made))[0] for each in everybody]
    assert seen == [200, 404, 404, 404, 200, 404]
    await assign(dana, conversation, sarah)
    assert [(await download(each, made))[0] for each in everybody] == [200, 404, 200, 404, 200, 404]
    await assign(dana, conversation, mike)
    assert [(await download(each, made))[0] for each in everybody] == [200, 404, 404, 200, 200, 404]


async def test_a_file_goes_along_when_conversations_are_merged(
    john: ClientSession, jane: ClientSession, sarah: ClientSession, mike: ClientSession, dana: ClientSession
) -> None:
    """It is seen by whoever sees where its message stands now; an account that is closed gets nothing."""
    first, made = await portal(john), await upload(john)
    await send(john, first, made)
    await assign(dana, first, sarah)
    async with john.post("conversations", json={"body": "again", "message_id": IDS.new()}) as answer:
        second = (await answer.json())["id"]
    await assign(dana, second, mike)
    async with dana.post(f"conversations/{first}/merge", json={"into_id": second}) as answer:
        assert answer.status == 200, await answer.text()
    everybody = (john, jane, sarah, mike, dana)
    assert [(await download(each, made))[0] for each in everybody] == [200, 404, 404, 200, 200]
    async with mike.get("me") as answer:
        member = (await answer.json())["member"]["id"]
    async with dana.patch(f"members/{member}", json={"disabled": True}) as answer:
        assert answer.status == 200, await answer.text()
    assert (await download(mike, made))[0] == 401


async def test_files_of_notes_and_of_held_replies_are_not_the_customers(
    john: ClientSession, dana: ClientSession, services: Services, clock: ManualClock
) -> None:
    conversation = await portal(john)
    await send(john, conversation)
    secret = await upload(dana, b"what only we know")
    await send(dana, conversation, secret, visibility="internal")
    assert [(await download(each, secret))[0] for each in (john, dana)] == [404, 200]
    async with dana.patch("organization", json={"settings": {"send_hold_seconds": 10}}) as answer:
        assert answer.status == 200
    held, taken = await upload(dana, b"soon"), await upload(dana, b"never")
    _, message = await send(dana, conversation, taken)
    assert (await download(john, taken))[0] == 404
    async with dana.delete(f"messages/{message['id']}") as answer:
        assert answer.status == 204
    await send(dana, conversation, held)
    assert (await download(john, held))[0] == 404
    clock.advance(11)
    await services.jobs.tick()
    assert [(await download(each, held))[0] for each in (john, dana)] == [200, 200]
    assert [(await download(each, taken))[0] for each in (john, dana)] == [404, 404]


async def test_pairing_with_a_foreign_file_is_refused_and_the_file_survives(
    john: ClientSession, jane: ClientSession, services: Services
) -> None:
    johns, conversation = await upload(john), await portal(jane)
    status, problem = await send(jane, conversation, johns)
    assert (status, problem["code"]) == (404, "not_found")
    assert await download(john, johns) == (200, PNG)
    assert (await send(john, await portal(john), johns))[0] == 201


async def test_nobody_learns_that_somebody_else_had_the_same_bytes_before(
    john: ClientSession, nora: ClientSession, services: Services
) -> None:
    """Equal contents are kept once, those of other organizations too."""
    made = await upload(john)
    os.utime(place_of(services.files.root, bytes.fromhex(made["sha256"])), (10**9, 10**9))
    told = []
    for content in (PNG, PNG + b"new"):
        async with nora.get(f"attachments/{(await upload(nora, content))['id']}") as answer:
            told.append(answer.headers["Last-Modified"])
    assert told[0] == told[1]


async def test_ranges_resume_a_download(john: ClientSession) -> None:
    made = await upload(john)
    assert await download(john, made, Range="bytes=100-199") == (206, PNG[100:200])
    assert await download(john, made, Range=f"bytes={len(PNG) - 5}-") == (206, PNG[-5:])


async def test_an_upload_that_is_sent_again_comes_once(john: ClientSession, services: Services) -> None:
    key = {"Idempotency-Key": "one"}
    first = await upload(john, headers=key)
    async with john.post("attachments?filename=shot.png", data=PNG, headers=key) as answer:
        assert answer.headers["Idempotent-Replayed"] == "true"
        assert await answer.json() == first
    assert await refused(john, b"something else", headers=key) == (409, "id_reused")
    assert len(on_disk(services)) == 1


async def test_a_file_has_a_limit(john: ClientSession, services: Services) -> None:
    async def trickle(size: int) -> AsyncIterator[bytes]:
        yield bytes(size)  # chunked: no length is told before

    await upload(john, bytes(1_000_000))
    assert await refused(john, bytes(1_000_001)) == (413, "too_large")
    assert await refused(john, trickle(1_000_001)) == (413, "too_large")
    assert len(on_disk(services)) == 1


async def test_the_organizations_room_ends(
    dana: ClientSession, john: ClientSession, nora: ClientSession
) -> None:
    for _ in range(3):
        await upload(dana, bytes(1_000_000))
    assert await refused(john, b"x") == (409, "limit_reached")
    await upload(nora, b"x")


async def test_many_at_once_get_no_more_than_the_room(
    dana: ClientSession, john: ClientSession, services: Services
) -> None:
    """All are told that there is room before the first one has come; what is refused leaves nothing."""

    async def try_one(who: ClientSession, number: int) -> int:
        content = bytes([number]) * 1_000_000
        async with who.post("attachments", params={"filename": "x"}, data=content) as answer:
            return answer.status

    tries = [try_one(who, number) for number, who in enumerate((dana, john) * 4)]
    assert sorted(await asyncio.gather(*tries)) == [201] * 3 + [409] * 5
    assert len(on_disk(services)) == 3


async def test_what_has_begun_takes_room_already(
    john: ClientSession, dana: ClientSession, server: TestServer
) -> None:
    """Or else many slow uploads at once would fill the disk beyond the room, and one person's 60 files."""
    token = john.headers["Authorization"]
    head = (
        f"POST /api/v1/attachments?filename=x HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        "Content-Length: 1000000\r\n\r\n"
    )
    begun = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(3)]
    for _, writer in begun:
        writer.write(head.encode() + bytes(500_000))
        await writer.drain()
    async with asyncio.timeout(5):
        while await refused(dana, bytes(1_000)) != (409, "limit_reached"):  # noqa: ASYNC110 - only looking tells
            await asyncio.sleep(0.01)
    for _, writer in begun:
        writer.write(bytes(500_000))
    for reader, writer in begun:
        assert (await reader.readline()).split()[1] == b"201"
        writer.close()


async def test_visitors_fill_no_more_than_their_part_of_the_room(
    http: ClientSession, server: TestServer, dana: ClientSession, john: ClientSession
) -> None:
    """A flood of theirs leaves customers and agents theirs."""
    visitor = visitor_of(server, await let_in(http, str((await make_key(dana))["key"])))
    async with visitor:
        await upload(visitor, bytes(1_000_000))
        assert await refused(visitor, bytes(600_000)) == (409, "limit_reached")
        await upload(visitor, bytes(400_000))
    await upload(john, bytes(1_000_000))


async def test_not_too_many_wait(john: ClientSession, jane: ClientSession) -> None:
    for number in range(60):
        await upload(john, b"x", f"{number}.txt")
    assert await refused(john, b"x") == (409, "limit_reached")
    await upload(jane, b"x")


async def test_requests_that_are_none(john: ClientSession, services: Services) -> None:
    async with john.post("attachments", data=PNG) as answer:
        assert answer.status == 422
    packed = {"Content-Encoding": "gzip"}
    assert await refused(john, gzip.compress(PNG), headers=packed) == (415, "unsupported_media_type")
    assert await refused(john, PNG, headers={"Idempotency-Key": "x" * 201}) == (422, "invalid")
    assert on_disk(services) == set()


async def test_a_body_that_stops_leaves_nothing(
    john: ClientSession, server: TestServer, services: Services
) -> None:
    """T40: a length that lies is told in time, and a client that goes away is not waited for."""
    token = john.headers["Authorization"]
    head = (
        f"POST /api/v1/attachments?filename=x HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        "Content-Length: 500000\r\n\r\n"
    )
    for goes in (False, True):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(head.encode() + bytes(300_000))
        await writer.drain()
        while not on_disk(services):  # noqa: ASYNC110 - only looking tells
            await asyncio.sleep(0.01)
        if goes:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            writer.close()
        else:
            assert (await reader.readline()).split()[1] == b"408"
            writer.close()
        while on_disk(services):  # noqa: ASYNC110 - only looking tells
            await asyncio.sleep(0.01)
    async with john.get("me") as answer:
        assert answer.status == 200


async def test_uploads_that_no_message_took_go(
    john: ClientSession, services: Services, clock: ManualClock
) -> None:
    same, other = await upload(john), await upload(john, b"other", "other.txt")
    await send(john, await portal(john), same)
    await upload(john, name="once more.png")
    clock.advance(25 * HOUR)
    await services.slow_jobs.tick()
    assert (await download(john, same)) == (200, PNG)
    assert (await download(john, other))[0] == 404
    assert len(on_disk(services)) == 1


async def test_what_a_crash_left_is_swept(
    john: ClientSession, services: Services, clock: ManualClock
) -> None:
    made = await upload(john)
    orphan = place_of(services.files.root, bytes(32))
    orphan.parent.mkdir(mode=0o700)
    orphan.write_bytes(b"nobody's")
    clock.advance(61)
    await services.slow_jobs.tick()
    assert not orphan.exists()
    assert await download(john, made) == (200, PNG)


async def test_a_file_that_is_lost_is_said_so(john: ClientSession, services: Services) -> None:
    made = await upload(john)
    place = place_of(services.files.root, bytes.fromhex(made["sha256"]))
    place.unlink()
    if services.db.contents is not None:
        assert await download(john, made) == (200, PNG), "every server finds what is in PostgreSQL"
        place.unlink()
        await services.db.write(lambda tx: tx.run("DELETE FROM file_piece"))
    assert (await download(john, made))[0] == 410


async def test_a_disk_that_is_full_in_the_middle(john: ClientSession, services: Services) -> None:
    """503, nothing is left, and it works again as soon as there is room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, before[1]))
    try:
        assert await refused(john, bytes(900_000)) == (503, "storage_full")
        assert on_disk(services) == set()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    await upload(john, bytes(900_000))
