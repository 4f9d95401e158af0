"""What a key costs: time until its bytes, and bytes."""

import statistics
import time

from benchmarks.console.desk import desk
from benchmarks.console.terminal import PATIENCE, Terminal, running
from benchmarks.results import Result

_KEYS = 100
PAGE_DOWN = "\x1b[6~"


def keys() -> list[Result]:
    """The inbox's keys against a bare list's; bytes against their limits."""
    with desk() as place, running("deskterm", environ=place.environ) as console:
        console.until("live")
        console.settle()
        console.cost("\x1b")  # not shown around
        with running("benchmarks.console.bare_list") as bare:
            bare.until("Subject")
            bare.settle()
            ours, theirs = _latencies(console, bare)
        moves = _moves(console)
        page = max(console.cost(PAGE_DOWN, 1) for _ in range(3))
        resting, used = _rest(console)
        console.cost("\r", 1)
        console.cost("r", 1)
        console.cost("D", 1)  # the first letter also marks the row as a draft
        typed = [console.cost(letter, 0.8) for letter in "ear Ana,"]
    return [
        Result("console: key to bytes, p95", ours, theirs, "ms", 1.5, at_least=False),
        Result("console: bytes a cursor move", moves, 500, "B", 1, at_least=False),
        Result("console: the same, 256 colours", _with_256_colours(), 500, "B", 1, at_least=False),
        Result("console: bytes a letter", max(typed), 1_000, "B", 1, at_least=False),
        Result("console: bytes a page down", page, 18_000, "B", 1, at_least=False),
        Result("console: bytes at rest, 20 s", resting, 1, "B", 0, at_least=False),
        Result("console: processor at rest, 20 s", used, 0.1, "s", 1, at_least=False),
    ]


def _moves(console: Terminal) -> float:
    return statistics.mean(console.cost(key) for key in "jjjjjjkkkk")


def _with_256_colours() -> float:
    """As over ssh, which hands on the terminal's type but not that it has more colours."""
    with desk() as place, running("deskterm", environ=place.environ | {"COLORTERM": ""}) as console:
        console.until("live")
        console.settle()
        console.cost("\x1b")
        return _moves(console)


def _latencies(ours: Terminal, theirs: Terminal) -> tuple[float, float]:
    """The 95th percentiles in milliseconds, key by key in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(_KEYS):
        key = "j" if number % 20 < 10 else "k"
        for times, terminal in zip(found, (ours, theirs), strict=True):
            pressed = terminal.type(key)
            chunk = terminal.take(PATIENCE)
            assert chunk is not None
            times.append((chunk.at - pressed) * 1000)
            terminal.settle(0.03)
    return statistics.quantiles(found[0], n=20)[-1], statistics.quantiles(found[1], n=20)[-1]


def _rest(console: Terminal) -> tuple[float, float]:
    """Bytes and processor seconds of 20 seconds without a key, between two repaints of times."""
    console.settle(2)
    before, used = len(console.chunks), console.processor_seconds()
    end = time.perf_counter() + 20
    while time.perf_counter() < end:
        console.take(end - time.perf_counter())
    return sum(len(each.data) for each in console.chunks[before:]), console.processor_seconds() - used
