"""Saved views on this side: what is known of them, and how many conversations were counted in each.

They are loaded behind the first page, and from then on the live stream keeps them true.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deskterm.client.answers import Update
from deskterm.client.replica.changes import Changes, SavedViewsChanged
from deskterm.protocol.saved_views import SavedView, SavedViewGone, ViewCount

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: How many are counted at once.
MOST_COUNTED = 50


class SavedViews:
    """Those that are known here; newer `rev` wins, and what was deleted stays so."""

    def __init__(self) -> None:
        self.loaded = False
        """Whether all of them are here, and not only what changed lately."""
        self._views: dict[str, SavedView] = {}
        self._gone: dict[str, int] = {}
        self._counts: dict[str, ViewCount] = {}

    def all(self) -> tuple[SavedView, ...]:
        """All that are here: one's own first, each by name."""
        return tuple(sorted(self._views.values(), key=lambda each: (each.shared, each.name.casefold())))

    def get(self, view_id: str) -> SavedView | None:
        """The one with this id."""
        return self._views.get(view_id)

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

    def put(self, view: SavedView) -> bool:
        """One came or differs."""
        held = self._views.get(view.id)
        known = max(self._gone.get(view.id, -1), held.rev if held else -1)
        if view.rev <= known:
            return False
        if held is None or held.q != view.q:
            self._counts.pop(view.id, None)
        self._views[view.id] = view
        return True

    def forget(self, view: SavedView) -> None:
        """This one was deleted from here; the event that says so follows."""
        self.drop(SavedViewGone(view.id, view.rev))

    def drop(self, gone: SavedViewGone) -> bool:
        """One was deleted."""
        self._gone[gone.id] = max(gone.rev, self._gone.get(gone.id, -1))
        held = self._views.get(gone.id)
        if held is None or held.rev > gone.rev:
            return False
        del self._views[gone.id]
        return True


async def load_saved_views(desk: "Desk") -> None:
    """Have all of them in the replica; asks nothing where they are here already."""
    known = desk.replica.saved_views
    cursor: str | None = None
    while not known.loaded:
        page = await desk.api.saved_views(cursor)
        for each in page.items:
            known.put(each)
        cursor = page.next_cursor
        known.loaded = cursor is None


async def count_saved_views(desk: "Desk", ids: Iterable[str]) -> None:
    """Have fresh counts of these in the replica."""
    known = desk.replica.saved_views
    wanted = tuple(ids)[:MOST_COUNTED]
    if wanted:
        known.counted(await desk.api.count_saved_views(wanted))
