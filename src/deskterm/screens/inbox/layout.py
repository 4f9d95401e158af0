"""The inbox's panes: which there are, and where the keyboard is."""

from collections.abc import Callable
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from deskterm.commands.model import Context
from deskterm.screens.inbox.frame import Ground, InboxFrame
from deskterm.settings import Settings
from deskterm.text.words import tr
from deskterm.widgets.chrome.places import PlaceList
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.triage.board import Board
from deskterm.widgets.triage.loads import FigureStrip, LoadPane


class InboxLayout(InboxFrame):
    """The widgets of the inbox and how they stand to each other.

    Classes of the screen say what is to be seen: `-reading` that a conversation was opened (below 100 columns
    it then covers the list, as a screen of its own would), `-sidebar` that the ticket's details are wanted.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(settings, now)
        self.thread = Thread(now, classes="pane")
        self.composer = Composer(enter_sends=settings.send_on_enter, classes="pane")
        self.composer.display = False
        self.strip = FigureStrip()
        self.board = Board(now, id="board")
        self.loads_pane = LoadPane(classes="pane")
        self.people = PlaceList(tr("People here"), id="room-people", classes="pane")

    def figures(self) -> ComposeResult:
        """In triage, where the tabs stand else."""
        yield self.strip

    def beside_list(self) -> ComposeResult:
        """The board in the list's place, and who has how much to do."""
        yield self.board
        yield self.loads_pane

    def details_panes(self) -> ComposeResult:
        """The details of a ticket, and in the same place who is in a room."""
        yield from super().details_panes()
        yield self.people

    def conversation_pane(self) -> Widget:
        """The messages, and below them where one writes."""
        return Ground(self.thread, self.composer, id="conversation")

    def on_resize(self, event: events.Resize) -> None:
        """Where the details get a pane of their own, or lose it, what was wanted before counts no more."""
        (huge,) = (width for width, name in self.app.HORIZONTAL_BREAKPOINTS or () if name == "-huge")
        if (event.size.width >= huge) != self.has_class("-huge"):
            self.remove_class("-sidebar")

    @property
    def reading_mode(self) -> bool:
        """Whether a conversation was opened, not only shown beside the list."""
        return self.has_class("-reading")

    @property
    def slid_over(self) -> bool:
        """Whether the ticket's details lie over the conversation, having no pane of their own."""
        return self.has_class("-sidebar") and not self.has_class("-huge")

    @property
    def previews(self) -> bool:
        """Whether what is under the cursor is shown unopened: below 100 columns, and below its details."""
        return (self.single or self.slid_over) and not self.reading_mode

    @property
    def single(self) -> bool:
        """Whether the window has room for the list or the conversation, not for both side by side."""
        return any(self.has_class(name) for name in ("-tiny", "-narrow", "-short"))

    @property
    def context(self) -> Context:
        """Where the keyboard is."""
        focused = self.focused
        if focused is None:
            return Context.THREAD if self.reading_mode and self.single else Context.LIST
        if self.composer in focused.ancestors_with_self:
            return Context.COMPOSER
        if focused is self.thread.search.field:
            return Context.SEARCH
        if focused is self.people:
            return Context.PEOPLE
        if focused is self.board:
            return Context.LIST
        return Context.LIST if self.list in focused.ancestors_with_self else Context.THREAD

    def panes(self) -> list[Widget]:
        """What can have the focus now, in the order of the tab key."""
        order: list[Widget] = []
        if not (self.single and self.reading_mode):
            order.append(self.board if self.has_class("-board") else self.list)
        if self.reading_mode:
            order.append(self.thread.stream)
            if self.composer.display and self.composer.field.display:
                order.append(self.composer.field)
            if self.has_class("-room") and self.people.display and self.people.region:
                order.append(self.people)
        return order

    def adjust(self, settings: Settings) -> None:
        """Take other settings."""
        super().adjust(settings)
        self.composer.set_enter_sends(settings.send_on_enter)
        self.thread.tick()

    def go_to(self, widget: Widget) -> None:
        """Move the keyboard at once: keys typed ahead follow."""
        here = self.board if widget is self.list and self.has_class("-board") else widget
        self.set_focus(here, scroll_visible=False)

    def show_conversation(self, opened: bool) -> None:
        """Open the conversation pane, or give the room back to the list."""
        self.composer.display = opened
        self.set_class(opened, "-reading")
        if not opened:
            self.go_to(self.list)
