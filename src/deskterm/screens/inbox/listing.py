"""The inbox's list: from the server a page at a time, from the replica at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Change, ConversationChanged, ConversationGone, Resynced
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Conversation, Status
from deskterm.screens.base import PATIENCE
from deskterm.screens.inbox.views import Narrowing, View
from deskterm.screens.sentences import brief
from deskterm.text.words import tr
from deskterm.widgets.conversations.list import ConversationList

if TYPE_CHECKING:
    from deskterm.client.answers import Counts
    from deskterm.client.desk import Desk


#: Rows that a page has at most.
_PAGE = 50


class Listing:
    """Keeps one list widget on what a view shows; `drawn` is called after the rows or the totals changed."""

    def __init__(self, desk: "Desk", widget: ConversationList, view: View, drawn: Callable[[], None]) -> None:
        self._desk = desk
        self._widget = widget
        self._drawn = drawn
        self.view = view
        self.narrowing = Narrowing()
        self.loaded: Callable[[], None] = lambda: None
        """Called after a first page was loaded."""
        self.rows: list[Conversation] = []
        self._counts: dict[Filter, Counts] = {}
        self._arrived = asyncio.Event()
        self._searching: Filter | None = None

    @property
    def waiting(self) -> bool:
        """Whether what the widget shows is still of another view: its rows are not what a verb is about."""
        return not self._arrived.is_set()

    async def arrival(self) -> None:
        """Until the rows of this view are here, or are known not to come."""
        await self._arrived.wait()

    @property
    def filter(self) -> Filter:
        """What the server and the replica are asked for."""
        return self.narrowing.applied(self.view.filter)

    @property
    def pinned(self) -> Filter | None:
        """What stands above everything else."""
        return self.narrowing.applied(self.view.pinned) if self.view.pinned else None

    @property
    def filtered(self) -> bool:
        """Whether the person narrowed the view."""
        return self.narrowing.asks

    @property
    def said(self) -> str:
        """What the person asked for beyond the view, in words."""
        replica = self._desk.replica
        names = {each.id: each.name for each in replica.roster.members.values()}
        names |= {each.id: each.name for each in replica.roster.personas.values()}
        contacts = [each.contact for each in replica.conversations() if each.contact]
        return self.narrowing.said(names | {each.id: each.label for each in contacts})

    def choose(self, view: View, narrowing: Narrowing) -> None:
        """Show another view or narrowing: what the replica has at once, what `load` brings later.

        Another list is read from its top; where one stood stays in sight when a filter goes.
        """
        if view.id != self.view.id or (narrowing != self.narrowing and narrowing.asks):
            self._widget.set_beginning(True)
        self.view, self.narrowing = view, narrowing
        self._widget.set_heading(f"{view.label} · {self.said}" if narrowing.asks else view.label)
        self._widget.set_show_assignee(view.mixed)
        if narrowing.asks:
            self._widget.set_empty(tr("Nothing for {said}.", said=self.said), "Esc clears the filter")
        else:
            self._widget.set_empty(view.empty, view.hint, mark="✓")
        self._arrived.clear()
        self.draw()

    async def load(self) -> None:
        """Load the first page; skeleton rows after a moment if there is nothing to look at yet."""
        wanted = self.filter
        waiting = asyncio.get_running_loop().call_later(PATIENCE, self._still_waiting)
        try:
            if self.pinned is not None:
                await self._desk.load_inbox(self.pinned)
            page = await self._desk.load_inbox(wanted)
        except ClientError as error:
            if wanted == self.filter:
                self._arrived.set()
                if not self.rows:
                    self._widget.show_error(brief(error))
            return
        finally:
            waiting.cancel()
        if wanted == self.filter:
            self.draw()
            self._widget.set_beginning(False)
            self.loaded()
            await self._search_on(wanted, len(page.items))

    async def load_more(self) -> None:
        """Load the page after the last one; the list asks again if that fails."""
        wanted, cursor = self.filter, self._cursor()
        if self._searching is not None or cursor is None:
            return
        try:
            page = await self._desk.load_inbox(wanted, cursor)
        except ClientError:
            return
        self.draw()
        await self._search_on(wanted, len(page.items))

    async def _search_on(self, wanted: Filter, found: int) -> None:
        """Go on until there is a page full: the server looks at so many rows at a time."""
        self._searching = wanted
        try:
            while wanted == self.filter and found < _PAGE and (cursor := self._cursor()) is not None:
                self._widget.set_searching(True)
                found += len((await self._desk.load_inbox(wanted, cursor)).items)
                self.draw()
        except ClientError as error:
            if not self.rows and wanted == self.filter:
                self._widget.show_error(brief(error))
        finally:
            if self._searching == wanted:
                self._searching = None
                self._widget.set_searching(False)

    def _cursor(self) -> str | None:
        known = self._desk.inbox.listing(self.filter)
        return known.next_cursor if known is not None else None

    async def load_totals(self, views: tuple[View, ...]) -> None:
        """Ask for the figures of all views, once for those that differ in status alone."""
        for base in dict.fromkeys(_base(view.filter) for view in views):
            try:
                page = await self._desk.api.conversations(base, limit=1)
            except ClientError:
                return
            if page.counts is not None:
                self._counts[base] = page.counts
        self._drawn()

    def counted(self, counts: "Counts") -> None:
        """Fresh figures came for what is shown."""
        if not self.filtered:
            self._counts[_base(self.view.filter)] = counts
        self.draw()

    def total(self, view: View) -> int | None:
        """How many conversations a view has: its rows where all are here, else as far as the server said."""
        known = self._desk.inbox.listing(self.filter)
        if view == self.view and not self.filtered and known and not known.next_cursor:
            return len(self._desk.inbox_rows(self.filter))
        counts = self._counts.get(_base(view.filter))
        return None if counts is None else _sum(counts, view.filter)

    @property
    def by_status(self) -> str:
        """`4 open · 1 pending` of a view that has several statuses; triage has figures of its own."""
        counts = self._counts.get(_base(self.view.filter))
        statuses = self.view.filter.status
        if counts is None or self.filtered or self.view.in_triage or len(statuses) < 2:
            return ""
        each = {tr(status.value): getattr(counts, status.value) for status in statuses}
        return " · ".join(f"{count} {words}" for words, count in each.items() if count)

    def concerns(self, change: Change) -> bool:
        """Whether the rows may differ after `change`."""
        return isinstance(change, ConversationChanged | ConversationGone | Resynced)

    def draw(self) -> None:
        """Show what the replica has, in the view's order."""
        known = self._desk.inbox.listing(self.filter)
        self.rows = self._in_order()
        if self.rows or known is not None:
            self._arrived.set()
            total = _sum(known.counts, self.filter) if known and known.counts and known.next_cursor else None
            total = max(total, len(self.rows)) if total is not None else None  # not all is counted
            self._widget.set_rows(self.rows, total, more=known is not None and known.next_cursor is not None)
        self._drawn()

    def _in_order(self) -> list[Conversation]:
        above = self._desk.inbox_rows(self.pinned) if self.pinned else []
        ids = {each.id for each in above}
        return [*above, *(each for each in self._desk.inbox_rows(self.filter) if each.id not in ids)]

    def after(self, conversation_id: str) -> str | None:
        """The conversation that follows when this one leaves the list: the one below, else the one above."""
        return self.beside(conversation_id, 1) or self.beside(conversation_id, -1)

    def beside(self, conversation_id: str, step: int) -> str | None:
        """The neighbour of a conversation in the list; None at its ends, and for one that is not there."""
        ids = [each.id for each in self.rows]
        place = ids.index(conversation_id) + step if conversation_id in ids else -1
        return ids[place] if 0 <= place < len(ids) else None

    def _still_waiting(self) -> None:
        if not self.rows:
            self._widget.show_loading()


def _base(wanted: Filter) -> Filter:
    """The filter whose one answer counts all statuses of `wanted`."""
    return replace(wanted, status=(), sort="-last_message_at")


def _sum(counts: "Counts", wanted: Filter) -> int:
    return sum(getattr(counts, status.value) for status in _asked(wanted))


def _asked(wanted: Filter) -> list[Status]:
    """The statuses that may be in the list: counts are told for all, whatever the text asks of them."""
    asked = list(wanted.status or Status)
    if not wanted.q:
        return asked
    from deskterm.protocol.query import parse  # needed by filtered lists alone

    for term in parse(wanted.q).of("status"):
        asked = [each for each in asked if (each.value in term.values) is not term.negated]
    return asked
