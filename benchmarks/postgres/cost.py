"""What a message costs on PostgreSQL, against the embedded database and against one bare row."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from benchmarks.both import HELLO, Side
from benchmarks.crowd import Crowd, make_crowds
from benchmarks.postgres.database import Measured, measured
from benchmarks.processes import Server, running
from benchmarks.results import Result
from benchmarks.sends import one_by_one
from benchmarks.wrk import Load, sends_per_second

ROUNDS = 3
_ROWS = 2_000
_BODY = "Thank you, that helps. Could you look at the second invoice as well?"


class Cost(NamedTuple):
    """Of one message: milliseconds alone, CPU milliseconds with others in flight, how many a second."""

    alone: float
    cpu: float
    rate: float


def postgres_cost() -> list[Result]:
    """A durable message through REST on both engines, a row and its commit through psycopg, in turns."""
    with _sides() as (postgres, embedded, database, bare):
        _send(postgres, database, 0), _send(embedded, None, 0), _insert(bare, database)
        rounds = [
            (_send(postgres, database, each), _send(embedded, None, each), _insert(bare, database))
            for each in range(1, ROUNDS + 1)
        ]
    ours, theirs, row = (_median([each[side] for each in rounds]) for side in range(3))
    return [
        Result("PostgreSQL: a send, against a row", ours.alone, row.alone, "ms", 17, at_least=False),
        Result("PostgreSQL: a send, against SQLite", ours.alone, theirs.alone, "ms", 6, at_least=False),
        Result("PostgreSQL: CPU, against a row", ours.cpu, row.cpu, "ms", 12, at_least=False),
        Result("PostgreSQL: CPU, against SQLite", ours.cpu, theirs.cpu, "ms", 12, at_least=False),
        Result("PostgreSQL: sends, 32 in flight", ours.rate, theirs.rate, "/s", 0.08, at_least=True),
    ]


@contextmanager
def _sides() -> Iterator[tuple[Side, Side, Measured, psycopg.Connection]]:
    with tempfile.TemporaryDirectory() as folder, measured() as database:
        data, node = Path(folder) / "desk", Path(folder) / "node"
        [crowd] = make_crowds(data, 1, agents=3, admins=2, customers=500)
        address = database.take(data)
        with (
            running("benchmarks.desk_server", str(data)) as embedded,
            running("benchmarks.desk_server", str(node), "--database", address) as postgres,
            psycopg.connect(database.cluster.make(), autocommit=True) as bare,
        ):
            bare.execute(
                "CREATE TABLE message (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)"
            )
            yield _side(postgres, crowd), _side(embedded, crowd), database, bare


def _side(server: Server, crowd: Crowd) -> Side:
    targets = [each.path for each in crowd.talks]
    return Side(server, targets, crowd.agents[0], crowd.agents, "/api/v1/live", b'"message.created"', HELLO)


def _send(side: Side, database: Measured | None, run: int) -> Cost:
    alone = asyncio.run(one_by_one(side, 100 + run, acknowledgement=True))
    before, started = _cpu(side, database), time.perf_counter()
    rate = sends_per_second(Load(side.server.port, side.targets, side.token), run)
    sent = rate * (time.perf_counter() - started)
    return Cost(alone, (_cpu(side, database) - before) / sent * 1000, rate)


def _cpu(side: Side, database: Measured | None) -> float:
    return side.server.cpu() + (database.cpu() if database is not None else 0.0)


def _insert(bare: psycopg.Connection, database: Measured) -> Cost:
    times = []
    before = database.cpu() + time.process_time()
    for _ in range(_ROWS):
        started = time.perf_counter()
        bare.execute("INSERT INTO message (body) VALUES (%s)", (_BODY,))
        times.append(time.perf_counter() - started)
    cpu = database.cpu() + time.process_time() - before
    return Cost(statistics.median(times) * 1000, cpu / _ROWS * 1000, _ROWS / sum(times))


def _median(found: list[Cost]) -> Cost:
    return Cost(*(statistics.median(each) for each in zip(*found, strict=True)))
