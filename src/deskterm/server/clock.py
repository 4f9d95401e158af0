"""Time comes only from here, so that tests and the demo can hold it still."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the server reads the time."""

    def now(self) -> int:
        """Wall time in milliseconds since 1970 UTC; may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump: for limits, leases and timeouts."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both readings."""
        self._now += round(seconds * 1000)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back; monotonic time does not notice."""
        self._now += round(seconds * 1000)
