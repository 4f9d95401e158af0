"""The inbox's panes: which there are, and where the keyboard is."""

from collections.abc import Callable
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from deskterm.commands.model import Context
from deskterm.screens.base import DeskScreen
from deskterm.settings import Settings
from deskterm.widgets.composer import Composer
from deskterm.widgets.context_row import ContextRow
from deskterm.widgets.conversation_list import ConversationList
from deskterm.widgets.facts import FactsLine, TicketSidebar
from deskterm.widgets.footer import FittingFooter
from deskterm.widgets.notice import TooSmall
from deskterm.widgets.thread import Thread
from deskterm.widgets.title_bar import TitleBar
from deskterm.widgets.views import NavPane, ViewTabs

#: Columns and rows below which only a request for more fits.
LEAST = (20, 5)


class InboxLayout(DeskScreen):
    """The widgets of the inbox and how they stand to each other.

    Classes of the screen say what is to be seen: `-reading` that a conversation was opened (below 100 columns
    it then covers the list, as a screen of its own would), `-sidebar` that the ticket's details are wanted.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.settings = settings
        self.now = now
        self.bar = TitleBar()
        self.tabs = ViewTabs()
        self.nav = NavPane(classes="pane")
        self.list = ConversationList(now, classes="pane")
        self.thread = Thread(now, classes="pane")
        self.composer = Composer(classes="pane")
        self.sidebar = TicketSidebar(now, classes="pane")
        self.facts = FactsLine(now)
        self.row = ContextRow()
        self.footer = FittingFooter()

    def compose(self) -> ComposeResult:
        """The frame of the inbox; styles decide which panes the window has room for."""
        yield TooSmall(*LEAST)
        yield self.bar
        yield self.tabs
        with Container(id="panes"):
            yield self.nav
            yield self.list
            with Vertical(id="conversation"):
                yield self.thread
                yield self.composer
            yield self.sidebar
        yield self.facts
        yield self.row
        yield self.footer

    def on_mount(self) -> None:
        """Begin at the list."""
        self.composer.display = False
        self.set_focus(self.list)

    def on_resize(self, event: events.Resize) -> None:
        """In a window of almost nothing, ask for more instead of drawing bits of everything."""
        self.set_class(event.size.width < LEAST[0] or event.size.height < LEAST[1], "-too-small")

    @property
    def reading_mode(self) -> bool:
        """Whether a conversation was opened, not only shown beside the list."""
        return self.has_class("-reading")

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
        return Context.LIST if self.list in focused.ancestors_with_self else Context.THREAD

    def panes(self) -> list[Widget]:
        """What can have the focus now, in the order of the tab key."""
        order: list[Widget] = []
        if not (self.single and self.reading_mode):
            order.append(self.list)
        if self.reading_mode:
            order.append(self.thread.stream)
            if self.composer.display and self.composer.field.display:
                order.append(self.composer.field)
        return order

    def go_to(self, widget: Widget) -> None:
        """Move the keyboard at once: keys typed ahead follow."""
        self.set_focus(widget, scroll_visible=False)

    def show_conversation(self, opened: bool) -> None:
        """Open the conversation pane, or give the room back to the list."""
        self.composer.display = opened
        self.set_class(opened, "-reading")
        if not opened:
            self.go_to(self.list)
