"""Many conversations at once against one by one, and who has how much to do in a desk of any size."""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.desk_rows import DeskRows, make_desk
from benchmarks.processes import running
from benchmarks.raw import connect_http, get, post
from benchmarks.results import Result

_MANY = 500
_ASKED = 200


def bulk() -> list[Result]:
    """500 changes in one transaction against 500 requests, one after the other on one connection."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "desk", 20_000)
        with running("benchmarks.desk_server", str(desk.data)) as server:
            at_once, one_by_one = asyncio.run(_change(server.port, desk))
    return [Result("bulk of 500 against 500 requests", at_once, one_by_one, "ms", 0.1, at_least=False)]


def workload() -> list[Result]:
    """Loads and figures at 1,000,000 conversations against 1,000."""
    small, huge = _asked(1_000), _asked(1_000_000)
    return [Result("workload p50, 1,000,000", huge, small, "ms", 1.5, at_least=False)]


async def _change(port: int, desk: DeskRows) -> tuple[float, float]:
    """Milliseconds of both, the median of three each, in turn."""
    http, token, ids = await connect_http(port), desk.tokens[0], desk.conversations[:_MANY]
    times: tuple[list[float], list[float]] = ([], [])
    await http.request(_both(ids, token, "urgent", "urgent")[0][0])  # so that each run changes all of them
    for priorities in (("low", "high"), ("normal", "urgent"), ("low", "high")):
        for found, requests in zip(times, _both(ids, token, *priorities), strict=True):
            started = time.perf_counter()
            answers = [await http.request(each) for each in requests]
            found.append((time.perf_counter() - started) * 1000)
            if len(answers) == 1 and len(json.loads(answers[0])["applied"]) != _MANY:
                raise RuntimeError("not all were changed")
    http.close()
    return statistics.median(times[0]), statistics.median(times[1])


def _both(ids: list[str], token: str, first: str, second: str) -> tuple[list[bytes], list[bytes]]:
    body = json.dumps({"ids": ids, "patch": {"priority": first}}).encode()
    one = json.dumps({"priority": second}).encode()
    return (
        [post("/api/v1/conversations/bulk", body, token)],
        [post(f"/api/v1/conversations/{each}", one, token).replace(b"POST", b"PATCH", 1) for each in ids],
    )


def _asked(size: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "desk", size)
        with running("benchmarks.desk_server", str(desk.data)) as server:
            return asyncio.run(_ask(server.port, desk.tokens[0]))


async def _ask(port: int, token: str) -> float:
    http, times = await connect_http(port), []
    for _ in range(_ASKED):
        started = time.perf_counter()
        await http.request(get("/api/v1/workload", token))
        times.append((time.perf_counter() - started) * 1000)
    http.close()
    return statistics.median(times[20:])
