"""The widgets of the customers' screen, and what they say about where one is and who answers there."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widget import Widget

from deskterm.client.live.connection import Link, State
from deskterm.commands.customer import BY_ID, FOOTER, FOOTER_ELSEWHERE
from deskterm.protocol.records import Conversation, Kind, Persona, Presence, Status
from deskterm.screens.account.local_copy import as_of
from deskterm.screens.base import DeskScreen
from deskterm.screens.chat.thread import CustomerThread
from deskterm.screens.direct.heading import PRESENCE_WORDS, presence_of
from deskterm.screens.direct.sides import face_color, other_side
from deskterm.screens.waiting.waiting import counted
from deskterm.settings import Settings
from deskterm.text.times import time_of_day
from deskterm.text.words import key, later, tr
from deskterm.widgets.chrome.aside import Aside
from deskterm.widgets.chrome.context_row import ContextRow
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.places import PlaceListBesideText
from deskterm.widgets.chrome.support_title import Reach, SupportTitle
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.face import initials
from deskterm.widgets.thread.message import CUSTOMER_CELLS
from deskterm.widgets.thread.pane import Thread

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_ENDED = {
    Status.RESOLVED: later("If it is not solved, just write: the conversation goes on."),
    Status.CLOSED: later("What you write now starts a new request."),
}


class ChatLayout(DeskScreen):
    """Title, thread, composer, and what is wrong with the connection, if anything is.

    Whoever has rooms or direct messages has a list of them at the left (`-places`), and in a room its people
    at the right (`-room`): beside the thread where there is room, else as drawers that a key opens
    (`-drawer-places`, `-drawer-people`).
    """

    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (60, "-narrow"),
        (100, "-sided"),
        (120, "-centred"),
        (140, "-peopled"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.desk = desk
        self.settings = settings
        self.now = now
        self.bar = SupportTitle()
        self.places = PlaceListBesideText(tr("Messages"), id="places", classes="pane")
        self.people = PlaceListBesideText(tr("People here"), id="room-people", classes="pane")
        self.thread = Thread(now, cells=CUSTOMER_CELLS)
        self.aside = Aside(id="state")
        self.composer = Composer(enter_sends=settings.chat_send_on_enter, notes=False, classes="pane")
        self.row = ContextRow(retry=("chat.refresh", "F5"))
        self.footer = FittingFooter()
        self.shown = CustomerThread(desk, self.thread, now)
        self.support_id: str | None = None
        """The request that is active, as far as is known; shown or not."""

    def compose(self) -> ComposeResult:
        """One column, and at its sides what some have beside it."""
        yield self.bar
        with Container(classes="middle"):
            yield self.places
            with Vertical(id="chat"):
                yield self.thread
                yield self.aside
                yield self.composer
            yield self.people
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

    @property
    def at_support(self) -> bool:
        """Whether Help & Support is shown, and not a room or a direct conversation."""
        shown = self.shown.conversation
        if shown is None:  # nothing is here yet, or what is shown is being loaded anew
            return self.shown.conversation_id in (None, self.support_id)
        return shown.kind is Kind.SUPPORT

    @property
    def beside(self) -> bool:
        """Whether the list of places stands beside the thread."""
        return self.has_class("-places") and self._is_wide("-sided", "-centred", "-peopled")

    @property
    def peopled(self) -> bool:
        """Whether the people of a room stand beside the thread."""
        return self.has_class("-room") and self._is_wide("-peopled")

    def _is_wide(self, *classes: str) -> bool:
        return any(self.has_class(each) for each in classes)

    def draw_footer(self) -> None:
        """What one can do here, with the key that sends; in the lists at the sides, what works there."""
        found = (self.keymap.hint(each, typing=True) for each in ("app.help", "app.quit"))
        ends = [each for each in found if each is not None]
        if self.places.has_focus or self.people.has_focus:
            does = tr("go there") if self.places.has_focus else tr("write to them")
            hints = [
                ("⏎", does),
                ("↑↓", tr("choose")),
                (key("list.unread_next", "]"), tr("next new")),
                ("Esc", tr("back to writing")),
            ]
            self.footer.set_hints(hints, ends=ends)
            return
        sends = "⏎" if self.settings.chat_send_on_enter else "^S"
        keys = {"chat.send": sends, "chat.newline": "^J" if self.settings.chat_send_on_enter else "⏎"}
        wanted = FOOTER if self.at_support else FOOTER_ELSEWHERE
        here = {"chat.places": self.has_class("-places"), "chat.people": self.has_class("-room")}
        names = [each for each in wanted if here.get(each, True)]
        shown = {each.id: each for each in self.keymap.all(BY_ID[name] for name in names)}
        self.footer.set_hints(
            [(keys.get(name, shown[name].shown_key), BY_ID[name].label) for name in names],
            ends=ends,
        )

    def draw_title(self) -> None:
        """Who is at the other side, and whether somebody is there."""
        conversation = self.shown.conversation
        if conversation is None or conversation.kind is Kind.SUPPORT:
            self._draw_support(conversation)
        elif conversation.kind is Kind.GROUP:
            name = conversation.subject or tr("Room")
            self.bar.set_support(name, initials="#")
            self.bar.clear_presence()
            self.composer.set_audience(tr("everybody in {name}", name=name))
        else:
            self._draw_other(conversation)

    def _draw_support(self, conversation: Conversation | None) -> None:
        replica = self.desk.replica
        persona = (conversation.persona if conversation else None) or replica.roster.support_persona
        name = replica.organization.name if replica.organization else tr("Support")
        if persona is None:
            self.bar.set_support(name)
        else:
            self.bar.set_support(name, persona.name, persona.initials or "", persona.color or "")
        self.composer.set_audience(persona.name if persona else name)
        if self.support_reach is not None:
            self.bar.set_presence(*self.support_reach)

    def _draw_other(self, conversation: Conversation) -> None:
        """The one person or persona that a direct conversation is with."""
        other = other_side(conversation, self.own_ids)
        persona: Persona | None = conversation.persona
        name = persona.name if persona else other.name if other else tr("Direct message")
        face = (persona.initials if persona else None) or initials(name)
        self.bar.set_support(name, (persona.title if persona else None) or "", face, face_color(conversation))
        presence = presence_of(conversation, self.desk.replica)
        if presence is None:
            self.bar.clear_presence()
        else:
            self.bar.set_presence(presence is Presence.ONLINE, tr(PRESENCE_WORDS[presence]))
        self.composer.set_audience(name)

    @property
    def own_ids(self) -> frozenset[str]:
        """Under which ids the customer takes part."""
        return self.desk.replica.own_ids

    @property
    def support_reach(self) -> tuple[bool, str] | None:
        """Whether somebody of support is there, and that in the server's words; None = not known."""
        organization = self.desk.replica.organization
        support = organization.settings.get("support") if organization else None
        if not isinstance(support, dict):
            return None
        text = support.get("text")
        return support.get("online") is True, text if isinstance(text, str) else ""

    def close_drawers(self) -> None:
        """What slid over the thread goes; the keyboard goes back to the text."""
        self.remove_class("-drawer-places", "-drawer-people")
        self.set_focus(self.composer.field)

    def open_side(self, side: Widget, drawer: str) -> None:
        """Give a list at the side the keyboard; where it has no room of its own it slides over the thread."""
        self.remove_class("-drawer-places", "-drawer-people")
        self.add_class(drawer)
        self.set_focus(side)

    def draw_state(self) -> None:
        """Where the request stands, if that needs saying."""
        conversation = self.shown.conversation
        said = _ENDED.get(conversation.status) if conversation and self.at_support else None
        self.aside.say(*([(tr(said), "$muted")] if said else []))
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
