"""When to draw what happens: the first thing at once, a burst once a frame, its end as soon as it is quiet.

A frame begins `FRAME` after the one before it at the least. Only the last one of a burst may come sooner:
once nothing new has come at two looks in a row (one may be blind: the drawing itself keeps news waiting), and
only as far as the burst had no more than one frame each `FRAME` all in all. Timers are late, so a burst
always has some time to spare.
"""

from collections.abc import Callable
from datetime import datetime

from deskterm.client.replica.changes import Change, Changes

#: Seconds from one frame of a burst to the next at the least: 50 ms, and what drawing may take more or less.
FRAME = 0.056
#: Seconds between two looks for news.
LOOK = 0.01


class Frames:
    """Gathers changes for `draw`. `soon` calls back in the event loop's next turn, `later` after seconds."""

    def __init__(
        self,
        now: Callable[[], datetime],
        soon: Callable[[Callable[[], None]], object],
        later: Callable[[float, Callable[[], None]], object],
        draw: Callable[[list[Change]], None],
    ) -> None:
        self._now, self._soon, self.later, self._draw_all = now, soon, later, draw
        self._waiting: list[Change] = []
        self._quiet_looks = 0
        self._drawn_at: datetime | None = None
        self._begun_at: datetime | None = None
        self._drawn = 0

    def add(self, changes: Changes) -> None:
        """Have changes drawn, in their order, in the next frame."""
        self._quiet_looks = -1
        if not self._waiting:
            rest = self._rest(self._now())
            if rest > 0:
                self.later(min(LOOK, rest), self._look)
            else:
                self._begun_at, self._drawn = self._now(), 0
                self._soon(self._draw)
        self._waiting.extend(changes)

    def _look(self) -> None:
        at = self._now()
        rest = self._rest(at)
        self._quiet_looks += 1
        if rest <= 0 or (self._quiet_looks >= 2 and self._spared(at) >= 0):
            self._draw()
        else:
            self.later(min(LOOK, rest), self._look)

    def _draw(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._drawn_at = self._now()
        self._drawn += 1
        self._draw_all(waiting)

    def _rest(self, at: datetime) -> float:
        """Seconds until the next frame; nothing after a pause, and when the clock was put back."""
        passed = (at - self._drawn_at).total_seconds() if self._drawn_at else FRAME
        return FRAME - passed if 0 <= passed < FRAME else 0

    def _spared(self, at: datetime) -> float:
        """Seconds by which this burst is behind one frame each `FRAME`."""
        begun = self._begun_at or at
        return (at - begun).total_seconds() - self._drawn * FRAME
