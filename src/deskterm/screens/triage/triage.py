"""Triage: everything that is open, as a table or on a board, with who has how much to do beside it."""

from collections.abc import Sequence

from deskterm.client.answers import ConversationPatch
from deskterm.client.triage import Workload
from deskterm.commands.model import Command, Context
from deskterm.commands.triage import BOARD_FOOTER, ON_BOARD
from deskterm.protocol.records import Conversation, Status
from deskterm.screens.inbox.saved_views import SavedViewVerbs
from deskterm.screens.inbox.until import ask_until
from deskterm.screens.inbox.views import SORTS, TRIAGE, TRIAGE_BY_STATUS, Narrowing, View
from deskterm.screens.triage.watching import agent_load
from deskterm.text.words import tr
from deskterm.widgets.triage.lanes import GROUPS, NONE, Group, lanes

#: How many conversations a board has at most.
_MOST = 500


class Triage(SavedViewVerbs):
    """The inbox with all of the desk in it: the same rows, verbs and selection."""

    group: Group | None = None
    """By what the board groups; None = it is a table."""
    _fetching = False

    @property
    def in_triage(self) -> bool:
        """Whether triage is shown."""
        return self.listing.view.in_triage

    @property
    def boarded(self) -> bool:
        """Whether the board is shown."""
        return self.in_triage and self.group is not None

    @property
    def rows_in_order(self) -> Sequence[Conversation]:
        """On the board, the rows of the cursor's lane."""
        lane = self.board.lane if self.boarded else None
        return lane.rows if lane is not None else super().rows_in_order

    def offered(self) -> list[Command]:
        """The commands that exist for this person, here."""
        away = frozenset[str]() if self.boarded else ON_BOARD
        return [
            each
            for each in super().offered()
            if each.id not in away and (self.in_triage or each.id != "triage.group")
        ]

    def hinted(self) -> Sequence[str]:
        """On the board, its own moves."""
        return BOARD_FOOTER if self._on_board else super().hinted()

    def applies(self, command: Command) -> bool:
        """Balancing is offered for what is chosen."""
        return self.several if command.id == "triage.balance" else super().applies(command)

    def action_triage(self) -> None:
        """Show everything that is open."""
        self.load_workload()
        self.go_to_view(TRIAGE_BY_STATUS if self.group == "status" else TRIAGE)

    def action_group(self) -> None:
        """The next form: a board by each of the fields, then the table again."""
        if not self.in_triage:
            return
        order: list[Group | None] = [None, *GROUPS]
        self.group = order[(order.index(self.group) + 1) % len(order)]
        self.clear_selection()
        here = self.listing.view
        form = TRIAGE_BY_STATUS if self.group == "status" else TRIAGE
        self.show_view(here if here.saved else form, self.listing.narrowing)
        self.go_to(self.list)

    def show_view(self, view: View, narrowing: Narrowing | None = None) -> None:
        """Triage has its own arrangement of the panes."""
        self.set_class(view.in_triage, "-triage")
        self.set_class(view.in_triage and self.group is not None, "-board")
        super().show_view(view, narrowing)
        if self.in_triage:
            form = tr("by {field}", field=tr(GROUPS[self.group])) if self.group else tr("a table")
            said = " · ".join(filter(None, (tr("triage"), form, self.listing.said or view.filter.q)))
            self.row.set_filter(said, order=tr(SORTS[self.listing.filter.sort]))

    def listing_drawn(self) -> None:
        """The board follows the list."""
        super().listing_drawn()
        self.draw_board()

    def show_workload(self, workload: Workload) -> None:
        """The lanes of agents say how much they have."""
        super().show_workload(workload)
        self.draw_board()

    def draw_board(self) -> None:
        """Show the rows in their lanes, and fetch what is missing."""
        if not self.boarded or self.group is None:
            return
        loads = [agent_load(each) for each in self.loads]
        self.board.set_lanes(lanes(self.listing.rows, self.group, loads), self.list.cursor_id)
        if not self._fetching and self._next_page() is not None:
            self._fetching = True
            self.work(self._fetch(), "board")

    def _next_page(self) -> str | None:
        known = self.desk.inbox.listing(self.listing.filter)
        return known.next_cursor if known is not None and len(self.listing.rows) < _MOST else None

    async def _fetch(self) -> None:
        """A board shows everything, not only what a list would have loaded by now."""
        try:
            while self.boarded and (page := self._next_page()) is not None:
                await self.listing.load_more()
                if self._next_page() == page:
                    return
        finally:
            self._fetching = False

    def draw_selection(self) -> None:
        """On the board too."""
        super().draw_selection()
        self.board.set_selected(frozenset(each.id for each in self.selected))

    async def select_all(self) -> None:
        """On the board, all of the lane."""
        if not self.boarded:
            await super().select_all()
            return
        self.selection.clear()
        self.selection.add(self.rows_in_order)
        self.draw_selection()

    def follow_cursor(self) -> None:
        """The cursor of the list is that of the board."""
        super().follow_cursor()
        if self.boarded:
            self.board.stand(self.list.cursor_id)

    # --- moves on the board ------------------------------------------------------------------------------

    @property
    def _on_board(self) -> bool:
        return self.boarded and self.context is Context.LIST

    def action_move(self, step: int) -> None:
        """A card."""
        if self._on_board:
            self._stand(self.board.step(step))
        else:
            super().action_move(step)

    def action_half_page(self, step: int) -> None:
        """Half of what is in view of a lane."""
        if self._on_board:
            self._stand(self.board.step(step * max(self.board.page // 2, 1)))
        else:
            super().action_half_page(step)

    def action_page(self, step: int) -> None:
        """What is in view of a lane."""
        if self._on_board:
            self._stand(self.board.step(step * self.board.page))
        else:
            super().action_page(step)

    def action_top(self) -> None:
        """The first card of the lane."""
        if self._on_board:
            self._stand(self.board.step(-_MOST))
        else:
            super().action_top()

    def action_bottom(self) -> None:
        """The last card of the lane."""
        if self._on_board:
            self._stand(self.board.step(_MOST))
        else:
            super().action_bottom()

    def action_lane(self, step: int) -> None:
        """The lane beside that has something in it."""
        if self._on_board:
            self._stand(self.board.go(step))

    def _stand(self, conversation_id: str | None) -> None:
        if conversation_id is not None:
            self.board.stand(conversation_id)
            self.list.move_to(conversation_id)
            self.follow_range()

    def action_shift(self, step: int) -> None:
        """Give what is chosen, or the card under the cursor, what the lane beside stands for."""
        here, there = self.board.lane, self.board.beside(step)
        target = self.ticket if self._on_board else None
        if target is None or here is None or there is None:
            return

        def change(patch: ConversationPatch) -> None:
            if self.several:
                self.change_many(patch)
            else:
                self.change(target, patch)

        if self.group == "status" and there.key == Status.SNOOZED:
            ask_until(
                self.app,
                tr("Snooze until"),
                self.now(),
                lambda when: change({"status": Status.SNOOZED.value, "snoozed_until": when}),
            )
        else:
            change(_patch(self.group, here.key, there.key))


def _patch(group: Group | None, here: str, there: str) -> ConversationPatch:
    """What makes a conversation of one lane one of another."""
    if group == "status":
        return {"status": there}
    if group == "priority":
        return {"priority": there}
    if group == "assignee":
        return {"assignee_id": None if there == NONE else there}
    patch: ConversationPatch = {}
    if here != NONE:
        patch["remove_tags"] = [here]
    if there != NONE:
        patch["add_tags"] = [there]
    return patch
