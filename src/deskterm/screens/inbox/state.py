"""What the inbox knows and what its verbs and moves share."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from deskterm.client.live.connection import State
from deskterm.commands.model import Command, Context, Home
from deskterm.commands.table import COMMANDS
from deskterm.protocol.records import Conversation, Kind, Me, Status
from deskterm.protocol.states import allowed
from deskterm.screens.account.local_copy import as_of
from deskterm.screens.begun import Begun
from deskterm.screens.conversation.reading import OpenThread
from deskterm.screens.inbox.layout import InboxLayout
from deskterm.screens.inbox.listing import Listing
from deskterm.screens.inbox.rights import is_admin, may_claim, may_return, needs_met
from deskterm.screens.inbox.undo import Undoable
from deskterm.screens.inbox.views import View, views
from deskterm.screens.triage.selection import Selection
from deskterm.screens.waiting.waiting import counted
from deskterm.screens.writing.drafts import Drafts, draft_account
from deskterm.screens.writing.writing import Writing
from deskterm.settings import Settings
from deskterm.text.times import time_of_day
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: The work that changes something, in one's own sight too.
_ACTS = frozenset({"change", "undo", "send"})
#: How many seconds a result is said in the context row.
_SAID = 6.0


class InboxState(InboxLayout):
    """The parts of the inbox and the questions that every verb asks: on what, and may I."""

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(settings, now)
        self.desk = desk
        if desk.replica.me is None:
            raise ValueError("a desk without anybody signed in has no inbox")
        self.me: Me = desk.replica.me
        self.views: tuple[View, ...] = views(self.me)
        self.listing = Listing(desk, self.list, self.views[0], self.listing_drawn)
        self.reading = OpenThread(desk, self.thread, self.me, now)
        drafts = Drafts(settings.drafts, draft_account(desk.api.server, self.me))
        self.writing = Writing(desk, self.composer, drafts, self.me, now)
        self.undos: list[Undoable] = []
        self.selection = Selection()
        self._acts: list[Begun] = []
        self._said = ""
        self._quiet: Timer | None = None

    def listing_drawn(self) -> None:
        """The rows or the totals changed."""

    def preview(self) -> None:
        """Show the conversation under the cursor, without opening it."""

    def work(self, coroutine: Coroutine[Any, Any, None], group: str, *, exclusive: bool = False) -> None:
        """Do something beside the event loop's next turn; `exclusive` gives up what the group did before."""
        begun = Begun(coroutine)
        if group in _ACTS:
            self._acts.append(begun)
        begun.ends_with(self.run_worker(begun, group=group, exclusive=exclusive, exit_on_error=False))

    @property
    def acted(self) -> bool:
        """Whether something was asked of the server since keys last waited for it."""
        return bool(self._acts)

    async def settled(self) -> None:
        """Wait until everything that was asked of the server so far is done, or refused."""
        for each in tuple(self._acts):
            await each.over.wait()
        self._acts = [each for each in self._acts if not each.over.is_set()]

    def expect_nothing(self) -> None:
        """Keys have waited for it long enough, once."""
        self._acts.clear()

    @property
    def target(self) -> Conversation | None:
        """The conversation that a verb is about: under the cursor of the list, else the open one."""
        if self.context is Context.LIST:
            return None if self.listing.waiting else self.list.cursor_row
        opened = self.writing.conversation_id  # known at once, also to keys typed ahead of the messages
        return self.desk.replica.conversation(opened) if opened else self.reading.conversation

    @property
    def ticket(self) -> Conversation | None:
        """The same, if it is one that has a status, a priority and an assignee; says so if not."""
        target = self.target
        if target is None or target.kind is Kind.SUPPORT:
            return target
        self.say("Rooms and direct messages stay open and belong to nobody: this is for tickets.")
        return None

    def offered(self) -> list[Command]:
        """The commands that exist for this person."""
        met = needs_met(self.me)
        numbers = {str(number) for number in range(1, len(self.views) + 1)}
        return [
            command
            for command in COMMANDS
            if command.need in met
            and not (
                command.id.startswith("view.") and command.typed.isdigit() and command.typed not in numbers
            )
        ]

    def applies(self, command: Command) -> bool:
        """Whether a command makes sense for the conversation it would be about; for the footer."""
        target = self.target
        if target is not None and target.kind is not Kind.SUPPORT and command.id in _OF_TICKETS:
            return False
        match command.id:
            case "undo":
                return bool(self.undos)
            case "ticket.next" | "ticket.new":
                return True
            case "compose.send" | "select.one":
                return target is not None
            case "ticket.resolve":
                return target is not None and Status.RESOLVED in allowed(target.status)
            case "ticket.snooze":
                return target is not None and Status.SNOOZED in allowed(target.status)
            case "ticket.note" | "compose.kind" if target is not None:
                return has_notes(target)
            case "ticket.reply":
                return target is not None and self.writing.may_reply(target)
        return target is not None or not command.id.startswith("ticket.")

    def may_take(self, conversation: Conversation) -> bool:
        """Whether a conversation can be taken, or, being one's own, given back."""
        if conversation.assignee is None:
            return may_claim(self.me)
        if conversation.assignee.id == self.me.member_id:
            return may_return(self.me)
        return is_admin(self.me)

    def say(self, words: str) -> None:
        """Tell a result quietly, in the context row; while offline that row has something more important."""
        if not self.desk.connection.online:
            self.notify(words, timeout=_SAID, markup=False)
            return
        self._said = words
        self.draw_row()
        if self._quiet is not None:
            self._quiet.stop()
        self._quiet = self.set_timer(_SAID, self.unsay)

    def unsay(self) -> None:
        """What was told last is over."""
        self._said = ""
        self.draw_row()

    def complain(self, words: str) -> None:
        """Tell what did not work, and what to do."""
        self.notify(words, severity="error", timeout=_SAID, markup=False)

    def draw_row(self) -> None:
        """Show the connection's trouble, else what was told just now, else the filter."""
        link = self.desk.connection.link
        if self._said and link.online:
            self.row.show_words(self._said)
        elif link.state is State.BACK:
            self.row.show_back(link.updates)
        elif link.state in (State.OFFLINE, State.ENDED):
            since = time_of_day(link.since, self.now())
            waiting = counted(self.desk.replica.outgoing.unsettled())
            self.row.show_offline(since, waiting, as_of(self.desk.as_of, self.now()))
        elif delayed := counted(self.desk.replica.outgoing.delayed()):
            self.row.show_words(
                tr("{count} not sent yet · {@app.refresh:F5} now · {@goto.outbox:g w} outbox", count=delayed)
            )
        else:
            self.draw_rest()

    def draw_rest(self) -> None:
        """Nothing is the matter: what the row says then."""
        self.row.clear_banner()


def has_notes(conversation: Conversation) -> bool:
    """Whether there is somebody in it from whom agents have something to note apart."""
    return conversation.kind is Kind.SUPPORT or (
        conversation.kind is Kind.DIRECT and conversation.contact is not None
    )


#: What has no meaning for rooms and direct messages.
_OF_TICKETS = frozenset(
    f"ticket.{each}"
    for each in (
        "assign",
        "take",
        "status",
        "priority",
        "tags",
        "resolve",
        "reopen",
        "snooze",
        "escalate",
        "mark_unread",
        "mark_read",
        "merge",
    )
)

#: The inbox's actions: in which contexts they answer, and what they need.
ACTIONS: dict[str, list[Command]] = {}
for _command in COMMANDS:
    if _command.home is Home.INBOX:
        ACTIONS.setdefault(_command.action.partition("(")[0], []).append(_command)
