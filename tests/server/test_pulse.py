"""An event loop that is held: counted, and named in the log with what held it."""

import json
from typing import Any

import pytest

from deskterm.server.clock import ManualClock
from deskterm.server.logs import Log
from deskterm.server.meters import BOUNDS, Spread
from deskterm.server.pulse import HELD, PAUSE, QUIET, STILL, Pulse
from tests.server.conftest import START


class Beating:
    """A pulse by a clock that moves when told to."""

    def __init__(self, said: pytest.CaptureFixture[str]) -> None:
        self.clock, self.delays, self._said = ManualClock(START), Spread(), said
        self._computed = 0.0
        self.pulse = Pulse(self.clock, Log(self.clock), self.delays, lambda: self._computed)

    def beat(self, *, late: float = 0.0, computed: float = PAUSE / 2) -> None:
        """So late, after so much computing."""
        self.clock.advance(self.pulse.pause + late)
        self._computed += computed
        self.pulse.beat()

    def lines(self) -> list[dict[str, Any]]:
        """What was logged since this was asked."""
        return [json.loads(each) for each in self._said.readouterr().err.splitlines()]


@pytest.fixture
def beating(capsys: pytest.CaptureFixture[str]) -> Beating:
    return Beating(capsys)


def test_what_nobody_feels_is_counted_and_not_said(beating: Beating) -> None:
    beating.beat()
    beating.beat(late=0.04)
    assert sum(beating.delays.counts) == 2
    assert beating.delays.counts[BOUNDS.index(0.05)] == 1
    assert beating.lines() == []


def test_a_loop_that_was_held_is_said_at_once_then_once_a_second(beating: Beating) -> None:
    beating.beat(late=0.2)
    [line] = beating.lines()
    assert (line["level"], line["event"], line["ms"], line["times"]) == ("warning", "event loop held", 200, 1)
    for late in (0.06, 0.3, 0.07):
        beating.beat(late=late)
    assert beating.lines() == []
    beating.beat(late=QUIET)
    [line] = beating.lines()
    assert (line["ms"], line["times"]) == (1000, 4)
    for _ in range(round(2 * QUIET / PAUSE)):
        beating.beat()
    assert beating.lines() == [], "nothing held it any more"


def test_while_nothing_is_done_it_beats_less_often(beating: Beating) -> None:
    pauses = []
    for _ in range(6):
        beating.beat(computed=0.0001)
        pauses.append(beating.pulse.pause)
    assert pauses == [0.05, 0.1, 0.2, STILL, STILL, STILL]
    beating.beat(late=2 * HELD)
    assert beating.pulse.pause == PAUSE, "somebody wants something"
    [line] = beating.lines()
    assert line["ms"] == 100


def test_the_last_ones_are_said_at_the_end(beating: Beating) -> None:
    beating.beat(late=0.2)
    beating.beat(late=0.1)
    assert len(beating.lines()) == 1
    beating.pulse.close()
    [line] = beating.lines()
    assert (line["ms"], line["times"]) == (100, 1)


async def test_the_log_names_what_held_it(beating: Beating) -> None:
    """A thread looks; this holds the loop until it has."""

    def something_slow() -> None:
        beating.clock.advance(1)
        while not beating.pulse.seen:
            pass

    beating.pulse.start()
    try:
        something_slow()
        beating.pulse.beat()
    finally:
        beating.pulse.close()
    [line] = beating.lines()
    assert line["stack"][-1].endswith(" something_slow")
    assert line["stack"][-2].endswith(" test_the_log_names_what_held_it")
