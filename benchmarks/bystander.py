"""Somebody who only wants to work while others make trouble: from a message's time to send to its frame."""

import asyncio
import time
import uuid
from collections.abc import Awaitable
from typing import NamedTuple

from benchmarks.raw import connect_http, connect_socket, post

EVERY = 0.05  # seconds between two messages, whatever became of those before
_MARKER = b'"body":"to the bystander"'


class Felt(NamedTuple):
    """Milliseconds from when a message was due to its frame."""

    p50: float
    p99: float


class Bystander:
    """An agent with a socket, and a colleague who writes into their conversation twenty times a second."""

    def __init__(self, port: int, token: str, writer: str, target: str) -> None:
        self._port, self._token, self._writer, self._target = port, token, writer, target

    async def during(self, trouble: Awaitable[object]) -> Felt:
        """What is felt until the trouble is over."""
        hello = '{"type":"hello","protocol":1}'
        socket = await connect_socket(self._port, "/api/v1/live", self._token, _MARKER, hello)
        over = asyncio.ensure_future(trouble)
        felt: list[float] = []
        started, sent = time.perf_counter(), 0
        waiting = []
        while not over.done() or sent < 100:
            due = started + sent * EVERY
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent += 1
            waiting.append(asyncio.create_task(self._send()))
            await socket.until(sent)
            felt.append((time.perf_counter() - due) * 1000)
        await asyncio.gather(*waiting)
        await over
        socket.close()
        felt.sort()
        return Felt(felt[len(felt) // 2], felt[min(len(felt) - 1, round(len(felt) * 0.99))])

    async def _send(self) -> None:
        http = await connect_http(self._port)
        body = f'{{"id":"{_id()}","body":"to the bystander"}}'
        await http.request(post(self._target, body.encode(), self._writer))
        http.close()


def _id() -> str:
    """A message's id: random, with this moment in front as the protocol wants it."""
    text = uuid.uuid4().hex
    head = f"{time.time_ns() // 1_000_000:012x}"
    return f"{head[:8]}-{head[8:]}-7{text[1:4]}-8{text[4:7]}-{text[8:20]}"


def message(body: str) -> bytes:
    """A message with an id of its own."""
    return f'{{"id":"{_id()}","body":"{body}"}}'.encode()
