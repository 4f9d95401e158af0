"""Somebody who only wants to work while others make trouble: from a message's time to send to its frame.

In a process of its own, so that what the load costs its makers is not taken for the server's slowness.
"""

import asyncio
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from benchmarks.processes import LOAD_CORE, pinned
from benchmarks.raw import connect_http, connect_socket, post

EVERY = 0.05  # seconds between two messages, whatever became of those before
LEAST = 100  # messages from which figures are taken
_MARKER = b'"body":"to the bystander"'


class Felt(NamedTuple):
    """Milliseconds from when a message was due to its frame."""

    p50: float
    p99: float


class Bystander:
    """An agent with a socket, and a colleague who writes into their conversation twenty times a second."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    async def felt(self) -> Felt:
        """What was felt since this was asked last, or since the start."""
        return Felt(*json.loads(await asyncio.to_thread(self._ask)))

    def _ask(self) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("felt\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


@contextmanager
def bystander(port: int, token: str, writer: str, target: str) -> Iterator[Bystander]:
    """Somebody at work beside this process, from now on."""
    command = [sys.executable, "-m", "benchmarks.bystander", str(port), token, writer, target]
    with subprocess.Popen(
        pinned(LOAD_CORE, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield Bystander(process)
        finally:
            process.kill()


async def _work(port: int, token: str, writer: str, target: str) -> None:
    hello = '{"type":"hello","protocol":1}'
    socket = await connect_socket(port, "/api/v1/live", token, _MARKER, hello)
    http = await connect_http(port)
    asked = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), lambda: _heard(asked))
    print("live", flush=True)
    felt: list[float] = []
    started, sent = time.perf_counter(), 0
    while True:
        due = started + sent * EVERY
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent += 1
        await asyncio.gather(
            http.request(post(target, message("to the bystander"), writer)), socket.until(sent)
        )
        felt.append((time.perf_counter() - due) * 1000)
        if asked.is_set() and len(felt) >= LEAST:
            asked.clear()
            print(json.dumps(quantiles(felt)), flush=True)
            felt.clear()


def _heard(asked: asyncio.Event) -> None:
    sys.stdin.readline()
    asked.set()


def quantiles(felt: list[float]) -> Felt:
    """The median and the 99th percentile."""
    felt = sorted(felt)
    return Felt(felt[len(felt) // 2], felt[min(len(felt) - 1, round(len(felt) * 0.99))])


def _id() -> str:
    """A message's id: random, with this moment in front as the protocol wants it."""
    text = uuid.uuid4().hex
    head = f"{time.time_ns() // 1_000_000:012x}"
    return f"{head[:8]}-{head[8:]}-7{text[1:4]}-8{text[4:7]}-{text[8:20]}"


def message(body: str) -> bytes:
    """A message with an id of its own."""
    return f'{{"id":"{_id()}","body":"{body}"}}'.encode()


if __name__ == "__main__":
    asyncio.run(_work(int(sys.argv[1]), *sys.argv[2:]))
