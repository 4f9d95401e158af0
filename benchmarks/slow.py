"""Thousands who are connected and hardly move, beside somebody who works."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.bystander import Felt, bystander
from benchmarks.processes import Server, running
from benchmarks.raw import RawSocket, connect_socket, get
from benchmarks.results import Result
from benchmarks.teams import Team, make_team

IDLE, HEADERS, BODIES, READERS = 2_000, 500, 500, 200
SETTLES, SECONDS, GOAL = 5.0, 10.0, 200.0  # the goal in milliseconds
_HELLO = '{"type":"hello","protocol":1}'


def slow() -> list[Result]:
    """2,000 idle sockets, 500 headers and 500 bodies that come byte by byte, 200 who do not read."""
    with tempfile.TemporaryDirectory() as folder:
        team = make_team(Path(folder) / "desk", 10)
        with running("benchmarks.desk_server", str(team.desk.data)) as server:
            felt = asyncio.run(_slow(server, team))
    return [Result("slow clients: bystander p99", felt.p99, GOAL, "ms", 1, at_least=False)]


async def _slow(server: Server, team: Team) -> Felt:
    tokens = team.desk.tokens
    idle = [
        await connect_socket(server.port, "/api/v1/live", tokens[at % len(tokens)], b"-", _HELLO)
        for at in range(IDLE)
    ]
    trickling = [
        await _begin(server.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ") for _ in range(HEADERS)
    ]
    body = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    body += b"Content-Length: 9999\r\n\r\n"
    trickling += [await _begin(server.port, body) for _ in range(BODIES)]
    page = get("/api/v1/conversations?limit=200", tokens[0])
    readers = [await _begin(server.port, page * 2, reads=False) for _ in range(READERS)]
    await asyncio.sleep(SETTLES)  # what the readers asked for is answered, as far as they take it
    with bystander(server.port, team.bystander, tokens[0], team.bystanders_target) as somebody:
        for _ in range(round(SECONDS)):
            for each in trickling:
                each.send(b" ")
            await asyncio.sleep(1)
        felt = await somebody.felt()
    for each in [*idle, *trickling, *readers]:
        each.close()
    return felt


async def _begin(port: int, words: bytes, *, reads: bool = True) -> RawSocket:
    """A connection with the beginning of a request on it."""
    loop = asyncio.get_running_loop()
    transport, socket = await loop.create_connection(lambda: RawSocket(b"-"), "127.0.0.1", port)
    if not reads:
        transport.pause_reading()
    socket.send(words)
    return socket
