"""A burst of events: how often it is drawn, and how soon after the last one all is there."""

import asyncio
import json
import threading
import time

from benchmarks.console.desk import Desk, desk
from benchmarks.console.terminal import Chunk, Terminal, running
from benchmarks.raw import connect_http, post
from benchmarks.results import Result
from deskterm.protocol.ids import IdSource

_EVENTS, _IN_FLIGHT = 1_000, 16
#: Output after a pause of this many seconds is another frame.
_PAUSE = 0.01
_FRAME_MS = 50.0


def bursts() -> list[Result]:
    """1,000 messages as fast as the server takes them, seen from an inbox that shows their conversations."""
    with desk() as place, running("deskterm", environ=place.environ) as console:
        console.until("live")
        console.settle()
        ended, chunks = _watch(place, console)
    frames = [
        chunk.at
        for before, chunk in zip([Chunk(0.0, b""), *chunks], chunks, strict=False)
        if chunk.at - before.at > _PAUSE
    ]
    between = (frames[-1] - frames[0]) * 1000 / (len(frames) - 1)
    late = max((chunks[-1].at - ended) * 1000, 0.0)
    return [
        Result("console: ms between frames of a burst", between, _FRAME_MS, "ms", 1, at_least=True),
        Result("console: end of a burst, then drawn", late, _FRAME_MS, "ms", 1, at_least=False),
    ]


def _watch(place: Desk, console: Terminal) -> tuple[float, list[Chunk]]:
    """When the burst ended, and what the console wrote from its beginning until it rested."""
    times: list[float] = []

    def burst() -> None:
        asyncio.run(_send(place))
        times.append(time.perf_counter())

    before = len(console.chunks)
    sending = threading.Thread(target=burst)
    sending.start()
    while sending.is_alive():
        console.take(0.02)
    console.settle(0.5)  # a second later fresh figures are drawn: no part of this
    sending.join()
    return times[0], console.chunks[before:]


async def _send(place: Desk) -> None:
    ids, rows = IdSource(), place.rows
    left = iter(range(_EVENTS))

    async def one_after_another() -> None:
        http = await connect_http(place.server.port)
        for number in left:
            path = f"/api/v1/conversations/{rows.conversations[number % 20]}/messages"
            body = json.dumps({"id": ids.new(), "body": f"Message {number}"}).encode()
            await http.request(post(path, body, rows.tokens[1]))
        http.close()

    await asyncio.gather(*(one_after_another() for _ in range(_IN_FLIGHT)))
