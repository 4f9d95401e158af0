"""A working day while a backup is made every five seconds: what everybody waits, and that each is whole."""

import asyncio
import json
import tempfile
from pathlib import Path

from benchmarks.crowd import Crowd, make_crowds
from benchmarks.processes import Server, running
from benchmarks.raw import connect_http, post
from benchmarks.results import Result
from benchmarks.steady import MOOD, Day, Listener, Sender, day, listen, people_of, work
from deskterm.server.storage.backup import verify
from deskterm.server.storage.kept_backups import FOLDER

PACE = 100.0
SECONDS = 30.0
EVERY = 5.0  # seconds from a backup's begin to the next one's


def backing_up() -> list[Result]:
    """500 agents and 1,500 customers, 100 messages a second: without backups, and with them."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        [crowd] = make_crowds(data, 1, agents=501, admins=1, customers=1_500)
        with running("benchmarks.desk_server", str(data)) as server:
            calm, busy, names = asyncio.run(_backing_up(server, crowd))
        sizes = [(data / FOLDER / each).stat().st_size / 2**20 for each in names]
        whole = sum(verify(data / FOLDER / each) == [] for each in names)
    print(f"# {len(names)} backups, the last of {sizes[-1]:.0f} MiB; in peace: {calm.answers}, {calm.frames}")
    rows = (("answer", calm.answers.p99, busy.answers.p99), ("frame", calm.frames.p99, busy.frames.p99))
    return [
        *(
            Result(f"backing up: {what} p99", after, max(before, MOOD), "ms", 1.2, at_least=False)
            for what, before, after in rows
        ),
        Result("backing up: frames once", busy.expected - busy.wrong, busy.expected, "", 1, at_least=True),
        Result("backing up: backups that are whole", whole, len(names), "", 1, at_least=True),
    ]


async def _backing_up(server: Server, crowd: Crowd) -> tuple[Day, Day, list[str]]:
    listeners = await listen(server.port, people_of(crowd.talks))
    sender = Sender(server.port)
    calm = await _work(sender, crowd, listeners, 0)
    backups = asyncio.create_task(_backups(server.port, crowd.agents[0]))
    busy = await _work(sender, crowd, listeners, 1_000_000)
    return calm, busy, await backups


async def _work(sender: Sender, crowd: Crowd, listeners: dict[str, Listener], first: int) -> Day:
    went = await work(sender, crowd.talks, PACE, SECONDS, first)
    return day(sender, {n: [listeners[t.customer], listeners[t.agent]] for n, t in went.items()})


async def _backups(port: int, admin: str) -> list[str]:
    """As many as fit; answers their names."""
    http = await connect_http(port)
    names = []
    for _ in range(int(SECONDS / EVERY)):
        _, answer = await asyncio.gather(
            asyncio.sleep(EVERY), http.request(post("/api/v1/backup", b"{}", admin))
        )
        names.append(json.loads(answer)["name"])
    return names
