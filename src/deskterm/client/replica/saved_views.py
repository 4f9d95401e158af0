"""Saved views on this side: what is known of them, and how many conversations were counted in each.

They are loaded behind the first page, and from then on the live stream keeps them true.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deskterm.client.answers import Update
from deskterm.client.replica.changes import Changes, SavedViewsChanged
from deskterm.client.replica.kept import Kept
from deskterm.protocol.saved_views import SavedView, ViewCount

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: How many are counted at once.
MOST_COUNTED = 50


class SavedViews(Kept[SavedView]):
    """Those that are known here."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, ViewCount] = {}

    def all(self) -> tuple[SavedView, ...]:
        """All that are here: one's own first, each by name."""
        return tuple(sorted(self._held.values(), key=lambda each: (each.shared, each.name.casefold())))

    def count(self, view_id: str) -> ViewCount | None:
        """How many conversations it had when it was counted last."""
        return self._counts.get(view_id)

    def counted(self, counts: Iterable[ViewCount]) -> None:
        """Take fresh counts."""
        self._counts |= {each.id: each for each in counts}

    def apply(self, update: Update) -> Changes:
        """Take what an event says."""
        came = update.view is not None and self.put(update.view)
        went = update.view_gone is not None and self.drop(update.view_gone)
        return (SavedViewsChanged(),) if came or went else ()

    def put(self, kept: SavedView) -> bool:
        """One came or differs; what was counted by another filter says nothing of it."""
        held = self.get(kept.id)
        came = super().put(kept)
        if came and (held is None or held.q != kept.q):
            self._counts.pop(kept.id, None)
        return came


async def load_saved_views(desk: "Desk") -> None:
    """Have all of them in the replica."""
    await desk.replica.saved_views.load(desk.api.saved_views)


async def count_saved_views(desk: "Desk", ids: Iterable[str]) -> None:
    """Have fresh counts of these in the replica."""
    known = desk.replica.saved_views
    wanted = tuple(ids)[:MOST_COUNTED]
    if wanted:
        known.counted(await desk.api.count_saved_views(wanted))
