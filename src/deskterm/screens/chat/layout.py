"""The widgets of the customers' screen, and what they say about support and about the request."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from deskterm.client.live.connection import Link, State
from deskterm.commands.customer import BY_ID, FOOTER
from deskterm.protocol.records import Organization, Status
from deskterm.screens.account.local_copy import as_of
from deskterm.screens.base import DeskScreen
from deskterm.screens.chat.thread import CustomerThread
from deskterm.screens.waiting.waiting import counted
from deskterm.settings import Settings
from deskterm.text.times import time_of_day
from deskterm.widgets.chrome.aside import Aside
from deskterm.widgets.chrome.context_row import ContextRow
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.support_title import Reach, SupportTitle
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.thread.message import CUSTOMER_CELLS
from deskterm.widgets.thread.pane import Thread

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_ENDED = {
    Status.RESOLVED: "If it is not solved, just write: the conversation goes on.",
    Status.CLOSED: "What you write now starts a new request.",
}


class ChatLayout(DeskScreen):
    """Title, thread, composer, and what is wrong with the connection, if anything is."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (120, "-centred")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.desk = desk
        self.settings = settings
        self.now = now
        self.bar = SupportTitle()
        self.thread = Thread(now, cells=CUSTOMER_CELLS)
        self.aside = Aside(id="state")
        self.composer = Composer(enter_sends=settings.chat_send_on_enter, notes=False, classes="pane")
        self.row = ContextRow()
        self.footer = FittingFooter()
        self.shown = CustomerThread(desk, self.thread, now)

    def compose(self) -> ComposeResult:
        """One column."""
        yield self.bar
        with Container(classes="middle"), Vertical(id="chat"):
            yield self.thread
            yield self.aside
            yield self.composer
        yield self.row
        yield self.footer

    def on_mount(self) -> None:
        """Be ready to write."""
        self.draw_footer()
        self.set_focus(self.composer.field)

    def adjust(self, settings: Settings) -> None:
        """Take other settings."""
        self.settings = settings
        self.composer.set_enter_sends(settings.chat_send_on_enter)
        self.draw_footer()
        self.thread.tick()

    def draw_footer(self) -> None:
        """What one can do here, with the key that sends."""
        sends = "⏎" if self.settings.chat_send_on_enter else "^S"
        keys = {"chat.send": sends, "chat.newline": "^J" if self.settings.chat_send_on_enter else "⏎"}
        self.footer.set_hints(
            [(keys.get(name, BY_ID[name].shown_key), BY_ID[name].label) for name in FOOTER],
            ends=[("F1", "help"), ("^Q", "quit")],
        )

    def draw_title(self) -> None:
        """Who answers here, and whether somebody is there."""
        replica = self.desk.replica
        conversation = self.shown.conversation
        persona = (conversation.persona if conversation else None) or replica.roster.support_persona
        name = replica.organization.name if replica.organization else "Support"
        if persona is None:
            self.bar.set_support(name)
        else:
            self.bar.set_support(name, persona.name, persona.initials or "", persona.color or "")
        self.composer.set_audience(persona.name if persona else name)
        if replica.organization is not None:
            self.draw_presence(replica.organization)

    def draw_presence(self, organization: Organization) -> None:
        """Whether somebody of support is there, in the server's words."""
        support = organization.settings.get("support")
        if isinstance(support, dict):
            text = support.get("text")
            self.bar.set_presence(support.get("online") is True, text if isinstance(text, str) else "")

    def draw_state(self) -> None:
        """Where the request stands, if that needs saying."""
        conversation = self.shown.conversation
        said = _ENDED.get(conversation.status) if conversation else None
        self.aside.say(*([(said, "$muted")] if said else []))
        self.draw_title()

    def draw_link(self, link: Link) -> None:
        """Whether the desk can be reached; how many texts wait for it."""
        reach = Reach.CONNECTED if link.online else Reach.OFFLINE
        self.bar.set_reach(Reach.CONNECTING if link.state is State.CONNECTING else reach)
        match link.state:
            case State.OFFLINE:
                waiting = counted(self.desk.replica.outgoing.unsettled())
                old = as_of(self.desk.as_of, self.now())
                self.row.show_offline(time_of_day(link.since, self.now()), waiting, old)
            case State.BACK:
                self.row.show_back(link.updates)
            case _:
                self.row.clear_banner()
