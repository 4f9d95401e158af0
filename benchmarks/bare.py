"""The baseline: the least that aiohttp and SQLite can do for a durable message that others see at once.

`POST /messages` inserts one row, a commit for all that wait (synchronous=FULL), sends it to every socket at
`/live` with `send_str`, one after the other, and answers. No sign-in, no rules, no log. A second argument is
the least size of what sockets are sent, in bytes, for where the same amount is to be compared.
"""

import asyncio
import json
import queue
import sys
import threading
from contextlib import suppress
from pathlib import Path

import apsw
import uvloop
from aiohttp import web

_INSERT = "INSERT INTO message (body) VALUES (?)"


class GroupCommit:
    """A thread that inserts whatever waits and commits it together."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._connection = apsw.Connection(str(path))
        self._connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")
        self._loop = loop
        self._waiting: queue.SimpleQueue[tuple[str, asyncio.Future[None]]] = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def insert(self, body: str) -> "asyncio.Future[None]":
        """Done when the row is on disk."""
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((body, future))
        return future

    def _work(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < 64:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._connection.execute("BEGIN IMMEDIATE")
            for body, _ in batch:
                self._connection.execute(_INSERT, (body,))
            self._connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_resolve, [future for _, future in batch])


def _resolve(futures: list["asyncio.Future[None]"]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def make_bare(path: Path, frame: int = 0) -> web.Application:
    """The two routes."""
    sockets: list[web.WebSocketResponse] = []
    commits: list[GroupCommit] = []

    async def start(_app: web.Application) -> None:
        commits.append(GroupCommit(path, asyncio.get_running_loop()))

    async def send(request: web.Request) -> web.Response:
        text = (await request.read()).decode()
        await commits[0].insert(json.loads(text)["body"])
        told = text.ljust(frame)
        for socket in sockets:
            await socket.send_str(told)
        return web.Response(text=text, content_type="application/json")

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        sockets.append(socket)
        async for _message in socket:
            pass
        sockets.remove(socket)
        return socket

    app = web.Application()
    app.on_startup.append(start)
    app.router.add_post("/messages", send)
    app.router.add_get("/live", live)
    return app


async def _serve(path: Path, frame: int) -> None:
    runner = web.AppRunner(make_bare(path, frame), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        uvloop.run(_serve(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
