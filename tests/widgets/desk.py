"""A whole inbox made of widgets alone, as the screens will put it together: to look at, and to squeeze."""

from collections.abc import Iterator

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from deskterm.protocol.records import (
    Assignee,
    Author,
    AuthorKind,
    Contact,
    ContactKind,
    Conversation,
    Member,
    Message,
    MessageKind,
    Presence,
    Priority,
    Role,
    Visibility,
)
from deskterm.widgets.chrome.context_row import ContextRow
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.title_bar import Link, TitleBar
from deskterm.widgets.chrome.views import NavPane, View, ViewTabs
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.conversations.facts import FactsLine, TicketSidebar
from deskterm.widgets.conversations.list import ConversationList
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import Delivery, Reading
from tests.widgets.sample import NOW, Host, agent, ago, conversation, inbox, message

VIEWS = [
    View("Mine", 12),
    View("Unassigned", 4),
    View("All open", 214),
    View("Pending", 1),
    View("Snoozed", 7),
]
HINTS = [
    ("⏎", "open"),
    ("r", "reply"),
    ("n", "note"),
    ("a", "assign"),
    ("s", "status"),
    ("p", "priority"),
    ("e", "resolve"),
]
MEMBERS = [
    Member("mia", "Mia Kern", Role.STAFF, Presence.ONLINE),
    Member("jonas", "Jonas Weber", Role.STAFF, Presence.ONLINE),
    Member("priya", "Priya Nair", Role.STAFF, Presence.AWAY),
    Member("tom", "Tom Okafor", Role.ADMIN, Presence.OFFLINE),
]


def opened() -> Conversation:
    """The conversation that is open, with every fact."""
    return conversation(
        4821,
        subject="Cannot log in after update",
        priority=Priority.HIGH,
        tags=("login", "sso"),
        assignee=Assignee("mia", "Mia Kern", Presence.ONLINE),
        waiting_since=ago(12),
        contact=Contact(
            "c-Ana",
            ContactKind.CUSTOMER,
            "Ana Souza",
            "ana@example.com",
            "+1-555-0101",
            "Souza Design",
            last_seen_at=ago(2),
        ),
    )


def talk() -> list[Message]:
    """A thread with everything a thread can show."""
    system = Author(AuthorKind.SYSTEM)

    def said(seq: int, body: str, minutes: float, **more: object) -> Message:
        return message(seq, body, created_at=ago(minutes), **more)

    return [
        said(1, "Hello, can you tell me how two-factor works?", 1500),
        said(
            2,
            "Of course: Settings → Security.\nThe guide: https://desk.example/help/2fa",
            1490,
            author=agent(),
        ),
        said(
            3,
            "Conversation assigned to Mia Kern",
            40,
            author=system,
            kind=MessageKind.ACTIVITY,
            visibility=Visibility.INTERNAL,
        ),
        said(
            4,
            "Since this morning's update I only get ERR_AUTH_42. I tried:\n"
            " 1. resetting the password\n 2. clearing cookies\n 3. another browser",
            30,
        ),
        said(5, "It is urgent, I present it at one o'clock.", 29),
        said(
            6,
            "looks like the SSO rollout — checking with #infra",
            28,
            author=agent(),
            visibility=Visibility.INTERNAL,
        ),
        said(
            7,
            "We plan a short maintenance tonight at 22:00 UTC.",
            20,
            author=system,
            kind=MessageKind.NOTIFICATION,
            style={"template": "warning"},
        ),
        said(8, "Hi Ana, thanks for the details — we found the cause.", 15, author=agent()),
        said(9, "Rolling the fix out now.", 14, author=agent()),
        said(10, "any news? I have a demo at 13:00", 7),
    ]


READING = Reading(
    own_ids=frozenset({"mia"}),
    unread_from_seq=10,
    unread_count=1,
    seen_seq=8,
    deliveries={"m-9": (Delivery.FAILED, "Not sent: the desk could not be reached. F5 sends again.")},
)


class Desk:
    """The widgets of an inbox, and how they stand at a width."""

    def __init__(self) -> None:
        self.title = TitleBar()
        self.tabs = ViewTabs()
        self.nav = NavPane(classes="pane")
        self.list = ConversationList(lambda: NOW, classes="pane")
        self.thread = Thread(lambda: NOW, classes="pane")
        self.composer = Composer(classes="pane")
        self.facts = FactsLine(lambda: NOW)
        self.sidebar = TicketSidebar(lambda: NOW, classes="pane")
        self.context = ContextRow()
        self.footer = FittingFooter()

    def build(self, width: int) -> Iterator[Widget]:
        yield self.title
        if width < 160:
            yield self.tabs
        if width < 100:
            self.thread.styles.height = 10
            yield self.list
            yield self.thread
        else:
            self.list.styles.width = 52 if width >= 200 else 46
            panes: list[Widget] = [self.list, Vertical(self.thread, self.composer)]
            if width >= 160:
                panes.insert(0, self.nav)
            if width >= 200:
                panes.append(self.sidebar)
            yield Horizontal(*panes)
            if width < 200:
                yield self.facts
        yield self.context
        yield self.footer

    def fill(self) -> None:
        """Shows the sample records in everything that is mounted."""
        self.title.set_person("acme-support", "Mia", "agent")
        self.title.set_link(Link.LIVE)
        self.title.set_unread(3)
        self.tabs.set_views(VIEWS, 1)
        self.nav.set_views(VIEWS, 1)
        self.nav.set_members(MEMBERS)
        self.list.set_heading("Mine · open")
        self.list.set_rows(inbox(), 12)
        self.list.set_drafts(frozenset({"id-4817"}))
        self.thread.set_frame(
            left=[("#4821 Cannot log in after update", "bold")],
            right=["open · ", ("▲ high", "$priority-high"), (" · waits 12m", "$muted")],
        )
        self.thread.show(talk(), READING)
        self.thread.set_typing(["Ana"], ["Jonas"])
        self.composer.set_audience("Ana", "Mia (Support)")
        self.composer.set_text(
            "Hi Ana, thanks for the details — we found the cause and are\nrolling the fix out now."
        )
        self.composer.set_saved("saved 12:07")
        self.facts.show(opened())
        self.sidebar.show(opened())
        self.context.set_filter("status:open assignee:me", order="newest message first")
        self.context.set_counts("214 open · 4 pending")
        self.footer.set_hints(HINTS)


def desk_app(width: int, theme: str = "deskterm-dark") -> tuple[Host, Desk]:
    desk = Desk()
    return Host(theme=theme, build=lambda: desk.build(width)), desk
