"""What is known about a conversation: as a pane beside it, or as one line below it."""

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from textual.content import Content
from textual.widget import Widget

from deskterm.protocol.records import AuthorKind, Contact, Conversation, Kind, Presence, Priority, Status
from deskterm.text.times import clock, relative
from deskterm.text.words import tr
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.conversations.row import PRIORITY_MARKS, who
from deskterm.widgets.paint import Part, fitted, line

STATUS_MARKS: dict[Status, Part] = {
    Status.OPEN: ("●", "$presence-online"),
    Status.PENDING: ("◐", "$waiting-warn"),
    Status.SNOOZED: ("◌", "$muted"),
    Status.RESOLVED: ("✓", "$delivery-sent"),
    Status.CLOSED: ("■", "$muted"),
}

_LABEL_CELLS = 10
#: Metadata that only the server writes; the last two are what it knows of a visitor's browser.
_OURS = frozenset({"admin_triggered", "user_agent", "ip"})


class _Facts(Widget):
    """What both forms share."""

    def __init__(
        self, now: Callable[[], datetime], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._now = now
        self._conversation: Conversation | None = None
        self._own: Collection[str] = ()

    def show(self, conversation: Conversation | None, own: Collection[str] = ()) -> None:
        """Tells about a conversation; None about nothing. `own` are the ids of the reader."""
        if conversation is not self._conversation:
            self._conversation, self._own = conversation, own
            self.refresh()

    def tick(self) -> None:
        """Says ages anew; call it once a minute."""
        if self._conversation is not None:
            self.refresh()


class FactsLine(_Facts):
    """The most important facts on one line; those that do not fit are left out whole."""

    def render(self) -> Content:
        """The line."""
        if self._conversation is None:
            return Content()
        found = line(" ")
        for fact in _short(self._conversation, self._now(), self._own):
            separator = line((" · ", "$muted")) if found.cell_length > 1 else line()
            longer = found + separator + line(fact)
            if longer.cell_length > self.size.width:
                break
            found = longer
        return found


class TicketSidebar(Framed, _Facts):
    """Everything known about a conversation, its ticket and its customer."""

    def __init__(
        self, now: Callable[[], datetime], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(now, id=id, classes=classes)
        self.set_frame(left=[(tr("Ticket"), "bold")])

    def show(self, conversation: Conversation | None, own: Collection[str] = ()) -> None:
        """Rooms and direct conversations have no ticket."""
        super().show(conversation, own)
        ticket = conversation is None or conversation.kind is Kind.SUPPORT
        self.set_frame(left=[(tr("Ticket") if ticket else tr("Details"), "bold")])

    def render(self) -> Content:
        """The pane."""
        if self._conversation is None:
            return line((" " + tr("Nothing open."), "$muted"))
        lines = list(_long(self._conversation, self._now()))[: max(self.size.height, 1)]
        return Content("\n").join(fitted(parts, self.size.width) for parts in lines)


def _short(conversation: Conversation, now: datetime, own: Collection[str]) -> Iterator[Part]:
    name, company = who(conversation, own)
    yield (name, "bold")
    if conversation.contact is not None and conversation.contact.email:
        yield conversation.contact.email
    if company:
        yield company
    if conversation.kind is not Kind.SUPPORT:
        yield (
            tr("everybody in the room reads it")
            if conversation.kind is Kind.GROUP
            else tr("these two read it, and admins")
        )
        yield (tr("i people") if conversation.kind is Kind.GROUP else tr("i details"), "$muted")
        return
    if conversation.tags:
        yield tr("tags: {names}", names=", ".join(conversation.tags))
    yield tr("assignee: {name}", name=conversation.assignee.name if conversation.assignee else tr("nobody"))
    if conversation.merged_from:
        yield tr("with {numbers} in it", numbers=_numbers(conversation))
    if conversation.waiting_since is not None:
        yield tr("waits {age}", age=relative(conversation.waiting_since, now))
    yield (tr("i details"), "$muted")


def _long(conversation: Conversation, now: datetime) -> Iterator[list[Part]]:
    if conversation.kind is Kind.SUPPORT:
        yield from _ticket(conversation, now)
    else:
        yield from _direct(conversation, now)
    if conversation.contact is not None:
        yield []
        yield [(" " + tr("Customer"), "$muted")]
        yield from _customer(conversation.contact, now)
    if conversation.page_url:
        yield []
        yield [(" " + tr("Page"), "$muted")]
        yield [" ", conversation.page_url]
        if conversation.referrer:
            yield [(" " + tr("from") + " ", "$muted"), conversation.referrer]
    yield from _browser(conversation)
    yield from _told(conversation)


def _browser(conversation: Conversation) -> Iterator[list[Part]]:
    """With what, and from where, a visitor writes."""
    from deskterm.text.browsers import browser

    agent, address = (str(conversation.metadata.get(name, "")) for name in ("user_agent", "ip"))
    if agent or address:
        yield []
        yield [(" " + tr("Browser"), "$muted")]
    if agent:
        yield [" ", browser(agent)]
    if address:
        yield [(" " + tr("at") + " ", "$muted"), address]


def _told(conversation: Conversation) -> Iterator[list[Part]]:
    """What the website says of a visitor; nobody has checked it."""
    told = {name: value for name, value in conversation.metadata.items() if name not in _OURS}
    if not told:
        return
    yield []
    yield [(" " + tr("The website says"), "$muted")]
    for name, value in sorted(told.items()):
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield [(f" {name} ", "$muted"), said]


def _direct(conversation: Conversation, now: datetime) -> Iterator[list[Part]]:
    persona = conversation.persona
    if persona is not None:
        yield _fact(tr("Persona"), ("◆ ", "$author-persona"), persona.name)
        if persona.title:
            yield _fact("", persona.title)
    waiting = conversation.waiting_since
    if conversation.contact is not None:
        yield _fact(
            tr("Waiting"),
            tr("for {time}", time=relative(waiting, now)) if waiting else (tr("nobody waits"), "$muted"),
        )
    yield _fact(tr("Begun"), clock(conversation.created_at, now))
    yield _fact(tr("Number"), f"#{conversation.number}")
    yield []
    yield [(" " + tr("Between"), "$muted")]
    for each in conversation.participants:
        yield [" ", "◆ " if each.kind is AuthorKind.PERSONA else "", each.name]


def _ticket(conversation: Conversation, now: datetime) -> Iterator[list[Part]]:
    yield _fact(tr("Status"), STATUS_MARKS[conversation.status], f" {tr(conversation.status.value)}")
    mark = PRIORITY_MARKS[conversation.priority]
    blank = conversation.priority is Priority.NORMAL
    yield _fact(tr("Priority"), *([] if blank else [mark, " "]), tr(conversation.priority.value))
    yield _fact(tr("Assignee"), *_assignee(conversation))
    if conversation.agent_joined_at is not None:
        yield _fact(tr("Joined"), clock(conversation.agent_joined_at, now))
    waiting = conversation.waiting_since
    yield _fact(
        tr("Waiting"),
        tr("for {age}", age=relative(waiting, now)) if waiting else (tr("nobody waits"), "$muted"),
    )
    if conversation.status is Status.SNOOZED and conversation.snoozed_until is not None:
        yield _fact(tr("Until"), clock(conversation.snoozed_until, now))
    if conversation.escalated:
        yield _fact(tr("Escalated"), ("⚑ ", "$priority-urgent"), conversation.escalated_reason or tr("yes"))
        if conversation.escalated_at is not None:
            yield _fact("", (clock(conversation.escalated_at, now), "$muted"))
    yield _fact(tr("Tags"), ", ".join(conversation.tags) or (tr("none"), "$muted"))
    if conversation.ticket is not None:
        yield _fact(tr("Ticket"), conversation.ticket.subject)
    yield _fact(tr("Opened"), clock(conversation.created_at, now))
    if conversation.resolved_at is not None:
        by = conversation.resolved_by
        who = f" · {by.name}" if by is not None else ""
        yield _fact(tr("Resolved"), clock(conversation.resolved_at, now) + who)
    yield _fact(tr("Number"), f"#{conversation.number}")
    if conversation.merged_from:
        yield _fact(tr("In it"), _numbers(conversation), (f"  {tr('M takes it out')}", "$muted"))


def _numbers(conversation: Conversation) -> str:
    """Those that were merged into it."""
    return ", ".join(f"#{each.number}" for each in conversation.merged_from)


def _assignee(conversation: Conversation) -> list[Part]:
    assignee = conversation.assignee
    if assignee is None:
        return [(tr("nobody"), "$muted italic")]
    away: list[Part] = (
        [] if assignee.presence is Presence.ONLINE else [(f" ({tr(assignee.presence.value)})", "$muted")]
    )
    return [PRESENCE_MARKS[assignee.presence], f" {assignee.name}", *away]


def _customer(contact: Contact, now: datetime) -> Iterator[list[Part]]:
    yield [" ", (contact.label, "bold")]
    if contact.company:
        yield [" ", contact.company]
    if contact.lead_status:
        yield [" ", f"{tr(contact.kind.value)} · {contact.lead_status}"]
    if contact.email:
        yield [" ", contact.email]
    if contact.phone:
        yield [" ", contact.phone]
    if contact.last_seen_at is not None:
        yield [(f" {seen_words(contact.last_seen_at, now)}", "$muted")]


def seen_words(at: datetime, now: datetime) -> str:
    """When a contact was here last."""
    age = relative(at, now)
    return tr("seen just now") if age == "now" else tr("seen {age} ago", age=age)


def _fact(label: str, *value: Part) -> list[Part]:
    return [(f" {label}".ljust(_LABEL_CELLS + 1), "$muted"), *value]
