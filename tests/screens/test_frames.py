"""Bursts against a made-up clock: how far apart their frames are, and how soon the last one comes."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from deskterm.client.replica.changes import Change, ConversationChanged
from deskterm.screens.frames import FRAME, LOOK, PACE, Frames
from tests.screens.world import NOW


class Stage:
    """A clock, timers that are `late` and drawings that take so many seconds, and what was there when."""

    def __init__(self, late: float, taking: float = 0.0) -> None:
        self.at = 0.0
        self.drawn: list[tuple[float, list[Change]]] = []
        self._late = late
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._taking, self._drawing = taking, list[Change]()
        soon = lambda do: self.later(-late, do)  # noqa: E731
        self.frames = Frames(self.now, soon, self.later, self.drawn_then, self.draw)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at)

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.at + seconds + self._late, next(self._order), do))

    def draw(self, changes: list[Change]) -> None:
        self._drawing = changes

    def drawn_then(self, do: Callable[[], None]) -> None:
        def end() -> None:
            self.drawn.append((self.at, self._drawing))
            do()

        self.later(self._taking - self._late, end)

    def play(self, events: list[float]) -> list[float]:
        """Let events happen at these times; answers when frames were drawn."""
        for number, at in enumerate(events):
            self.later(at - self._late, lambda each=number: self.frames.add((_news(each),)))  # type: ignore[misc]
        while self._due:
            self.at, _, do = heapq.heappop(self._due)
            do()
        return [at for at, _ in self.drawn]


def _news(number: int) -> Change:
    return ConversationChanged(f"{number}")


def test_a_single_event_is_drawn_at_once() -> None:
    assert Stage(0.002).play([1.0, 2.0, 2.1]) == [1.0, 2.0, 2.1]


def test_a_burst_has_a_frame_each_frames_time_and_ends_soon() -> None:
    events = [number / 1000 for number in range(1000)]
    frames = Stage(0.002, taking=0.008).play(events)
    assert all(after - before >= PACE + 0.008 for before, after in pairwise(frames[:-1]))
    assert 13 <= len(frames) <= 16
    assert frames[-1] - events[-1] <= LOOK * 3 + 0.014


gaps = st.lists(st.sampled_from([0.0, 0.001, 0.004, 0.011, 0.02, 0.049]), min_size=1, max_size=60)


@given(gaps, st.sampled_from([0.0001, 0.001, 0.004]), st.sampled_from([0.0, 0.004, 0.03]))
def test_however_events_come(between: list[float], late: float, taking: float) -> None:
    events = [sum(between[:place]) for place in range(len(between))]
    stage = Stage(late, taking)
    frames = stage.play(events)
    seen = [change for _, changes in stage.drawn for change in changes]
    assert seen == [_news(number) for number in range(len(events))]
    assert frames[0] == events[0] + taking
    assert frames[-1] - events[-1] <= PACE + late + 2 * taking + 1e-6
    assert frames[-1] - frames[0] >= (len(frames) - 1) * FRAME - 1e-6
