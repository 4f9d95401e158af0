"""The same even load on one, two and three servers: what a message costs all of them, and when it arrives."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.bystander import Felt, quantiles
from benchmarks.crowd import Talk, make_crowds
from benchmarks.postgres.database import Measured, measured
from benchmarks.processes import Server, running
from benchmarks.results import Result
from benchmarks.steady import Listener, Sender, listen, work

NODES = (1, 2, 3)
#: Messages a second; seconds of load, of load whose statements are counted, of rest.
PACE, LOAD, COUNTED, REST = 100.0, 6.0, 2.0, 2.0
TALKS, AGENTS = 200, 20


class Used(NamedTuple):
    """CPU milliseconds of all servers and of PostgreSQL, and statements."""

    servers: float
    database: float
    statements: float


class Spent(NamedTuple):
    """Each message beyond what is used at rest; each second at rest; milliseconds to frames, where there is
    another server than the one it was sent to: to the frames there.
    """

    message: Used
    rest: Used
    felt: Felt


def nodes(organizations: int) -> list[Result]:
    """100 messages a second, spread evenly over servers and organizations, against one server."""
    with tempfile.TemporaryDirectory() as folder, measured() as database:
        data = Path(folder) / "desk"
        agents, customers = max(1, AGENTS // organizations), TALKS // organizations
        crowds = make_crowds(data, organizations, agents=agents, admins=0, customers=customers)
        talks = [crowd.talks[at] for at in range(customers) for crowd in crowds]
        desk = database.take(data)
        found = []
        for count in NODES:
            with serving(database.cluster.make(desk), count) as servers:
                found.append(asyncio.run(_spend(database, servers, talks)))
    return [
        row
        for count, spent in zip(NODES[1:], found[1:], strict=True)
        for row in _rows(f"{count} nodes, {organizations} org.", count, spent, found[0])
    ]


def _rows(name: str, count: int, ours: Spent, one: Spent) -> Iterator[Result]:
    most = 1 + 0.6 * (count - 1)
    for what, unit, spent, alone, target in (
        ("CPU of nodes", "ms", ours.message.servers, one.message.servers, most),
        ("of PostgreSQL", "ms", ours.message.database, one.message.database, most),
        ("statements", "", ours.message.statements, one.message.statements, most),
        ("statements/s at rest", "", ours.rest.statements, one.rest.statements, 1.25 * count),
    ):
        yield Result(f"{name}: {what}", spent, alone, unit, target, at_least=False)
    yield Result(f"{name}: frame p50", ours.felt.p50, one.felt.p50, "ms", 5, at_least=False)
    yield Result(f"{name}: frame p99", ours.felt.p99, one.felt.p99, "ms", 4, at_least=False)


@contextmanager
def serving(address: str, count: int) -> Iterator[list[Server]]:
    """So many servers of a database."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        first, servers = Path(folder) / "0", []
        for number in range(count):
            own = Path(folder) / str(number)
            if number:
                own.mkdir(mode=0o700)
                shutil.copy(first / "root.secret", own)
            node = running("benchmarks.desk_server", str(own), "--database", address)
            servers.append(stack.enter_context(node))
        yield servers


async def _spend(database: Measured, servers: Sequence[Server], talks: Sequence[Talk]) -> Spent:
    people = list(dict.fromkeys(token for each in talks for token in (each.customer, each.agent)))
    home = {token: at % len(servers) for at, token in enumerate(people)}
    shares = [listen(each.port, people[at :: len(servers)]) for at, each in enumerate(servers)]
    listeners = {token: each for share in await asyncio.gather(*shares) for token, each in share.items()}
    sender = Sender(*(each.port for each in servers))
    await work(sender, talks, PACE, 2)  # statements are prepared
    await asyncio.sleep(REST)  # the search takes up what it was late with
    said_at_rest = await _said(database, asyncio.sleep(REST)) / REST
    rest = await _used(database, servers, asyncio.sleep(REST))
    went, started = {}, time.perf_counter()

    async def send() -> None:
        went.update(await work(sender, talks, PACE, LOAD, 10_000))

    busy = await _used(database, servers, send())
    seconds = time.perf_counter() - started
    felt = quantiles(list(_waited(sender, went, listeners, home, len(servers))))
    said = await _said(database, work(sender, talks, PACE, COUNTED, 50_000)) - said_at_rest * (COUNTED + 1)
    message = Used(
        (busy.servers - rest.servers * seconds / REST) / len(went),
        (busy.database - rest.database * seconds / REST) / len(went),
        said / (PACE * COUNTED),
    )
    return Spent(message, Used(rest.servers / REST, rest.database / REST, said_at_rest), felt)


async def _used(database: Measured, servers: Sequence[Server], doing: Awaitable[object]) -> Used:
    before = sum(each.cpu() for each in servers), database.cpu()
    await doing
    after = sum(each.cpu() for each in servers), database.cpu()
    return Used((after[0] - before[0]) * 1000, (after[1] - before[1]) * 1000, 0)


async def _said(database: Measured, doing: Awaitable[object]) -> int:
    with database.counting() as found:
        await doing
    return found[0]


def _waited(
    sender: Sender,
    went: Mapping[int, Talk],
    listeners: Mapping[str, Listener],
    home: Mapping[str, int],
    count: int,
) -> Iterator[float]:
    for token, listener in listeners.items():
        for number, at in listener.arrived:
            if number in went and (count == 1 or home[token] != number % count):
                yield (at - sender.due[number]) * 1000
