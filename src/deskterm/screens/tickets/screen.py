"""The list of tickets: narrowed by status, priority and assignee, and found by typing."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.answers import Ticket
from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Changes, ConversationChanged, ConversationGone, TicketChanged
from deskterm.commands.model import Context
from deskterm.protocol.records import Me
from deskterm.screens.over import Over
from deskterm.screens.questions import Choose
from deskterm.screens.sentences import brief
from deskterm.screens.tickets.rows import Narrowed, present, row, terms
from deskterm.screens.tickets.ticket import TicketScreen
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import MOST_CHOICES, Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_PAGE = 200


class TicketsScreen(Over[str | None]):
    """The tickets, the latest news first; answers the conversation to open."""

    panel = Context.TICKETS
    first = later("⏎ look, change")

    def __init__(self, desk: "Desk", me: Me, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._me = me
        self._now = now
        self._narrowed = Narrowed()
        self._known: dict[str, Ticket] = {}
        self._picker = Picker(
            tr("Tickets"), [], placeholder=tr("type a number, a name, a word"), classes="pane"
        )
        self._stop: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; the list comes when it is here, and follows what happens."""
        self.set_focus(self._picker.field)
        self._stop = self._desk.subscribe(self._learnt)
        self.action_reload()

    def on_unmount(self) -> None:
        """Hear no more."""
        self._stop()

    def action_reload(self) -> None:
        """Ask for the list anew."""
        self._picker.set_choices([Choice("", tr("Loading…"), disabled=True)])
        self._say()
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        narrowed, cursor = self._narrowed, None
        found: dict[str, Ticket] = {}
        try:
            while len(found) < MOST_CHOICES:
                page = await self._desk.api.tickets(
                    status=narrowed.status,
                    priority=narrowed.priority,
                    assignee=narrowed.assignee,
                    cursor=cursor,
                    limit=_PAGE,
                )
                found |= {each.id: each for each in page.items}
                cursor = page.next_cursor
                if cursor is None:
                    break
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
            return
        self._known = found
        self._draw()

    def _draw(self) -> None:
        none = Choice(
            "",
            tr("No ticket is like that. {key} changes the filter.", key=self.key("panel.filter")),
            disabled=True,
        )
        self._picker.set_choices([row(each, self._now()) for each in self._known.values()] or [none])
        self._say()

    def _say(self) -> None:
        members = self._desk.replica.roster.members
        names = {each.id: each.name for each in members.values()} | {"none": tr("nobody")}
        self._picker.set_frame(left=[(tr("Tickets"), "bold")], right=[(self._narrowed.said(names), "$muted")])

    def _learnt(self, changes: Changes) -> None:
        before = dict(self._known)
        replica = self._desk.replica
        for change in changes:
            if isinstance(change, ConversationGone):
                self._forget(change.id)
            elif isinstance(change, TicketChanged) and change.id in self._known:
                held = replica.ticket(change.id) or self._known[change.id]
                self._known[change.id] = present(held, replica.conversation(held.conversation_id))
            elif isinstance(change, ConversationChanged):
                for each in [each for each in self._known.values() if each.conversation_id == change.id]:
                    self._known[each.id] = present(each, replica.conversation(change.id))
        if self._known != before:
            self._draw()

    def _forget(self, conversation_id: str) -> None:
        for each in [each for each in self._known.values() if each.conversation_id == conversation_id]:
            del self._known[each.id]

    # --- what is chosen ----------------------------------------------------------------------------------

    def action_narrow(self) -> None:
        """Show only some."""
        offered = terms(self._narrowed, self._desk.replica.roster.members.values(), self._me)
        self.app.push_screen(Choose(tr("Show only"), offered), self._narrow)

    def _narrow(self, chosen: str | None) -> None:
        if chosen is not None:
            field, _, value = chosen.partition(":")
            self._narrowed = self._narrowed.toggled(field, value)
            self.action_reload()

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        ticket = self._known.get(event.choice_id)
        if ticket is not None:
            self.app.push_screen(TicketScreen(self._desk, self._me, ticket), self._looked)

    def _looked(self, conversation_id: str | None) -> None:
        if conversation_id is not None:
            self.dismiss(conversation_id)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)
