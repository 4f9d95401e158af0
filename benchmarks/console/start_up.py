"""How soon something is seen, and how soon the inbox."""

import statistics

from benchmarks.console.desk import desk
from benchmarks.console.terminal import running
from benchmarks.results import Result

_ROUNDS = 7


def start_up() -> list[Result]:
    """First bytes and first rows, against minimal programs, in turn: all share the machine's mood."""
    found: dict[str, list[float]] = {"minimal": [], "panes": [], "bytes": [], "rows": []}
    with desk() as place:
        with running("deskterm", environ=place.environ) as console:  # leaves its first page behind
            console.until("live")
            console.settle()
        for _ in range(_ROUNDS):
            found["minimal"].append(_until("benchmarks.console.minimal", "Painted"))
            found["panes"].append(_until("benchmarks.console.three_panes", "Painted"))
            with running("deskterm", environ=place.environ) as console:
                first = console.take(60)
                assert first is not None
                found["bytes"].append((first.at - console.started) * 1000)
                found["rows"].append((console.until("Subject") - console.started) * 1000)
    usual = {name: statistics.median(times) for name, times in found.items()}
    return [
        Result("console: first paint", usual["bytes"], usual["minimal"], "ms", 0.25, at_least=False),
        Result("console: first frame of the inbox", usual["rows"], usual["panes"], "ms", 1.3, at_least=False),
    ]


def _until(module: str, words: str) -> float:
    with running(module) as terminal:
        return (terminal.until(words) - terminal.started) * 1000
