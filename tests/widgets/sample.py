"""Records and a host app for widget tests: a fixed clock, fixed ids, both themes, all style sheets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.widget import Widget

from deskterm.protocol.records import (
    Assignee,
    Author,
    AuthorKind,
    Contact,
    ContactKind,
    Conversation,
    Kind,
    Message,
    MessageKind,
    Priority,
    Status,
)
from deskterm.themes import DESKTERM_DARK, DESKTERM_LIGHT, roles

NOW = datetime(2026, 11, 20, 12, 10, tzinfo=UTC)
STYLES = Path(__file__).parents[2] / "styles"

#: Text of an attacker: clipboard, title, C1, bidi, markup. Nothing of it may reach the terminal as it is.
HOSTILE = "\x1b]52;c;aGFjaw==\x1b\\\x9b31m\x07\u202egnp.exe[/] [red] [link=x]\x00\u2066"


def ago(minutes: float) -> datetime:
    """So many minutes before the tests' present."""
    return NOW - timedelta(minutes=minutes)


def contact(name: str | None, company: str | None = None, **more: Any) -> Contact:
    return Contact(id=f"c-{name}", kind=ContactKind.CUSTOMER, name=name, company=company, **more)


def conversation(number: int, name: str = "Ana Souza", **more: Any) -> Conversation:
    """A support conversation with the usual defaults."""
    company = more.pop("company", None)
    fields: dict[str, Any] = {
        "kind": Kind.SUPPORT,
        "status": Status.OPEN,
        "rev": number,
        "created_at": ago(60),
        "updated_at": ago(5),
        "last_message_at": ago(5),
        "contact": contact(name, company),
    }
    return Conversation(id=f"id-{number}", number=number, **(fields | more))


def message(seq: int, body: str = "Hello", **more: Any) -> Message:
    """A message from the contact, one minute after the one before it."""
    fields: dict[str, Any] = {
        "author": Author(AuthorKind.CONTACT, "c-Ana", "Ana Souza"),
        "kind": MessageKind.TEXT,
        "created_at": ago(300) + timedelta(minutes=seq),
        "rev": seq,
    }
    return Message(id=f"m-{seq}", conversation_id="id-1", seq=seq, body=body, **(fields | more))


def agent(name: str = "Mia", id: str = "mia") -> Author:
    return Author(AuthorKind.AGENT, id, name)


def inbox() -> list[Conversation]:
    """A morning's inbox with every mark a row can carry."""
    return [
        conversation(
            4821,
            "Ana Souza",
            company="Souza Design",
            subject="Cannot log in after update",
            unread=2,
            priority=Priority.HIGH,
            waiting_since=ago(12),
            last_message_at=ago(3),
            assignee=Assignee("mia", "Mia Kern"),
        ),
        conversation(
            4820, "Kenji Tanaka", subject="請求書 2 件が重複しています", unread=1, waiting_since=ago(5)
        ),
        conversation(4817, "Priya N.", subject="Re: refund for order 1182", last_message_at=ago(18)),
        conversation(
            4815,
            "R. Diaz",
            company="ACME Corporation",
            subject="Webhook returns 500 since 09:40",
            preview="We see it on every delivery since the morning",
            unread=4,
            priority=Priority.URGENT,
            waiting_since=ago(150),
            last_message_at=ago(21),
        ),
        conversation(4811, "Lena Vogel", preview="How do I export my data?", last_message_at=ago(44)),
        conversation(
            4809,
            "Tom Okafor",
            subject="Feature: dark mode",
            status=Status.SNOOZED,
            snoozed_until=NOW + timedelta(hours=21),
            priority=Priority.LOW,
            last_message_at=ago(63),
            assignee=Assignee("jonas", "Jonas Weber"),
        ),
        conversation(
            4802,
            "M. Laurent",
            subject="Wrong VAT on invoice",
            status=Status.PENDING,
            last_message_at=ago(125),
        ),
        conversation(
            4799,
            "Ana Souza",
            subject="Two-factor codes not arriving",
            waiting_since=ago(30),
            last_message_at=ago(185),
        ),
    ]


class Host(App[None]):
    """Shows widgets on one screen and keeps every message of theirs."""

    CSS_PATH = sorted(STYLES.glob("*.tcss"))
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = True

    def __init__(
        self, *widgets: Widget, theme: str = "deskterm-dark", build: Callable[[], Any] | None = None
    ):
        super().__init__()
        self._widgets = widgets
        self._build = build
        self.register_theme(DESKTERM_DARK)
        self.register_theme(DESKTERM_LIGHT)
        self.theme = theme
        self.animation_level = "none"
        self.heard: list[Any] = []

    def get_css_variables(self) -> dict[str, str]:
        return super().get_css_variables() | roles(self.current_theme)

    def compose(self) -> ComposeResult:
        if self._build is not None:
            yield from self._build()
        yield from self._widgets

    def hear(self, message: Any) -> None:
        """To be passed as `message_hook`: keeps what widgets of deskterm post, once each."""
        known = any(each is message for each in self.heard)
        if type(message).__module__.startswith("deskterm") and not known:
            self.heard.append(message)

    def of(self, kind: type[Any]) -> list[Any]:
        """The messages of one kind, in order."""
        return [each for each in self.heard if isinstance(each, kind)]


def lines_of(widget: Widget) -> list[str]:
    """What a widget draws, its frame included, and then what each widget in it does."""
    drawn = []
    for each in (widget, *widget.walk_children(Widget)):
        if each.display and each.outer_size.area:
            strips = each.render_lines(each.outer_size.region)
            drawn += ["".join(segment.text for segment in strip) for strip in strips]
    return drawn


def text_of(widget: Widget) -> str:
    return "\n".join(lines_of(widget))
