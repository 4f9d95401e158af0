"""How many durable messages a second, and how long one takes to its sender and to somebody else's screen."""

import asyncio
import statistics
import time
from collections.abc import Callable

from benchmarks.both import Side, both, medians
from benchmarks.raw import connect_http, connect_socket, post
from benchmarks.results import Result
from benchmarks.wrk import Load, send_body, sends_per_second

_ONE_BY_ONE = 400


def sends() -> list[Result]:
    """Durable sends through REST, 32 in flight."""
    with both() as (ours, bare):
        measured, baseline = medians(ours, bare, _throughput)
    return [Result("durable sends, 32 in flight", measured, baseline, "/s", 0.35, at_least=True)]


def latency() -> list[Result]:
    """One message at a time: its acknowledgement, and its arrival at another agent's socket."""
    with both() as (ours, bare):
        ack = medians(ours, bare, _timed(acknowledgement=True))
        arrival = medians(ours, bare, _timed(acknowledgement=False))
    return [
        Result("acknowledgement p50, 1 in flight", *ack, "ms", 2.5, at_least=False),
        Result("send to frame p50, 1 in flight", *arrival, "ms", 2.5, at_least=False),
    ]


def _throughput(side: Side, run: int) -> float:
    return sends_per_second(Load(side.server.port, side.targets, side.token), run)


def _timed(*, acknowledgement: bool) -> Callable[[Side, int], float]:
    offset = 100 if acknowledgement else 200  # ids of their own
    return lambda side, run: asyncio.run(one_by_one(side, offset + run, acknowledgement))


async def one_by_one(side: Side, run: int, acknowledgement: bool) -> float:
    """Milliseconds, the median of many."""
    http = await connect_http(side.server.port)
    listener_token = side.tokens[1] if side.tokens else None
    socket = await connect_socket(side.server.port, side.live, listener_token, side.marker, side.hello)
    times = []
    for sent in range(_ONE_BY_ONE):
        request = post(side.targets[sent % len(side.targets)], send_body(run, sent), side.token)
        started = time.perf_counter()
        answering = asyncio.ensure_future(http.request(request))
        arriving = asyncio.ensure_future(socket.until(sent + 1))
        await (answering if acknowledgement else arriving)
        times.append((time.perf_counter() - started) * 1000)
        await asyncio.gather(answering, arriving)
    http.close()
    socket.close()
    return statistics.median(times)
