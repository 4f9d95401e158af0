"""What moving in triage costs on a slow line: the table and the board, at 120x36."""

import statistics

from benchmarks.console.desk import desk
from benchmarks.console.terminal import running
from benchmarks.results import Result

_LIMIT = 800


def triage() -> list[Result]:
    """Bytes a cursor move, against the limit."""
    with desk() as place, running("deskterm", environ=place.environ) as console:
        console.until("live")
        console.settle()
        console.cost("\x1b")  # not shown around
        console.cost("gt", 1)
        table = statistics.mean(console.cost(key) for key in "jjjjjjkkkk")
        console.cost("b", 2)
        cards = statistics.mean(console.cost(key) for key in "jjjkkkjjkk")
        lanes = statistics.mean(console.cost(key) for key in "lhlhlh")
    return [
        Result("triage: bytes a move in the table", table, _LIMIT, "B", 1, at_least=False),
        Result("triage: bytes a move on the board", cards, _LIMIT, "B", 1, at_least=False),
        Result("triage: bytes to the lane beside", lanes, _LIMIT, "B", 1, at_least=False),
    ]
