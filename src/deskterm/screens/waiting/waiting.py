"""What has not gone out, in words: how much of it, what it is, how old it is, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deskterm.client.replica.outgoing import Item, Pending, SendState
from deskterm.protocol.records import Conversation, Visibility
from deskterm.screens.inbox.changes import said
from deskterm.text.times import clock
from deskterm.text.width import crop
from deskterm.widgets.thread.plan import Delivery

#: Cells of a text that are enough to know it again.
_CELLS = 40


def counted(items: Iterable[Item]) -> str:
    """`2 messages and 1 change`; nothing if there is nothing."""
    every = list(items)
    messages = sum(isinstance(each, Pending) for each in every)
    parts = [_plural(messages, "message"), _plural(len(every) - messages, "change")]
    return " and ".join(filter(None, parts))


@dataclass(slots=True, frozen=True)
class Words:
    """How an own text is spoken of that is not with the server."""

    waits: str
    old: str
    refused: str


AGENTS = Words(
    waits="not sent yet, goes out once connected again",
    old="written {at}, not sent · g w decides",
    refused="not sent, F5 tries again · {reason}",
)
CUSTOMERS = Words(
    waits="Not sent yet: it goes out once you are connected again.",
    old="Written {at} and not sent. F5 sends it.",
    refused="{reason} F5 sends it again.",
)


def delivery(pending: Pending, now: datetime, words: Words) -> tuple[Delivery, str]:
    """How far an own message has come, and a sentence where that needs one."""
    match pending.state:
        case SendState.SENT:
            return Delivery.SENT, ""
        case SendState.SENDING:
            return Delivery.SENDING, ""
        case SendState.WAITING:
            return Delivery.SENDING, words.waits
        case SendState.OLD:
            return Delivery.FAILED, words.old.format(at=clock(pending.created_at, now))
    if not pending.code:  # nothing answered: the banner says so
        return Delivery.FAILED, words.waits
    return Delivery.FAILED, words.refused.format(reason=pending.reason)


def what(item: Item, conversation: Conversation | None, names: dict[str, str], now: datetime) -> str:
    """A command in a few words: `#12 reply: Hello there`, `#12 resolved`."""
    if not isinstance(item, Pending):
        return said(conversation, item.patch, names, now) if conversation else "a change"
    number = f"#{conversation.number} " if conversation else ""
    kind = "note" if item.visibility is Visibility.INTERNAL else "reply"
    return f"{number}{kind}: {crop(' '.join(item.body.split()), _CELLS)}"


def why(item: Item) -> str:
    """For what a command waits."""
    if item.state is SendState.FAILED:
        return f"refused: {item.reason}"
    if item.state is SendState.OLD:
        return "older than a day: not sent unasked"
    kept = "" if item.kept else ", in memory alone"
    return f"{item.reason or 'waits for the connection'}{kept}"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""
