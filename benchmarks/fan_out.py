"""One message to a thousand sockets, alone and with 32 senders at once."""

import asyncio
import time
from collections.abc import Callable

from benchmarks.both import Side, both, medians
from benchmarks.listeners import Listeners
from benchmarks.raw import RawSocket, connect_http, connect_socket, post
from benchmarks.results import Result
from benchmarks.wrk import send_body

SOCKETS = 1_000
#: Bytes of what deskterm sends for a message: with its conversation, as a list shows it.
FRAME = 1_900
_SENDS = {1: 60, 32: 640}
_FIRST = 10
#: The two are so close that three rounds on a restless machine say little.
_ROUNDS = 9


def fan_out() -> list[Result]:
    """Messages delivered a second, against `send_str` of as many bytes to one socket after the other."""
    with both(frame=FRAME) as (ours, bare):
        alone = medians(ours, bare, _delivered(1), _ROUNDS)
        many = medians(ours, bare, _delivered(32))
    return [
        Result("fan-out to 1,000, 1 in flight", *alone, "/s", 1, at_least=True),
        Result("fan-out to 1,000, 32 in flight", *many, "/s", 5, at_least=True),
    ]


def _delivered(in_flight: int) -> Callable[[Side, int], float]:
    return lambda side, run: asyncio.run(_deliver(side, 300 + 10 * in_flight + run, in_flight))


async def _deliver(side: Side, run: int, in_flight: int) -> float:
    sockets = await open_sockets(side, SOCKETS)
    sends = _SENDS[in_flight]
    async with Listeners.on(sockets, side.marker) as listeners:
        await _send(side, run, range(_FIRST), listeners)  # by then what comes with opening is over
        started = time.perf_counter()
        if in_flight == 1:
            await _send(side, run, range(_FIRST, _FIRST + sends), listeners)
        else:
            rounds = [range(_FIRST + each, _FIRST + sends, in_flight) for each in range(in_flight)]
            await asyncio.gather(*(_send(side, run, each) for each in rounds))
            await listeners.until(_FIRST + sends)
        seconds = time.perf_counter() - started
    for each in sockets:
        each.close()
    return sends * SOCKETS / seconds


async def _send(side: Side, run: int, numbers: range, listeners: Listeners | None = None) -> None:
    """Send these one after the other, each when all the listeners have the one before."""
    http = await connect_http(side.server.port)
    for sent in numbers:
        await http.request(post(side.targets[sent % len(side.targets)], send_body(run, sent), side.token))
        if listeners is not None:
            await listeners.until(sent + 1)
    http.close()


async def open_sockets(side: Side, count: int) -> list[RawSocket]:
    """That many sockets, each with a session of its own where there are sessions."""
    found: list[RawSocket] = []
    for start in range(0, count, 50):
        found += await asyncio.gather(
            *(
                connect_socket(
                    side.server.port,
                    side.live,
                    side.tokens[at % len(side.tokens)] if side.tokens else None,
                    side.marker,
                    side.hello,
                )
                for at in range(start, min(start + 50, count))
            )
        )
    return found
