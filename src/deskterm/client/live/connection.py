"""The one place that says whether the console is online."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of this machine's clock; for showing and expiring, never for ordering."""
    return datetime.now(UTC)


class State(StrEnum):
    """How the console stands to its server."""

    CONNECTING = "connecting"  # at the start, before it was ever online
    ONLINE = "online"
    OFFLINE = "offline"  # also while it tries again: it is not better until it is
    BACK = "back"  # online again; `updates` says what came in meanwhile
    ENDED = "ended"  # it will not try again: signed out, or another protocol


@dataclass(slots=True, frozen=True)
class Link:
    """The state now: since when, why (a sentence), when it is tried again, and what came in since."""

    state: State
    since: datetime
    why: str | None = None
    retry_at: datetime | None = None
    updates: int = 0

    @property
    def online(self) -> bool:
        """Whether events come in as they happen."""
        return self.state in (State.ONLINE, State.BACK)


class Connection:
    """Told by the subscription, asked by everybody else."""

    def __init__(self, now: Now = utc_now) -> None:
        self._now = now
        self._watchers: list[Callable[[Link], None]] = []
        self.link = Link(State.CONNECTING, now())

    @property
    def online(self) -> bool:
        """Whether events come in as they happen."""
        return self.link.online

    def watch(self, watcher: Callable[[Link], None]) -> Callable[[], None]:
        """Call `watcher` at every change; the answer stops that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def lost(self, why: str, retry_at: datetime | None = None) -> None:
        """Nothing comes in; a first failure starts the time that `since` tells."""
        since = self.link.since if self.link.state is State.OFFLINE else self._now()
        self._become(Link(State.OFFLINE, since, why, retry_at))

    def caught_up(self, updates: int) -> None:
        """Everything up to now has come in, `updates` of it just now."""
        if self.link.state is State.OFFLINE:
            self._become(Link(State.BACK, self._now(), updates=updates))
        elif not self.online:
            self._become(Link(State.ONLINE, self._now()))

    def settle(self) -> None:
        """The news of being back was shown long enough."""
        if self.link.state is State.BACK:
            self._become(Link(State.ONLINE, self.link.since))

    def end(self, why: str) -> None:
        """It will not come back by itself."""
        self._become(Link(State.ENDED, self._now(), why))

    def _become(self, link: Link) -> None:
        self.link = link
        for watcher in tuple(self._watchers):
            watcher(link)
