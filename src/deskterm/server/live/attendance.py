"""Keeps in the database who is there, so that conversations are given out by it, in a transaction."""

from deskterm.server.desk.queue import do_attend
from deskterm.server.errors import Overloaded, StorageDamaged, StorageFull
from deskterm.server.live.presence import PresenceBoard
from deskterm.server.storage import queue
from deskterm.server.storage.database import Database


class Attendance:
    """Brings the table in step with the board whenever it is asked to; what fails is made up for later."""

    def __init__(self, db: Database, board: PresenceBoard) -> None:
        self._db = db
        self._board = board
        self._keeping = False

    def is_behind(self) -> bool:
        """Whether the table says something else than the board, and nobody is about to change that."""
        return not self._keeping and self._db.read(queue.present) != self._board.present()

    async def keep(self) -> None:
        """Write what differs, until nothing does; answers at once if that is being done already."""
        if self._keeping:
            return
        self._keeping = True
        try:
            while (present := self._board.present()) != self._db.read(queue.present):
                await self._db.write(lambda tx, present=present: do_attend(tx, present))  # type: ignore[misc]
        except (StorageFull, StorageDamaged, Overloaded):
            return
        finally:
            self._keeping = False
