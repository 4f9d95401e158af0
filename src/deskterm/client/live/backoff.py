"""How long to wait before trying again: exponential, capped, with full jitter, so that no herd returns."""

import random
from collections.abc import Callable

FIRST = 0.5
MOST = 15.0


class Backoff:
    """Waiting times in seconds: anything from nothing to 0.5, 1, 2, 4, 8, 15, 15 …"""

    def __init__(self, uniform: Callable[[float, float], float] = random.uniform) -> None:
        """`uniform(low, high)` is the randomness."""
        self._uniform = uniform
        self._tries = 0

    def next(self, most: float = MOST) -> float:
        """The time to wait after one more failure, at most `most`; beyond that it does not grow."""
        wanted = FIRST * 2**self._tries
        if wanted < most:
            self._tries += 1
        return self._uniform(0.0, min(most, wanted))

    def another(self) -> "Backoff":
        """One for something else, with the same randomness."""
        return Backoff(self._uniform)

    def reset(self) -> None:
        """It worked."""
        self._tries = 0
