"""When to draw what happens: the first thing at once, a burst once a frame, its end as soon as it is quiet.

A frame begins `PACE` after the end of the one before it at the least, so slow drawing makes fewer frames.
Only the last one of a burst may come sooner: once nothing new has come at two looks in a row (one may be
blind: the drawing itself keeps news waiting), and only as far as the burst had no more than one frame each
`FRAME` all in all. What the pace leaves over is what the last one may take.
"""

from collections.abc import Callable
from datetime import datetime

from deskterm.client.replica.changes import Change, Changes

#: Seconds from the end of one frame of a burst to the beginning of the next.
PACE = 0.062
#: Seconds a frame on the average at the least: 50 ms, and what else is drawn, such as a scrollbar.
FRAME = 0.056
#: Seconds between two looks for news.
LOOK = 0.01


class Frames:
    """Gathers changes for `draw`.

    `soon` calls back in the event loop's next turn, `later` after seconds, `drawn` once all is on the screen.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        soon: Callable[[Callable[[], None]], object],
        later: Callable[[float, Callable[[], None]], object],
        drawn: Callable[[Callable[[], None]], object],
        draw: Callable[[list[Change]], None],
    ) -> None:
        self._now, self._soon, self.later, self._when_drawn, self._draw_all = now, soon, later, drawn, draw
        self._waiting: list[Change] = []
        self._quiet_looks = 0
        self._drawing = False
        self._drawn_at: datetime | None = None
        self._begun_at: datetime | None = None
        self._drawn = 0

    def add(self, changes: Changes) -> None:
        """Have changes drawn, in their order, in the next frame."""
        self._quiet_looks = -1
        if not self._waiting and not self._drawing:
            self._await_frame()
        self._waiting.extend(changes)

    def _await_frame(self) -> None:
        rest = self._rest(self._now())
        if rest > 0:
            self.later(min(LOOK, rest), self._look)
        else:
            self._begun_at, self._drawn = None, 0
            self._soon(self._due)

    def draw_now(self) -> None:
        """Draw what waits at once: somebody acts on what is seen."""
        if self._waiting:
            self._draw()

    def _due(self) -> None:
        if self._waiting and not self._drawing:  # else it was drawn meanwhile
            self._draw()

    def _look(self) -> None:
        if not self._waiting or self._drawing:
            return
        at = self._now()
        rest = self._rest(at)
        self._quiet_looks += 1
        if rest <= 0 or (self._quiet_looks >= 2 and self._spared(at) >= 0):
            self._draw()
        else:
            self.later(min(LOOK, rest), self._look)

    def _draw(self) -> None:
        waiting, self._waiting, self._drawing = self._waiting, [], True
        self._draw_all(waiting)
        self._when_drawn(self._end)

    def _end(self) -> None:
        self._drawing = False
        self._drawn_at = self._now()
        self._begun_at = self._begun_at or self._drawn_at
        self._drawn += 1
        self._quiet_looks = 0  # what came while it was drawn is seen now, as by a look
        if self._waiting:
            self._await_frame()

    def _rest(self, at: datetime) -> float:
        """Seconds until the next frame; nothing after a pause, and when the clock was put back."""
        passed = (at - self._drawn_at).total_seconds() if self._drawn_at else PACE
        return PACE - passed if 0 <= passed < PACE else 0

    def _spared(self, at: datetime) -> float:
        """Seconds by which this burst is behind one frame each `FRAME`."""
        begun = self._begun_at or at
        return (at - begun).total_seconds() - self._drawn * FRAME
