"""What the inbox has around its conversation: bars, views, list, details. It costs little to draw first."""

from collections.abc import Callable
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from deskterm.screens.base import DeskScreen
from deskterm.settings import Settings
from deskterm.widgets.chrome.context_row import ContextRow
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.notice import TooSmall
from deskterm.widgets.chrome.title_bar import TitleBar
from deskterm.widgets.chrome.views import NavPane, ViewTabs
from deskterm.widgets.conversations.facts import FactsLine, TicketSidebar
from deskterm.widgets.conversations.list import ConversationList

#: Columns and rows below which only a request for more fits.
LEAST = (20, 5)


class Ground(Container):
    """What only holds others: blank, which a frame gets for nothing instead of line by line."""

    BLANK = True


class InboxFrame(DeskScreen):
    """The widgets of the inbox without the conversation, and how they stand to each other."""

    BLANK = True

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.settings = settings
        self.now = now
        self.bar = TitleBar()
        self.tabs = ViewTabs()
        self.nav = NavPane(classes="pane")
        self.list = ConversationList(now, classes="pane")
        self.sidebar = TicketSidebar(now, classes="pane")
        self.facts = FactsLine(now)
        self.row = ContextRow()
        self.footer = FittingFooter()

    def conversation_pane(self) -> Widget:
        """What stands beside the list; `#conversation` in the styles."""
        raise NotImplementedError

    def now_or_later(self, pane: Widget) -> ComposeResult:
        """A pane that only some windows have room for, or nothing if this screen can do without it."""
        yield pane

    def figures(self) -> ComposeResult:
        """A row in the place of the tabs."""
        yield from ()

    def beside_list(self) -> ComposeResult:
        """What stands in the list's place, or right of it."""
        yield from ()

    def details_panes(self) -> ComposeResult:
        """What stands at the right of the conversation."""
        yield from self.now_or_later(self.sidebar)

    def compose(self) -> ComposeResult:
        """The frame of the inbox; styles decide which panes the window has room for."""
        yield from self.now_or_later(TooSmall(*LEAST))
        yield self.bar
        yield self.tabs
        yield from self.figures()
        with Ground(id="panes"):
            yield from self.now_or_later(self.nav)
            yield self.list
            yield from self.beside_list()
            yield self.conversation_pane()
            yield from self.details_panes()
        yield self.facts
        yield self.row
        yield self.footer

    def on_mount(self) -> None:
        """Begin at the list."""
        self.set_focus(self.list)

    def adjust(self, settings: Settings) -> None:
        """Take other settings."""
        self.settings = settings
        for each in (self.list, self.sidebar, self.facts):
            each.tick()

    def on_resize(self, event: events.Resize) -> None:
        """In a window of almost nothing, ask for more instead of drawing bits of everything."""
        self.set_class(event.size.width < LEAST[0] or event.size.height < LEAST[1], "-too-small")
