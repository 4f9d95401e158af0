"""Run benchmarks: `python -m benchmarks [name …]`."""

import argparse
import sys
from collections.abc import Callable
from functools import partial

from benchmarks.backing_up import backing_up
from benchmarks.console.bursts import bursts
from benchmarks.console.keys import keys
from benchmarks.console.size import memory, threads
from benchmarks.console.start_up import start_up
from benchmarks.console.triage import triage
from benchmarks.fan_out import fan_out
from benchmarks.filters import filters
from benchmarks.notifying import notifying
from benchmarks.postgres.cost import postgres_cost
from benchmarks.postgres.day import day_of_two
from benchmarks.postgres.nodes import nodes
from benchmarks.processes import ended, pin_load
from benchmarks.results import HEADER, Result
from benchmarks.sends import latency, sends
from benchmarks.sizes import idle, inbox, start
from benchmarks.slow import slow
from benchmarks.soak import soak
from benchmarks.steady import admins, noisy, working_day
from benchmarks.storms import flush, stopped_reader, storm
from benchmarks.triage import bulk, workload
from benchmarks.visitors import visitor_flood, visitors
from deskterm.server.pulse import HELD

BENCHMARKS: dict[str, Callable[[], list[Result]]] = {
    "sends": sends,
    "latency": latency,
    "fan-out": fan_out,
    "inbox": inbox,
    "filters": filters,
    "idle": idle,
    "start": start,
    "storm": storm,
    "flush": flush,
    "stopped-reader": stopped_reader,
    "day": partial(working_day, 1.0),
    "soak": partial(soak, 1.0),
    "admins": admins,
    "noisy": noisy,
    "slow": slow,
    "backing-up": backing_up,
    "notifying": notifying,
    "visitors": visitors,
    "visitor-flood": visitor_flood,
    "bulk": bulk,
    "workload": workload,
    "postgres-cost": postgres_cost,
    "nodes-day": day_of_two,
    "nodes-1": partial(nodes, 1),
    "nodes-10": partial(nodes, 10),
    "nodes-100": partial(nodes, 100),
    "console-start": start_up,
    "console-keys": keys,
    "console-triage": triage,
    "console-memory": memory,
    "console-threads": threads,
    "console-burst": bursts,
}


def main() -> int:
    """Run what is named, or everything; 1 if something is over its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--minutes", type=float, default=1.0, help="how long day and soak last")
    arguments = parser.parse_args()
    names = arguments.names or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    long = {"day": partial(working_day, arguments.minutes), "soak": partial(soak, arguments.minutes)}
    pin_load()
    print(HEADER)
    met = True
    for name in names:
        ended.clear()
        for result in [*(BENCHMARKS | long)[name](), *_loops(name)]:
            print(result.line(), flush=True)
            met &= result.is_met
    return 0 if met else 1


def _loops(name: str) -> list[Result]:
    """The longest that a server's event loop computed without a pause: other programs are not in it."""
    held = [each for server in ended for each in server]
    held.sort(key=lambda line: -line["computing_ms"])
    for each in held[:3]:
        print(f"# loop held {each['ms']} ms, computing {each['computing_ms']}: {each['stack'][-3:]}")
    longest = held[0]["computing_ms"] if held else 0
    return [Result(f"{name}: loop held", longest, HELD * 1000, "ms", 1, at_least=False)] if ended else []


if __name__ == "__main__":
    sys.exit(main())
