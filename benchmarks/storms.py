"""What a bad minute costs: everybody coming back, everybody sending what waited, readers that stopped."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.bystander import Felt, bystander, message
from benchmarks.processes import LOAD_CORE, Server, pinned, running
from benchmarks.raw import RawSocket, connect_http, connect_socket, get, post
from benchmarks.results import Result
from benchmarks.teams import Team, make_team

CLIENTS, SECONDS, ROWS = 1_000, 10.0, 1_000
SENDERS, WAITING = 500, 10
STOPPED, LONG, MANY = 20, 9_000, 1_500
CALM = 5.0
#: Milliseconds to feel a message. In peace less than the floor is the machine's mood.
P99_GOAL, P99_FLOOR = 500.0, 25.0
P50_RATIO, P99_RATIO = 4.0, 20.0
LIVE_GOAL, DRAINED_GOAL = 20.0, 20.0  # seconds
MEMORY_GOAL = 2048.0  # KiB a stopped reader


class Felts(NamedTuple):
    """What a bystander felt in peace and in trouble."""

    calm: Felt
    storm: Felt

    def results(self, name: str) -> list[Result]:
        """Against those of peace, and the 99th percentile against the goal."""
        calm, storm = self.calm, self.storm
        return [
            Result(f"{name}: bystander p50", storm.p50, calm.p50, "ms", P50_RATIO, at_least=False),
            Result(
                f"{name}: bystander p99 to peace",
                storm.p99,
                max(calm.p99, P99_FLOOR),
                "ms",
                P99_RATIO,
                at_least=False,
            ),
            Result(f"{name}: bystander p99 to goal", storm.p99, P99_GOAL, "ms", 1, at_least=False),
        ]


async def _felt(server: Server, team: Team, trouble: Callable[[], Awaitable[object]]) -> Felts:
    """The trouble beside somebody who works, after some seconds of peace."""
    with bystander(server.port, team.bystander, team.desk.tokens[0], team.bystanders_target) as somebody:
        await asyncio.sleep(CALM)
        calm = await somebody.felt()
        await trouble()
        return Felts(calm, await somebody.felt())


def storm() -> list[Result]:
    """A thousand sockets come back within ten seconds, each 1,000 rows behind of which 100 are theirs."""
    with tempfile.TemporaryDirectory() as folder:
        team = make_team(Path(folder) / "desk", CLIENTS)
        with running("benchmarks.desk_server", str(team.desk.data)) as server:
            seconds, felts = asyncio.run(_storm(server, team))
    return [
        Result("storm: 1,000 are live after", seconds, LIVE_GOAL, "s", 1, at_least=False),
        *felts.results("storm"),
    ]


async def _storm(server: Server, team: Team) -> tuple[float, Felts]:
    hellos = [await _hello(server.port, tokens[0]) for tokens in team.tokens]
    http = await connect_http(server.port)
    for row in range(ROWS):
        path = team.targets[row % 10][row // 10 % 10]
        await http.request(post(path, message("while you were away"), team.desk.tokens[0]))
    http.close()
    took = 0.0
    sockets: list[RawSocket] = []

    async def come_back(number: int) -> None:
        await asyncio.sleep(number * SECONDS / CLIENTS)
        staff = number % 10
        token = team.tokens[staff][number // 10]
        sockets.append(await connect_socket(server.port, "/api/v1/live", token, b"-", hellos[staff]))

    async def all_come_back() -> None:
        nonlocal took
        started = time.perf_counter()
        await asyncio.gather(*(come_back(number) for number in range(CLIENTS)))
        took = time.perf_counter() - started

    felts = await _felt(server, team, all_come_back)
    for socket in sockets:
        socket.close()
    return took, felts


async def _hello(port: int, token: str) -> str:
    """A hello from where the log stands now."""
    http = await connect_http(port)
    cursor = json.loads(await http.request(get("/api/v1/events", token)))["next_cursor"]
    http.close()
    return f'{{"type":"hello","protocol":1,"cursor":"{cursor}"}}'


def flush() -> list[Result]:
    """500 consoles send the ten messages that waited, all at once, in order; against the same posts bare."""
    with tempfile.TemporaryDirectory() as folder:
        team = make_team(Path(folder) / "desk", 10)
        with running("benchmarks.desk_server", str(team.desk.data)) as server:
            seconds, felts = asyncio.run(_flush(server, team))
        with running("benchmarks.bare", str(Path(folder) / "bare.db")) as bare:
            baseline = asyncio.run(_drain(bare.port, ["/messages"] * SENDERS, None))
    return [
        Result("flush: 5,000 are sent after", seconds, DRAINED_GOAL, "s", 1, at_least=False),
        Result("flush: 5,000 to a bare handler", seconds, baseline, "s", 4, at_least=False),
        *felts.results("flush"),
    ]


async def _flush(server: Server, team: Team) -> tuple[float, Felts]:
    targets = [f"/api/v1/conversations/{each}/messages" for each in team.desk.conversations[:SENDERS]]
    took: list[float] = []

    async def drain() -> None:
        took.append(await _drain(server.port, targets, team.desk.tokens[0]))

    felts = await _felt(server, team, drain)
    for target in targets:
        await _check_order(server.port, team.desk.tokens[0], target)
    return took[0], felts


async def _drain(port: int, targets: list[str], token: str | None) -> float:
    """Seconds until everybody's messages are answered, one in flight each."""

    async def send(path: str) -> None:
        http = await connect_http(port)
        for number in range(WAITING):
            await http.request(post(path, message(f"waited {number}"), token))
        http.close()

    started = time.perf_counter()
    await asyncio.gather(*(send(path) for path in targets))
    return time.perf_counter() - started


