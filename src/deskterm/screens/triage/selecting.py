"""Choosing several conversations of a list: one, a range, all that the filter finds."""

from collections.abc import Sequence
from dataclasses import replace

from deskterm.client.errors import ClientError
from deskterm.commands.model import Context
from deskterm.protocol.records import Conversation
from deskterm.screens.inbox.marking import Marking
from deskterm.screens.inbox.views import DIRECT_VIEWS, Narrowing, View
from deskterm.screens.sentences import brief
from deskterm.screens.triage.selection import Selection
from deskterm.text.words import tr, trn

#: How many conversations one may choose at once.
MOST = 5_000
_PAGE = 200


class Selecting(Marking):
    """While something is chosen in the list, the verbs are about all of it."""

    selection: Selection

    @property
    def selected(self) -> list[Conversation]:
        """What is chosen, each as it is known now."""
        known = self.desk.replica.conversation
        chosen = self.selection.all(self.rows_in_order, self.list.cursor_id)
        return [known(each.id) or each for each in chosen.values()]

    @property
    def rows_in_order(self) -> Sequence[Conversation]:
        """The rows through which the cursor moves: a range goes from one to another of them."""
        return self.listing.rows

    @property
    def several(self) -> bool:
        """Whether a verb is about what is chosen, not about one conversation."""
        return bool(self.selection) and self.context is Context.LIST

    def action_select(self) -> None:
        """Choose the conversation under the cursor, or no longer."""
        row = self._choosable()
        if row is not None:
            self.selection.fix(self.rows_in_order, row.id)
            self.selection.toggle(row)
            self.draw_selection()

    def action_select_range(self) -> None:
        """Begin a range that follows the cursor, or end it."""
        row = self._choosable()
        if row is None:
            return
        if self.selection.anchor is None:
            self.selection.anchor = row.id
        else:
            self.selection.fix(self.rows_in_order, row.id)
        self.draw_selection()

    def action_select_all(self) -> None:
        """Choose everything that the filter finds, also what is not loaded yet."""
        if self._choosable() is not None:
            self.work(self.select_all(), "change")

    async def select_all(self) -> None:
        """Choose everything that the filter finds."""
        wanted, known = self.listing.filter, self.desk.inbox.listing(self.listing.filter)
        found, cursor = list(self.listing.rows), known.next_cursor if known else None
        try:
            while cursor is not None and len(found) < MOST:
                page = await self.desk.api.conversations(wanted, cursor=cursor, limit=_PAGE)
                found += page.items
                cursor = page.next_cursor
        except ClientError as error:
            self.complain(tr("Only what is loaded was selected: {why}", why=brief(error)))
        if wanted != self.listing.filter:
            return
        self.selection.clear()
        self.selection.add(found[:MOST])
        self.draw_selection()
        if cursor is not None:
            self.say(tr("The first {count} are selected: narrow the list for the rest.", count=f"{MOST:,}"))

    def clear_selection(self) -> None:
        """Choose nothing."""
        if self.selection:
            self.selection.clear()
            self.draw_selection()

    def select_again(self, stood: Sequence[Conversation]) -> None:
        """Choose again what stands as it did, as far as this list has it, unless something else is chosen."""
        wanted, me, now = self.listing.filter, self.me.member_id, self.now()
        if self.selection or self.context is not Context.LIST:
            return
        self.selection.add(each for each in stood if wanted.matches(each, me, now=now))
        self.draw_selection()

    def follow_cursor(self) -> None:
        """The cursor has moved."""
        self.follow_range()

    def follow_range(self) -> None:
        """The cursor has moved: a range ends where it is now."""
        if self.selection.anchor is not None:
            self.draw_selection()

    def deselect(self, conversation_id: str) -> None:
        """It left one's sight."""
        if self.selection:
            self.selection.forget(conversation_id)
            self.draw_selection()

    def draw_selection(self) -> None:
        """Mark what is chosen, and say how much it is."""
        chosen = self.selection.all(self.rows_in_order, self.list.cursor_id)
        self.list.set_selected(frozenset(chosen))
        self.draw_row()

    def draw_rest(self) -> None:
        """What is chosen stands in the place of the filter."""
        count = len(self.selected)
        if not count:
            super().draw_rest()
            return
        said = trn("{count} selected", "{count} selected", count)
        hints = [self.keymap.hint(each, typing=False) for each in ("select.all", "back")]
        keys = [tr("{key} all", key=hints[0][0]) if hints[0] else "", tr("Esc clears")]
        self.row.show_words(" · ".join(["▣ " + said, *filter(None, keys)]))

    def show_view(self, view: View, narrowing: Narrowing | None = None) -> None:
        """Another list begins with nothing chosen; another order of the same one keeps it."""
        wanted, present = narrowing or Narrowing(), self.listing.narrowing
        if view is not self.listing.view or replace(wanted, sort=present.sort) != present:
            self.clear_selection()
        super().show_view(view, narrowing)

    def action_back(self) -> None:
        """First choose nothing, then go back."""
        if self.several:
            self.clear_selection()
        else:
            super().action_back()

    def _choosable(self) -> Conversation | None:
        if self.listing.view in DIRECT_VIEWS:
            self.say(tr("Rooms and direct messages are not selected: this is for tickets."))
            return None
        return None if self.listing.waiting else self.list.cursor_row
