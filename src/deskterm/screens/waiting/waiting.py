"""What has not gone out, in words: how much of it, what it is, how old it is, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deskterm.client.replica.outgoing import Item, Pending, SendState
from deskterm.protocol.records import Conversation, Visibility
from deskterm.screens.inbox.changes import said
from deskterm.text.times import clock
from deskterm.text.width import crop
from deskterm.text.words import later, tr, trn
from deskterm.widgets.thread.plan import Delivery

#: Cells of a text that are enough to know it again.
_CELLS = 40


def counted(items: Iterable[Item]) -> str:
    """`2 messages and 1 change`; nothing if there is nothing."""
    every = list(items)
    messages = sum(isinstance(each, Pending) for each in every)
    changes = len(every) - messages
    said = trn("{count} message", "{count} messages", messages)
    more = trn("{count} change", "{count} changes", changes)
    if messages and changes:
        return tr("{messages} and {changes}", messages=said, changes=more)
    return said if messages else more if changes else ""


@dataclass(slots=True, frozen=True)
class Words:
    """How an own text is spoken of that is not with the server."""

    waits: str
    held: str  # connected, and the server cannot take it yet
    old: str
    refused: str
    stops: str


AGENTS = Words(
    waits=later("not sent yet, goes out once connected again"),
    held=later("not sent yet, goes out by itself"),
    old=later("written {at}, not sent · {@goto.outbox:g w} decides"),
    refused=later("not sent, {@app.refresh:F5} tries again · {reason}"),
    stops=later("{@compose.unsend:^Z} in an empty text stops it"),
)
CUSTOMERS = Words(
    waits=later("Not sent yet: it goes out once you are connected again."),
    held=later("Not sent yet: it goes out by itself."),
    old=later("Written {at} and not sent. {@chat.refresh:F5} sends it."),
    refused=later("{reason} {@chat.refresh:F5} sends it again."),
    stops=later("{@chat.unsend:^Z} in an empty text stops it"),
)


def delivery(pending: Pending, now: datetime, words: Words, *, online: bool) -> tuple[Delivery, str]:
    """How far an own message has come, and a sentence where that needs one."""
    match pending.state:
        case SendState.SENT:
            return Delivery.SENT, ""
        case SendState.SENDING:
            return Delivery.SENDING, f"{pending.reason} · {tr(words.stops)}" if pending.reason else ""
        case SendState.WAITING:
            return Delivery.SENDING, tr(words.held if online else words.waits)
        case SendState.OLD:
            return Delivery.FAILED, tr(words.old, at=clock(pending.created_at, now))
    if not pending.code:  # nothing answered: the banner says so
        return Delivery.FAILED, tr(words.waits)
    return Delivery.FAILED, tr(words.refused, reason=pending.reason)


def what(item: Item, conversation: Conversation | None, names: dict[str, str], now: datetime) -> str:
    """A command in a few words: `#12 reply: Hello there`, `#12 resolved`."""
    if not isinstance(item, Pending):
        return said(conversation, item.patch, names, now) if conversation else tr("a change")
    number = f"#{conversation.number} " if conversation else ""
    text = crop(" ".join(item.body.split()) or ", ".join(each.name for each in item.files), _CELLS)
    if item.visibility is Visibility.INTERNAL:
        return tr("{number}note: {text}", number=number, text=text)
    return tr("{number}reply: {text}", number=number, text=text)


def why(item: Item) -> str:
    """For what a command waits."""
    if item.state is SendState.FAILED:
        return tr("refused: {reason}", reason=item.reason)
    if item.state is SendState.OLD:
        return tr("older than a day: not sent unasked")
    reason = item.reason or tr("waits for the connection")
    return reason if item.kept else tr("{reason}, in memory alone", reason=reason)
