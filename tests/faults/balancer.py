"""The least that spreads connections over servers: TCP, each to the next one that takes it."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CHUNK = 65_536


class Balancer:
    """Listens on a free loopback port. `servers` are their addresses, and may change while it runs."""

    def __init__(self, *servers: str) -> None:
        self.servers = list(servers)
        self.url = ""
        self._turn = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=4096)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        while self._tasks:
            for each in self._ends:
                each.transport.abort()
            await asyncio.wait(tuple(self._tasks), timeout=0.1)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        there = await self._connect()
        if there is None:
            writer.close()
            return
        ends = {writer, there[1]}
        self._ends |= ends
        await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))
        self._ends -= ends

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self.servers)):
            self._turn += 1
            address = urlsplit(self.servers[self._turn % len(self.servers)])
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(address.hostname, address.port)
        return None


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until either end is gone; then the other one is told."""
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()
