"""Desks over the real server that keep a copy, lose the server, and find it again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from deskterm.client.cache.store import recall
from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError, Offline
from deskterm.client.http.api import Api
from deskterm.protocol.records import Conversation
from tests.client.test_real_server import until
from tests.server.conftest import clock, config, ids, people, server, services
from tests.server.people import DANA, PASSWORD_OF, SARAH

__all__ = ["clock", "config", "ids", "people", "server", "services"]
#: Nobody is there.
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def address(server: TestServer, people: None) -> str:
    """Where the server is."""
    return str(server.make_url("")).rstrip("/")


@pytest.fixture
async def dana(address: str) -> AsyncIterator[Api]:
    """An admin, over REST."""
    api = Api(address)
    await api.login(DANA, PASSWORD_OF[DANA])
    yield api
    await api.close()


@pytest.fixture
async def token(address: str) -> str:
    """Sarah's."""
    api = Api(address)
    signed = await api.login(SARAH, PASSWORD_OF[SARAH])
    await api.close()
    return signed.token


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where Sarah's copy is."""
    return tmp_path / "cache" / "desk-1.db"


async def a_conversation(dana: Api, token: str, body: str) -> Conversation:
    """One of Sarah's, in which she has written `body`."""
    sarah = Api(dana.server, token)
    me = await sarah.me()
    john = (await dana.contacts()).items[0]
    made = await dana.create_conversation(contact_id=john.id, assignee_id=me.member_id or "", subject="Help")
    await sarah.send_message(made.id, id="01900000-0000-7000-8000-0000000000aa", body=body)
    await sarah.close()
    return made


def holds(path: Path, words: str) -> bool:
    """Whether there is a copy, and these words anywhere in its file."""
    return path.exists() and words.encode() in path.read_bytes()


async def has_read(address: str, token: str, path: Path, conversation_id: str) -> None:
    """Sarah opens her desk, reads there, and leaves."""
    desk = await Desk.open(address, token)
    desk.keep_copy(path)
    await until(desk, lambda: desk.connection.online)
    await desk.open_conversation(conversation_id)
    await desk.close()


async def test_offline_a_thread_of_an_earlier_run_is_read_from_the_copy(
    address: str, dana: Api, token: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await a_conversation(dana, token, "as it was")
    await has_read(address, token, path, made.id)
    desk = await Desk.open(address, token)
    desk.keep_copy(path)
    await until(desk, lambda: desk.connection.online)
    ask = desk.api.messages

    async def fails(*_: object, **__: object) -> Any:
        raise Offline(address)

    monkeypatch.setattr(desk.api, "messages", fails)
    desk.connection.lost("it is gone")
    assert desk.stale_since(made.id) is None
    await desk.open_conversation(made.id)
    thread = desk.replica.thread(made.id)
    assert thread is not None
    assert "as it was" in [each.body for each in thread.messages]
    assert desk.stale_since(made.id) is not None
    monkeypatch.setattr(desk.api, "messages", ask)
    desk.connection.caught_up(0)
    await until(desk, lambda: desk.stale_since(made.id) is None)
    assert "as it was" in [each.body for each in thread.messages]
    await desk.close()


async def test_a_conversation_that_is_revoked_leaves_the_copy_at_once(
    address: str, dana: Api, token: str, path: Path
) -> None:
    made = await a_conversation(dana, token, "for Sarah alone")
    desk = await Desk.open(address, token)
    desk.keep_copy(path)
    await until(desk, lambda: desk.connection.online)
    await desk.open_conversation(made.id)
    await has_read(address, token, path, made.id)
    assert holds(path, "for Sarah alone")
    await dana.patch_conversation(made.id, assignee_id=None)
    await until(desk, lambda: desk.replica.conversation(made.id) is None)
    await desk.close()
    assert not holds(path, "for Sarah alone")


async def test_a_conversation_lost_between_two_runs_is_asked_about(
    address: str, dana: Api, token: str, path: Path
) -> None:
    made = await a_conversation(dana, token, "for Sarah alone")
    await has_read(address, token, path, made.id)
    await dana.patch_conversation(made.id, assignee_id=None)
    desk = await Desk.open(address, token)
    desk.keep_copy(path)
    for _ in range(100):
        await until(desk, lambda: desk.connection.online)
        if not holds(path, "for Sarah alone"):
            break
        with pytest.raises(ApiError):
            await desk.api.conversation(made.id)
    await desk.close()
    assert not holds(path, "for Sarah alone")


async def test_another_role_voids_the_whole_copy(address: str, dana: Api, token: str, path: Path) -> None:
    made = await a_conversation(dana, token, "as staff")
    await has_read(address, token, path, made.id)
    kept = recall(path)
    assert kept is not None
    assert [each.conversation_id for each in kept.threads] == [made.id]
    desk = await Desk.open(dana.server, (await dana.login(DANA, PASSWORD_OF[DANA])).token)
    desk.keep_copy(path)
    await desk.close()
    other = await Desk.open(dana.server, (await dana.login(DANA, PASSWORD_OF[DANA])).token)
    other.keep_copy(path)
    await until(other, lambda: other.connection.online)
    await other.close()
    again = recall(path)
    assert again is not None
    assert again.people.me.email == DANA
    assert again.threads == ()


async def test_without_a_server_and_a_copy_there_is_no_desk(path: Path) -> None:
    assert await Desk.open_copy(NOBODY, "token", path, "nobody is there") is None


async def test_a_wiped_copy_is_not_written_again(address: str, dana: Api, token: str, path: Path) -> None:
    made = await a_conversation(dana, token, "as it was")
    desk = await Desk.open(address, token)
    desk.keep_copy(path)
    await until(desk, lambda: desk.connection.online)
    await desk.open_conversation(made.id)
    await desk.wipe_copy()
    await desk.close()
    assert not holds(path, "")
