"""A customer's earlier requests: a list to choose from, and one of them to read."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from deskterm.client.errors import ClientError
from deskterm.client.replica.filters import Filter
from deskterm.commands.customer import SHARED
from deskterm.commands.keymap import EVERY
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import Command, Context
from deskterm.commands.panels import of_panel
from deskterm.protocol.records import Conversation, Status
from deskterm.screens.base import DeskScreen
from deskterm.screens.chat.thread import CustomerThread
from deskterm.screens.over import Over
from deskterm.screens.patience import Arriving
from deskterm.text.times import clock
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.notice import Notice
from deskterm.widgets.thread.message import CUSTOMER_CELLS
from deskterm.widgets.thread.pane import Thread

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_WORDS = {Status.RESOLVED: later("solved"), Status.CLOSED: later("closed")}


class Sure(Over[bool]):
    """Asks once before something that cannot be taken back."""

    panel = Context.QUESTION

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._asked, self._yes = question, yes
        self._question = Notice(question, classes="pane")

    def compose(self) -> ComposeResult:
        """The question alone."""
        yield self._question

    def keys_changed(self) -> None:
        """Below the question."""
        keys = [(self.key("question.yes"), self._yes), (self.key("question.no"), tr("go back"))]
        self._question.say(self._asked, keys)

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)


class Requests(Arriving, Over[None]):
    """The list; choosing one shows it, read-only."""

    def __init__(self, desk: "Desk", now: Callable[[], datetime], present: str | None) -> None:
        super().__init__()
        self._desk = desk
        self._now = now
        self._present = present
        self._picker = Picker(tr("My requests"), [], placeholder=tr("type to find one"), classes="pane")

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; the list comes when it is here."""
        self.set_focus(self._picker.field)
        self._picker.set_choices([Choice("", tr("Loading…"), disabled=True)])
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        try:
            page = await self._desk.api.conversations(Filter(sort="-last_message_at"), limit=200)
        except ClientError as error:
            self._picker.set_choices([Choice("", error.sentence, disabled=True)])
        else:
            earlier = [each for each in page.items if each.last_message_at is not None]
            none = [Choice("", tr("No requests yet."), disabled=True)]
            self._picker.set_choices([self._choice(each) for each in earlier] or none)
        finally:
            self.arrived()

    def _choice(self, conversation: Conversation) -> Choice:
        said = conversation.subject or conversation.preview or tr("no words")
        when = clock(conversation.last_message_at or conversation.created_at, self._now())
        state = (
            tr("this one")
            if conversation.id == self._present
            else tr(_WORDS.get(conversation.status, "open"))
        )
        return Choice(conversation.id, f"#{conversation.number}  {said}", f"{state} · {when}")

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self.dismiss()
        if event.choice_id != self._present:
            self.app.push_screen(PastRequest(self._desk, self._now, event.choice_id))

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss()


class PastRequest(DeskScreen):
    """One earlier request, to read."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(of_panel(Context.PAST))]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (120, "-centred")]

    def __init__(self, desk: "Desk", now: Callable[[], datetime], conversation_id: str) -> None:
        super().__init__()
        self._desk = desk
        self._now = now
        self._conversation_id = conversation_id
        self.thread = Thread(now, cells=CUSTOMER_CELLS, classes="pane")
        self._shown = CustomerThread(desk, self.thread, now, with_notices=False)
        self._footer = FittingFooter()

    def compose(self) -> ComposeResult:
        """The thread and the way back."""
        with Container(classes="middle"):
            yield self.thread
        yield self._footer

    def on_mount(self) -> None:
        """Load it."""
        self.set_focus(self.thread.stream)
        self.keys_changed()
        self._load()

    @property
    def context(self) -> Context:
        """One reads."""
        return Context.PAST

    def offered(self) -> list[Command]:
        """The way back, and what the whole program has."""
        return [*of_panel(Context.PAST), *SHARED]

    def keys_changed(self) -> None:
        """The way back with its key, and how one scrolls."""
        shown = {name: self.keymap.of(EVERY[name]).shown_key for name in ("list.down", "list.up")}
        back = self.keymap.hint("past.back")
        hints = [(back[0], tr("back"))] if back else []
        self._footer.set_hints([*hints, (" ".join(shown.values()), tr("scroll"))], ends=self.keymap.ends())

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        try:
            await self._desk.open_conversation(self._conversation_id)
        except ClientError as error:
            back = self.keymap.hint("past.back")
            self.thread.show_sentence(
                error.sentence, tr("{key} back", key=back[0]) if back else "", failed=True
            )
            return
        self._shown.show(self._conversation_id)
        if (conversation := self._shown.conversation) is not None:
            state = tr(_WORDS.get(conversation.status, "open"))
            self.thread.set_frame(
                left=[(tr("Request #{number}", number=conversation.number), "bold")],
                right=[(state, "$muted")],
            )

    @on(Thread.NearStart)
    @work(exclusive=True, group="page", exit_on_error=False)
    async def _load_older(self, event: Thread.NearStart) -> None:
        event.stop()
        with suppress(ClientError):  # scrolling asks again
            await self._shown.pages.older()

    def action_top(self) -> None:
        """The oldest message that is here."""
        self.thread.stream.action_top()

    def action_back(self) -> None:
        """Back to the conversation."""
        if self.app.screen is self:
            self.app.pop_screen()
