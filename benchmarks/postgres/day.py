"""A working day of two servers behind a balancer: all come through it, and meet across servers."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.crowd import Talk, make_crowds
from benchmarks.postgres.database import Measured, measured
from benchmarks.postgres.nodes import serving
from benchmarks.processes import Server, running
from benchmarks.results import Result
from benchmarks.steady import Day, Sender, day_at, day_rows, listen, people_of
from tests.faults.balancer import Balancer

SECONDS, REST = 40.0, 26.0  # in that rest every socket is pinged


def day_of_two() -> list[Result]:
    """500 agents and 1,500 customers, 100 messages a second; what a socket costs while nobody writes."""
    with tempfile.TemporaryDirectory() as folder, measured() as database:
        [crowd] = make_crowds(Path(folder) / "desk", 1, agents=500, admins=0, customers=1_500)
        with serving(database.take(Path(folder) / "desk"), 2) as servers:
            ports = [str(each.port) for each in servers]
            with running("benchmarks.postgres.day", *ports) as balancer:
                rest, found = asyncio.run(_day(database, servers, balancer.port, crowd.talks))
    return [
        *day_rows("day of 2 nodes", found, answer=100, frame=50, frames=200),
        Result("day of 2 nodes: memory, socket", rest.memory, 40, "KiB", 1, at_least=False),
        Result("day of 2 nodes: CPU to come", rest.came, 20, "ms", 1, at_least=False),
        Result("day of 2 nodes: rest/s, socket", rest.cpu, 0.025, "ms", 1, at_least=False),
    ]


class Rest(NamedTuple):
    """Of each socket: KiB of memory, CPU milliseconds of its coming, of servers and database; and of the
    servers in a second in which nobody writes.
    """

    memory: float
    came: float
    cpu: float


async def _day(
    database: Measured, servers: Sequence[Server], port: int, talks: Sequence[Talk]
) -> tuple[Rest, Day]:
    people = people_of(talks)
    memory, cpu = _memory(servers), _cpu(servers) + database.cpu()
    listeners = await listen(port, people)
    memory, cpu = _memory(servers) - memory, _cpu(servers) + database.cpu() - cpu
    before = _cpu(servers)
    await asyncio.sleep(REST)
    rest = (_cpu(servers) - before) / REST
    ratio = 1000 / len(people)
    return Rest(memory / len(people), cpu * ratio, rest * ratio), await day_at(
        Sender(port), talks, listeners, SECONDS
    )


def _memory(servers: Sequence[Server]) -> int:
    return sum(each.resident_kib() for each in servers)


def _cpu(servers: Sequence[Server]) -> float:
    return sum(each.cpu() for each in servers)


async def _balance(ports: list[str]) -> None:
    async with Balancer(*(f"http://127.0.0.1:{each}" for each in ports)) as balancer:
        print(json.dumps({"port": int(balancer.url.rpartition(":")[2])}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_balance(sys.argv[1:]))
