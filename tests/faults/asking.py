"""What tests ask of a server that is in trouble: read, listen, and be refused as the contract says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.faults.history import Phase
from tests.faults.service import Service
from tests.faults.writers import PATIENCE, Writer


@asynccontextmanager
async def listening(service: Service, writer: Writer) -> AsyncIterator[ClientWebSocketResponse]:
    """A live connection of a writer's account, from now on."""
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    cursor = await cursor_of(service, writer)
    async with (
        ClientSession(service.url, headers=headers, timeout=PATIENCE) as http,
        http.ws_connect("/api/v1/live") as socket,
    ):
        await socket.send_json({"type": "hello", "protocol": 1, "cursor": cursor})
        assert (await socket.receive_json())["mode"] == "resume"
        yield socket


async def heard(socket: ClientWebSocketResponse, text: str) -> None:
    """Wait until a text comes over a live connection."""
    async with asyncio.timeout(30):
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            if text in message.data:
                return
    raise AssertionError("the connection ended")


async def reads(http: ClientSession, writer: Writer) -> list[str]:
    """The texts of a writer's conversation."""
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    path = f"/api/v1/conversations/{writer.desk.conversation}/messages"
    async with http.get(path, headers=headers, params={"limit": 50}) as answer:
        assert answer.status == 200, await answer.text()
        return [each["body"] for each in (await answer.json())["items"]]


async def refused(http: ClientSession, writer: Writer) -> dict[str, Any]:
    """Try to write, which the disk must refuse; answers the problem."""
    assert await writer.step(http) is Phase.UNKNOWN
    assert writer.last == 503
    assert writer.waiting is not None
    document = {"id": writer.waiting[0], "body": writer.waiting[1]}
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    path = f"/api/v1/conversations/{writer.desk.conversation}/messages"
    async with http.post(path, json=document, headers=headers) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
        problem: dict[str, Any] = await answer.json()
    assert problem["code"] == "storage_full"
    return problem


async def resumes(service: Service, writer: Writer, cursor: str) -> str:
    """What the live door answers to a cursor: resume or need_snapshot."""
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    async with (
        ClientSession(service.url, headers=headers, timeout=PATIENCE) as http,
        http.ws_connect("/api/v1/live") as socket,
    ):
        await socket.send_json({"type": "hello", "protocol": 1, "cursor": cursor})
        return str((await socket.receive_json())["mode"])


async def cursor_of(service: Service, writer: Writer) -> str:
    """Where a writer's account stands in the log."""
    headers = {"Authorization": f"Bearer {writer.desk.token}"}
    async with (
        ClientSession(service.url, headers=headers, timeout=PATIENCE) as http,
        http.get("/api/v1/sync/snapshot") as answer,
    ):
        return str((await answer.json())["cursor"])
