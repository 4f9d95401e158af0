"""The tray: everything that was written here and is not with the server, and what can be done about it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.replica.changes import Changes, PendingChanged
from deskterm.client.replica.outgoing import Item, Pending, SendState
from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.screens.questions import Choose
from deskterm.screens.waiting.waiting import what, why
from deskterm.text.times import clock
from deskterm.text.width import crop
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.paint import Part

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_MARKS: dict[SendState, Part] = {
    SendState.SENDING: ("◌", "$delivery-pending"),
    SendState.WAITING: ("◌", "$delivery-pending"),
    SendState.OLD: ("?", "$waiting-warn bold"),
    SendState.FAILED: ("✗", "$delivery-failed bold"),
}
#: Cells of a reason in the list; the whole of it is in the question about one.
_CELLS = 44
SEND, EDIT, OPEN, DISCARD, KEEP = "send", "edit", "open", "discard", "keep"


class Tray(Over[Item | None]):
    """Answers with a message to be edited, or a change whose conversation is to be opened."""

    panel = Context.OUTBOX
    first = later("↑↓ choose  ⏎ decide")

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._now = now
        self._stop: Callable[[], None] = lambda: None
        self._picker = Picker(tr("Outbox"), [], classes="pane")

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Show what there is, and follow it."""
        self.set_focus(self._picker.field)
        self._stop = self._desk.subscribe(self._learnt)
        self._draw()

    def on_unmount(self) -> None:
        """Hear no more."""
        self._stop()

    def _learnt(self, changes: Changes) -> None:
        if any(isinstance(each, PendingChanged) for each in changes):
            self._draw()

    def _draw(self) -> None:
        items = self._desk.replica.outgoing.unsettled()
        choices = [self._choice(each) for each in items]
        self._picker.set_choices(choices or [Choice("", tr("Nothing waits: all is sent."), disabled=True)])

    def _choice(self, item: Item) -> Choice:
        at = clock(item.created_at, self._now())
        return Choice(
            item.id, self._what(item), f"{crop(why(item).rstrip('.'), _CELLS)} · {at}", _MARKS[item.state]
        )

    def _what(self, item: Item) -> str:
        replica = self._desk.replica
        names = {each.id: each.name for each in replica.roster.members.values()}
        return what(item, replica.conversation(item.conversation_id), names, self._now())

    # --- what can be done --------------------------------------------------------------------------------

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        item = self._desk.replica.outgoing.item(event.choice_id)
        if item is not None:
            question = Choose(f"{self._what(item)} · {why(item)}", _verbs(item))
            self.app.push_screen(question, lambda verb: self._do(item, verb))

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)

    def _do(self, item: Item, verb: str | None) -> None:
        if verb == SEND:
            self._send([item])
        elif verb in (EDIT, OPEN):
            self.dismiss(item)
        elif verb == DISCARD:
            self._ask_to_discard(item)

    def action_send_all(self) -> None:
        """Try everything now; what is old was looked at here, so it goes out too."""
        self._send(self._desk.replica.outgoing.unsettled())

    @work(group="tray", exit_on_error=False)
    async def _send(self, items: "list[Item] | tuple[Item, ...]") -> None:
        self._desk.retry_now()
        for item in items:
            if item.state not in (SendState.FAILED, SendState.OLD):
                continue
            if isinstance(item, Pending):
                await self._desk.resend(item.id, seen_seq=item.seen_again)
            else:
                await self._desk.try_change_again(item.id)

    def _ask_to_discard(self, item: Item) -> None:
        tried = item.state is SendState.WAITING
        words = tr("it may have arrived already") if tried else tr("it is gone then")
        choices = [Choice(KEEP, tr("Keep it"), tr("stays here")), Choice(DISCARD, tr("Discard it"), words)]

        def answered(answer: str | None) -> None:
            if answer == DISCARD:
                self._desk.give_up(item.id)

        self.app.push_screen(Choose(tr("Discard {what}?", what=self._what(item)), choices), answered)

    def action_discard(self) -> None:
        """Discard what the cursor is on, after a question."""
        marked = self._picker.marked
        item = self._desk.replica.outgoing.item(marked) if marked else None
        if item is not None:
            self._ask_to_discard(item)


def _verbs(item: Item) -> list[Choice]:
    verbs = [Choice(SEND, tr("Send now"), "")]
    if isinstance(item, Pending):
        verbs.append(Choice(EDIT, tr("Edit"), tr("back into the composer")))
    else:
        verbs.append(Choice(OPEN, tr("Open the conversation"), tr("and decide there")))
    return [*verbs, Choice(DISCARD, tr("Discard…"), tr("asks first"))]
