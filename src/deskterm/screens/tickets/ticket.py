"""One ticket: what it is called and says is its own, the rest is its conversation's."""

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.answers import ConversationPatch, Ticket
from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Changes, ConversationChanged, ConversationGone, TicketChanged
from deskterm.commands.model import Context
from deskterm.protocol.records import Conversation, Me, Status
from deskterm.screens.inbox.choices import NOBODY, assignees, priorities, statuses
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.people.taking_back import TakesBack
from deskterm.screens.questions import Ask, Choose
from deskterm.screens.sentences import brief
from deskterm.screens.tickets.rows import facts, present
from deskterm.screens.writing.rewriting import Rewriting
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class TicketScreen(TakesBack[str | None]):
    """A line for each thing that can be changed; answers the conversation to open."""

    panel = Context.TICKET
    first = later("⏎ change, or open")

    def __init__(self, desk: "Desk", me: Me, ticket: Ticket) -> None:
        super().__init__()
        self._desk = desk
        self._me = me
        self._ticket = ticket
        title = tr("Ticket #{number}", number=ticket.number)
        self._picker = Picker(title, facts(ticket), classes="pane")
        self._stop: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Choose at once; what others change is followed."""
        self.set_focus(self._picker.field)
        self._stop = self._desk.subscribe(self._learnt)
        self._have_conversation()

    def on_unmount(self) -> None:
        """Hear no more."""
        self._stop()

    @property
    def _conversation(self) -> Conversation | None:
        return self._desk.replica.conversation(self._ticket.conversation_id)

    @work(exit_on_error=False)
    async def _have_conversation(self) -> None:
        """Its status, priority and assignee are changed there: have it in the replica."""
        if self._conversation is None:
            try:
                found = await self._desk.api.conversation(self._ticket.conversation_id)
            except ClientError as error:
                self._complain(error)
            else:
                self._desk.replica.put_conversation(found)

    def _learnt(self, changes: Changes) -> None:
        here = self._ticket.conversation_id
        for change in changes:
            if isinstance(change, ConversationGone) and change.id == here:
                self.dismiss(None)
            elif isinstance(change, TicketChanged) and change.id == self._ticket.id:
                self._ticket = self._desk.replica.ticket(change.id) or self._ticket
                self._draw()
            elif isinstance(change, ConversationChanged) and change.id == here:
                self._draw()

    def _draw(self) -> None:
        self._ticket = present(self._ticket, self._conversation)
        self._picker.set_choices(facts(self._ticket))

    # --- what is chosen ----------------------------------------------------------------------------------

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        if event.choice_id == "open":
            self.dismiss(self._ticket.conversation_id)
        elif event.choice_id == "subject":
            self._ask_subject()
        elif event.choice_id == "description":
            empty = later("It says something; Esc leaves it.")
            rewriting = Rewriting(tr("Description"), self._ticket.description, empty)
            self.app.push_screen(rewriting, lambda text: self._rewrite("description", text))
        elif self._conversation is not None:
            self._choose(event.choice_id, self._conversation)

    def _ask_subject(self) -> None:
        def answered(values: Mapping[str, str] | None) -> None:
            self._rewrite("subject", values["subject"].strip() if values else None)

        field = Field("subject", tr("Subject"), value=self._ticket.subject)
        self.app.push_screen(Ask(tr("Ticket #{number}", number=self._ticket.number), [field]), answered)

    def _rewrite(self, name: str, text: str | None) -> None:
        if text and text != getattr(self._ticket, name):
            self._do(self._keep(name, text))

    async def _keep(self, name: str, text: str) -> None:
        before = getattr(self._ticket, name)
        self._ticket = await self._desk.patch_ticket(self._ticket.id, {name: text})
        self._draw()
        self.changed(_said(name), lambda: self._keep_back(name, before, text))

    async def _keep_back(self, name: str, before: str, after: str) -> str:
        if getattr(self._ticket, name) != after:
            return tr("Somebody else changed that since.")
        self._ticket = await self._desk.patch_ticket(self._ticket.id, {name: before})
        self._draw()
        return ""

    def _choose(self, name: str, conversation: Conversation) -> None:
        members = self._desk.replica.roster.members.values()
        offered: Mapping[str, Callable[[], list[Choice]]] = {
            "status": lambda: [each for each in statuses(conversation) if each.id != Status.SNOOZED],
            "priority": lambda: priorities(conversation),
            "assignee": lambda: assignees(conversation, members, self._me),
        }
        if name == "assignee" and not is_admin(self._me):
            self.notify(tr("Admins assign; A in the inbox takes it or gives it back."), markup=False)
            return

        def chosen(value: str | None) -> None:
            if value is not None:
                self._do(self._patch(name, value))

        self.app.push_screen(Choose(tr(name).capitalize(), offered[name]()), chosen)

    async def _patch(self, name: str, value: str) -> None:
        before = self._held(name)
        await self._desk.patch(self._ticket.conversation_id, **_patch_of(name, value))
        self._draw()
        self.changed(_said(name), lambda: self._patch_back(name, before, value))

    async def _patch_back(self, name: str, before: str, after: str) -> str:
        if self._held(name) != after:
            return tr("Somebody else changed that since.")
        await self._desk.patch(self._ticket.conversation_id, **_patch_of(name, before))
        self._draw()
        return ""

    def _held(self, name: str) -> str:
        """What the conversation has there, as it is chosen."""
        conversation = self._conversation
        if conversation is None:
            return ""
        if name == "assignee":
            return conversation.assignee.id if conversation.assignee else NOBODY
        return conversation.status if name == "status" else conversation.priority

    def _do(self, change: Coroutine[Any, Any, None]) -> None:
        self.run_worker(self._trying(change), exit_on_error=False)

    async def _trying(self, change: Coroutine[Any, Any, None]) -> None:
        try:
            await change
        except ClientError as error:
            self._complain(error)

    def _complain(self, error: ClientError) -> None:
        self.notify(tr("Not changed: {why}", why=brief(error)), severity="error", markup=False)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)


def _said(name: str) -> str:
    """Which line of it was changed, in words."""
    return tr("{field} changed", field=tr(name).capitalize())


def _patch_of(name: str, value: str) -> ConversationPatch:
    if name == "assignee":
        return {"assignee_id": None if value == NOBODY else value}
    return {"status": value} if name == "status" else {"priority": value}