async def _check_order(port: int, token: str, path: str) -> None:
    http = await connect_http(port)
    items = json.loads(await http.request(get(f"{path}?limit=200", token)))["items"]
    http.close()
    bodies = [each["body"] for each in items if each["body"].startswith("waited")]
    if bodies[:WAITING] != [f"waited {number}" for number in range(WAITING)]:
        raise RuntimeError(f"out of order: {bodies}")


_STOPPER = """
import asyncio, sys
from benchmarks.raw import connect_socket
async def main(port, *tokens):
    hello = '{"type":"hello","protocol":1}'
    sockets = [await connect_socket(int(port), "/api/v1/live", each, b"-", hello) for each in tokens]
    print("live", flush=True)
    await asyncio.Event().wait()
asyncio.run(main(*sys.argv[1:]))
"""


def stopped_reader() -> list[Result]:
    """Twenty sockets of a process that was stopped, while 13 MB are written that they should read."""
    with tempfile.TemporaryDirectory() as folder:
        team = make_team(Path(folder) / "desk", 10)
        with running("benchmarks.desk_server", str(team.desk.data)) as server:
            tokens = team.desk.tokens[1 : 1 + STOPPED]
            command = pinned(LOAD_CORE, [sys.executable, "-c", _STOPPER, str(server.port), *tokens])
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stopped:
                assert stopped.stdout is not None
                stopped.stdout.readline()
                os.kill(stopped.pid, signal.SIGSTOP)
                before = server.resident_kib()
                felts = asyncio.run(_felt(server, team, lambda: _write_much(server, team)))
                grown = max(1, server.resident_kib() - before) / STOPPED
                stopped.kill()
    return [
        Result("stopped readers: memory of each", grown, MEMORY_GOAL, "KiB", 1, at_least=False),
        *felts.results("stopped readers"),
    ]


async def _write_much(server: Server, team: Team) -> None:
    http = await connect_http(server.port)
    for number in range(MANY):
        await http.request(post(team.targets[0][number % 10], message("x" * LONG), team.desk.tokens[0]))
    http.close()
