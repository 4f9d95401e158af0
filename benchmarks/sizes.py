"""What must not grow with the desk: the inbox's first page, the start; and what an idle socket costs."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.both import Side, desk_side
from benchmarks.desk_rows import make_desk
from benchmarks.fan_out import open_sockets
from benchmarks.processes import running
from benchmarks.raw import connect_http, get
from benchmarks.results import Result

_PAGES = 300
_IDLE = 2_000
_IDLE_LIMIT_KIB = 25.0


def inbox() -> list[Result]:
    """The first page with counts at 100,000 and 1,000,000 conversations against 1,000."""
    sizes = (1_000, 100_000, 1_000_000)
    small, large, huge = (_first_page(size) for size in sizes)
    return [
        Result("inbox p50, 100,000 conversations", large, small, "ms", 1.5, at_least=False),
        Result("inbox p50, 1,000,000 conversations", huge, small, "ms", 2, at_least=False),
    ]


def start() -> list[Result]:
    """From the command to readiness, with a large desk against an empty one."""
    with tempfile.TemporaryDirectory() as folder:
        empty = make_desk(Path(folder) / "empty", 0)
        large = make_desk(Path(folder) / "large", 100_000, messages=1_000_000)
        times: dict[Path, list[float]] = {empty.data: [], large.data: []}
        for _ in range(5):
            for data, found in times.items():
                with running("benchmarks.desk_server", str(data)) as server:
                    found.append(server.seconds_to_ready * 1000)
    fast, slow = (statistics.median(each) for each in times.values())
    return [Result("start with 1,000,000 messages", slow, fast, "ms", 1.5, at_least=False)]


def idle() -> list[Result]:
    """Memory of the server for each idle socket; the baseline is the limit itself."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "desk", 1_000)
        with running("benchmarks.desk_server", str(desk.data)) as server:
            used = asyncio.run(_idle(desk_side(server, desk)))
    return [Result("idle socket, 2,000 of them", used, _IDLE_LIMIT_KIB, "KiB", 1, at_least=False)]


async def _idle(side: Side) -> float:
    warm = await open_sockets(side, 50)
    before = side.server.resident_kib()
    sockets = await open_sockets(side, _IDLE)
    after = side.server.resident_kib()
    for socket in warm + sockets:
        socket.close()
    return (after - before) / _IDLE


def _first_page(size: int) -> float:
    """Milliseconds of `GET /conversations?status=open`, the median of many."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "desk", size)
        with running("benchmarks.desk_server", str(desk.data)) as server:
            return asyncio.run(_read_pages(server.port, desk.tokens[0]))


async def _read_pages(port: int, token: str) -> float:
    http = await connect_http(port)
    request = get("/api/v1/conversations?status=open", token)
    times = []
    for _ in range(_PAGES):
        started = time.perf_counter()
        await http.request(request)
        times.append((time.perf_counter() - started) * 1000)
    http.close()
    return statistics.median(times[20:])
