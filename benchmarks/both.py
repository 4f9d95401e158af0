"""deskterm and the bare handler side by side: every round measures both, in the same mood of the machine."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.desk_rows import DeskRows, make_desk
from benchmarks.processes import Server, running

ROUNDS = 3
HELLO = '{"type":"hello","protocol":1}'


class Side(NamedTuple):
    """How to reach one of the two servers."""

    server: Server
    targets: list[str]
    token: str | None
    tokens: list[str]
    live: str
    marker: bytes  # what each arriving message has once in its frame
    hello: str | None


@contextmanager
def both(conversations: int = 2_000, frame: int = 0) -> Iterator[tuple[Side, Side]]:
    """deskterm with a desk of this size, and the bare server, whose frames have at least so many bytes."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "desk", conversations)
        with (
            running("benchmarks.desk_server", str(desk.data)) as ours,
            running("benchmarks.bare", str(Path(folder) / "bare.db"), str(frame)) as bare,
        ):
            yield desk_side(ours, desk), bare_side(bare)


def desk_side(server: Server, desk: DeskRows) -> Side:
    targets = [f"/api/v1/conversations/{each}/messages" for each in desk.conversations]
    return Side(server, targets, desk.tokens[0], desk.tokens, "/api/v1/live", b'"message.created"', HELLO)


def bare_side(server: Server) -> Side:
    return Side(server, ["/messages"], None, [], "/live", b'"body":', None)


def medians(
    ours: Side, bare: Side, measure: Callable[[Side, int], float], rounds: int = ROUNDS
) -> tuple[float, float]:
    """The medians of both over interleaved rounds, after one that warms up."""
    measure(ours, 0), measure(bare, 0)
    found = [(measure(ours, each), measure(bare, each)) for each in range(1, rounds + 1)]
    return statistics.median(each[0] for each in found), statistics.median(each[1] for each in found)
