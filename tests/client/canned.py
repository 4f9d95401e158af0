"""A small real HTTP server that answers what a test tells it to, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic_core import to_jsonable_python


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Break(ConnectionError):
    """Raised by an answer to break the connection instead."""


@dataclass
class LiveSocket:
    """The server's end of a live socket, driven by a test."""

    response: web.WebSocketResponse
    authorization: str | None
    heard: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def hears(self) -> dict[str, Any]:
        """The next frame of the client."""
        return await asyncio.wait_for(self.heard.get(), 10)

    async def says(self, frame_type: str, **fields: Any) -> None:
        """Send a frame."""
        await self.response.send_json({"type": frame_type, **to_jsonable_python(fields)})

    async def welcomes(self, cursor: str) -> dict[str, Any]:
        """Hear the hello, answer it, and say that all is caught up."""
        hello = await self.hears()
        await self.says("welcome", mode="resume", protocol=1, cursor=cursor, heartbeat=25)
        await self.says("live", cursor=cursor)
        return hello


Answer = Callable[[Asked], web.Response]


@dataclass
class Canned:
    """Answers by method and path; several for one are given one after the other, the last for ever."""

    server: str = ""
    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    sockets: asyncio.Queue[LiveSocket] = field(default_factory=asyncio.Queue)
    waiting: asyncio.Queue[Asked] = field(default_factory=asyncio.Queue)  # whose answers are late
    live_status: int = 101
    late: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Answer a request so from now on."""
        self.answers[method, path] = list(answers)

    @asynccontextmanager
    async def answering_late(self, method: str, path: str) -> AsyncIterator[None]:
        """What is asked for inside is read now and arrives at the end; `waiting` has it."""
        gate = self.late[method, path] = asyncio.Event()
        try:
            yield
        finally:
            del self.late[method, path]
            gate.set()

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Hand a socket to the test, which drives it until it closes."""
        if self.live_status != 101:
            return web.Response(status=self.live_status)
        response = web.WebSocketResponse(compress=False)
        await response.prepare(request)
        socket = LiveSocket(response, request.headers.get("Authorization"))
        await self.sockets.put(socket)
        async for frame in response:
            await socket.heard.put(frame.json())
        return response

    async def handle(self, request: web.Request) -> web.Response:
        """Remember, then answer."""
        content = await request.read()
        body = json.loads(content) if content else None
        asked = Asked(request.method, request.path, dict(request.query), dict(request.headers), body)
        self.asked.append(asked)
        answers = self.answers.get((asked.method, asked.path))
        if not answers:
            return problem("not_found", 404)(asked)
        try:
            answer = (answers.pop(0) if len(answers) > 1 else answers[0])(asked)
            if gate := self.late.get((asked.method, asked.path)):
                self.waiting.put_nowait(asked)
                await gate.wait()
            return answer
        except Break:
            assert request.transport
            request.transport.abort()
            raise


def document(content: object, status: int = 200) -> Answer:
    """An answer in JSON."""
    return lambda asked: web.json_response(to_jsonable_python(content), status=status)


def problem(code: str, http: int, retry_after: str | None = None, **extra: Any) -> Answer:
    """A refusal as a problem document."""
    content = {
        "type": "about:blank",
        "title": "No",
        "status": http,
        "detail": f"because {code}",
        "code": code,
    }
    headers = {"Retry-After": retry_after} if retry_after else {}

    def answer(asked: Asked) -> web.Response:
        text = json.dumps({**content, **to_jsonable_python(extra)})
        return web.Response(text=text, status=http, content_type="application/problem+json", headers=headers)

    return answer


def breaking(asked: Asked) -> web.Response:
    """The connection breaks in the middle of the answer's head."""
    raise Break


def html(asked: Asked) -> web.Response:
    """What a web site says to everything."""
    return web.Response(text="<!doctype html><title>Welcome</title>", content_type="text/html")


def moved(asked: Asked) -> web.Response:
    """It is elsewhere now."""
    return web.Response(status=301, headers={"Location": f"https://desk.example.com{asked.path}"})


def health(**fields: Any) -> Answer:
    """A deskterm server's health."""
    return document({"product": "deskterm", "version": "0.1.0", "protocol": 1} | fields)


@asynccontextmanager
async def canned() -> AsyncIterator[Canned]:
    """Run it on a free loopback port."""
    answers = Canned()
    app = web.Application()
    app.router.add_get("/api/v1/live", answers.live)
    app.router.add_route("*", "/{path:.*}", answers.handle)
    async with TestServer(app, host="127.0.0.1") as running:
        answers.server = str(running.make_url("")).rstrip("/")
        yield answers


def vars_of(record: Any) -> dict[str, Any]:
    """A record as the server writes it."""
    fields: dict[str, Any] = to_jsonable_python(record)
    return fields
