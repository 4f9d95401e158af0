"""What agents keep, as it is known on this side: newer `rev` wins, and what was deleted stays so."""

from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from deskterm.client.answers import Page


class Revised(Protocol):
    """What has an id, and a `rev` that grows with each change."""

    @property
    def id(self) -> str: ...

    @property
    def rev(self) -> int: ...


T = TypeVar("T", bound=Revised)


class Kept(Generic[T]):
    """Those of one kind that are known here. Kept true by the live stream once they are `loaded`."""

    def __init__(self) -> None:
        self.loaded = False
        """Whether all of them are here, and not only what changed lately."""
        self._held: dict[str, T] = {}
        self._gone: dict[str, int] = {}

    def get(self, kept_id: str) -> T | None:
        """The one with this id."""
        return self._held.get(kept_id)

    def put(self, kept: T) -> bool:
        """One came or differs."""
        held = self._held.get(kept.id)
        known = max(self._gone.get(kept.id, -1), held.rev if held else -1)
        if kept.rev <= known:
            return False
        self._held[kept.id] = kept
        return True

    def drop(self, gone: Revised) -> bool:
        """One was deleted at this `rev`; where that was done from here, the event that says so follows."""
        self._gone[gone.id] = max(gone.rev, self._gone.get(gone.id, -1))
        held = self._held.get(gone.id)
        if held is None or held.rev > gone.rev:
            return False
        del self._held[gone.id]
        return True

    async def load(self, read: Callable[[str | None], Awaitable[Page[T]]]) -> None:
        """Have all of them here, page by page; asks nothing where they are here already."""
        cursor: str | None = None
        while not self.loaded:
            page = await read(cursor)
            for each in page.items:
                self.put(each)
            cursor = page.next_cursor
            self.loaded = cursor is None
