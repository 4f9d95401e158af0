"""A transaction that takes place at another time, with ids that are the same in every run."""

from random import Random

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.another_time import AnotherTime
from deskterm.server.storage.database import Tx

#: Times inside ids are counted from here, not from the demo's own time: ids stay the same whenever it starts.
IDS_BASE = 1_767_225_600_000  # 2026-01-01
SEED = 20_260_101


class Backdated(AnotherTime):
    """The demo's past: `now` moves only by `advance_to`."""

    def __init__(self, tx: Tx, base: int) -> None:
        super().__init__(tx, base)
        self._base = base
        self._ids = IdSource(lambda: IDS_BASE + self._now - self._base, Random(SEED).getrandbits)

    @property
    def ids(self) -> IdSource:
        """Ids from a fixed seed."""
        return self._ids

    def advance_to(self, minutes_ago: float) -> None:
        """Let the following happen so many minutes before the demo's present."""
        self._now = self._base - round(minutes_ago * 60_000)
