"""What the server counts while it works: plain numbers on the event loop, at no cost that one could see.

Who asks for them gets them in the form of Prometheus (`server/metrics.py`).
"""

from bisect import bisect_left
from typing import Final

#: Upper bounds of what is counted together, in seconds.
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SWITCHED: Final = 101  # a WebSocket: it lasts as long as somebody is there


class Spread:
    """How long things took."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)  # the last one is beyond all bounds
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Meters:
    """One per server."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, str, int], int] = {}  # kind, method, route, status
        self.durations: dict[str, Spread] = {}  # by kind
        self.deliveries = Spread()
        self.delays = Spread()  # of the event loop

    def request(self, kind: str, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. `kind` is its class of cost: `send`, `command`, `read`, `auth`, `none`."""
        key = (kind, method, route, status)
        self.requests[key] = self.requests.get(key, 0) + 1
        if status != _SWITCHED:
            spread = self.durations.get(kind)
            if spread is None:
                spread = self.durations[kind] = Spread()
            spread.add(seconds)
