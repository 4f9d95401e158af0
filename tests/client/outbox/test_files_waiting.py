"""A file that could not be sent waits beside the outbox whatever becomes of the original."""

from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.client.desk import Desk
from deskterm.client.http.api import Api
from deskterm.client.live.connection import State
from deskterm.client.replica.changes import Change, Changes, MessageArrived, PendingChanged
from deskterm.client.replica.outgoing import SendState
from deskterm.server.app import make_app
from deskterm.server.config import Config, HashCost
from tests.client.test_real_server import until

JOHN, PASSWORD = "john.doe@example.com", "customer123"
CONTENT = bytes(range(256)) * 4_000


def serving(data: Path, port: int | None = None) -> TestServer:
    config = Config(data=data, demo=True, hash_cost=HashCost(memory=8, passes=1))
    return TestServer(make_app(config), host="127.0.0.1", port=port)


async def signed_in(address: str) -> str:
    api = Api(address)
    token = (await api.login(JOHN, PASSWORD)).token
    await api.close()
    return token


async def downloaded(address: str, token: str, attachment_id: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        ClientSession() as http,
        http.get(f"{address}/api/v1/attachments/{attachment_id}", headers=headers) as answer,
    ):
        return await answer.read()


def copies(outbox: Path) -> list[Path]:
    return list((outbox / "files").glob("*"))


async def test_a_file_waits_for_the_server(tmp_path: Path) -> None:
    original, outbox = tmp_path / "shot.png", tmp_path / "outbox"
    original.write_bytes(CONTENT)
    server = serving(tmp_path / "data")
    await server.start_server()
    address, port = str(server.make_url("")).rstrip("/"), server.port
    token = await signed_in(address)
    desk = await Desk.open(address, token)
    own = await desk.portal_conversation()
    desk.keep_outbox(outbox)
    await server.close()
    await until(desk, lambda: desk.connection.link.state is State.OFFLINE)
    assert await desk.send(own.id, "", files=[original]) is SendState.WAITING
    [copy] = copies(outbox)
    assert copy.stat().st_mode & 0o777 == 0o600
    await desk.close()
    original.unlink()

    server = serving(tmp_path / "data", port)
    await server.start_server()
    desk = await Desk.open(address, token)
    sent: list[Change] = []

    def listen(changes: Changes) -> None:
        sent.extend(each for each in changes if isinstance(each, PendingChanged | MessageArrived))

    desk.subscribe(listen)
    desk.keep_outbox(outbox)
    await until(desk, lambda: bool(sent) and not desk.replica.outgoing.all())
    await desk.open_conversation(own.id)
    thread = desk.replica.thread(own.id)
    assert thread is not None
    [attachment] = thread.messages[-1].attachments
    assert (attachment.filename, attachment.size) == ("shot.png", len(CONTENT))
    assert await downloaded(address, token, attachment.id) == CONTENT
    assert copies(outbox) == []
    await desk.close()
    await server.close()


async def test_a_file_that_cannot_be_read_is_not_on_its_way(tmp_path: Path) -> None:
    server = serving(tmp_path / "data")
    async with server:
        address = str(server.make_url("")).rstrip("/")
        desk = await Desk.open(address, await signed_in(address))
        own = await desk.portal_conversation()
        with pytest.raises(OSError, match="nowhere"):
            await desk.send(own.id, "", files=[tmp_path / "nowhere"])
        assert not desk.replica.outgoing.all()
        await desk.close()
