"""Keeps in the database who is there: conversations are given out by it, and other nodes read it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from deskterm.server.clock import Clock
from deskterm.server.desk.queue import do_attend
from deskterm.server.errors import Overloaded, StorageDamaged, StorageFull
from deskterm.server.live.presence import PresenceBoard, PresenceChange
from deskterm.server.storage import queue
from deskterm.server.storage.database import Database, Reader

#: What passes: the next second tries again.
REFUSALS: Final = (StorageFull, StorageDamaged, Overloaded)


class Attendance:
    """Brings the table in step with the board whenever it is asked to; what fails is made up for later.

    A node that has not renewed its rows for `lease` seconds is gone, and its agents with it.
    """

    def __init__(self, db: Database, board: PresenceBoard, clock: Clock, lease: float) -> None:
        self._db = db
        self._board = board
        self._clock = clock
        self._lease = lease
        self._renewed_at = clock.monotonic()
        self._keeping = False

    def is_behind(self) -> bool:
        """Whether the table says something else than the board, and nobody is about to change that."""
        return not self._keeping and self._db.read(self._written) != self._board.present()

    def meet(self) -> Sequence[PresenceChange]:
        """Look who is there on other nodes; answers what changed."""
        if not self._db.is_shared:
            return ()
        since = self._clock.now() - self._lease * 1000
        rows = self._db.read(lambda reader: queue.elsewhere(reader, self._db.node))
        return self._board.met({row.member_id: row for row in rows if row.seen_at > since})

    async def stay(self) -> None:
        """Say in time that this node goes on, so that others do not take its agents for gone."""
        if not self._db.is_shared or self._clock.monotonic() - self._renewed_at < self._lease / 3:
            return
        self._renewed_at = self._clock.monotonic()
        try:
            await self._db.write(partial(queue.stay, node=self._db.node, lease=round(self._lease * 1000)))
        except REFUSALS:
            return

    async def keep(self) -> None:
        """Write what differs, until nothing does; answers at once if that is being done already."""
        if self._keeping:
            return
        self._keeping = True
        try:
            while (present := self._board.present()) != self._db.read(self._written):
                await self._db.write(partial(do_attend, node=self._db.node, present=present))
        except REFUSALS:
            return
        finally:
            self._keeping = False

    def _written(self, reader: Reader) -> frozenset[tuple[int, bytes]]:
        return queue.present(reader, self._db.node)
