"""What a thread shows, in order, for the messages it has: pure, so that it can be tested without a screen.

Between the messages stand a line for each new day and one line above the first unread message. Messages
that one author writes within five minutes share one header.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from deskterm.protocol.records import AuthorKind, Message, MessageKind, Visibility
from deskterm.text.needle import Needle
from deskterm.text.safe import safe, safe_line
from deskterm.text.times import day_label, time_of_day
from deskterm.text.width import steady
from deskterm.widgets.thread.held import held_words
from deskterm.widgets.thread.status_lines import true_lines

#: Messages of one author this close together share a header.
TOGETHER = timedelta(minutes=5)


class Delivery(Enum):
    """How far an own message has come; what others wrote has none."""

    SENDING = "◌"
    SENT = "✓"
    SEEN = "✓✓"
    FAILED = "✗"


@dataclass(slots=True, frozen=True)
class Day:
    """The line between two days."""

    label: str


@dataclass(slots=True, frozen=True)
class Unread:
    """The line above the first unread message, with how many there are from there on."""

    count: int


@dataclass(slots=True, frozen=True)
class Entry:
    """One message as it is to be drawn."""

    message: Message
    time: str
    head: bool
    own: bool = False
    delivery: Delivery | None = None
    trouble: str = ""
    sought: str = ""
    """What is looked for and found in this message: to be marked in it."""
    held: str = ""
    """What is said below a reply that has not gone out yet."""


Item = Day | Unread | Entry


@dataclass(slots=True, frozen=True)
class Reading:
    """Who reads, and from where on it is new: what decides how messages are shown beside themselves.

    `own_ids` are the member, contact and persona ids under which the reader writes. `unread_from_seq` is the
    `seq` of the first message that is unread; None if none is. `seen_seq` is how far the other side has read.
    """

    own_ids: frozenset[str] = frozenset()
    unread_from_seq: int | None = None
    unread_count: int = 0
    seen_seq: int = 0
    deliveries: Mapping[str, tuple[Delivery, str]] = field(default_factory=dict)


def plan(
    messages: Sequence[Message], reading: Reading, now: datetime, needle: Needle | None = None
) -> Iterator[tuple[str, Item]]:
    """Everything to show, each with a key that stays the same while the thing does."""
    previous: Message | None = None
    marked = False
    for message in true_lines(messages):
        label = day_label(message.created_at, now)
        broken = False
        if previous is None or day_label(previous.created_at, now) != label:
            broken = True
            yield f"day {message.created_at.astimezone(now.tzinfo).date()}", Day(label)
        if not marked and reading.unread_from_seq is not None and message.seq >= reading.unread_from_seq:
            marked = broken = True
            yield f"unread {message.id}", Unread(reading.unread_count)
        head = broken or previous is None or not _goes_with(message, previous)
        entry = _entry(message, reading, now, head)
        found = needle is not None and is_found(needle, message)
        yield message.id, replace(entry, sought=needle.typed) if needle and found else entry
        previous = message


def is_found(needle: Needle, message: Message) -> bool:
    """Whether a message says it, or has a file of that name."""
    return not message.deleted and (
        needle.found_in(safe(message.body))
        or any(needle.found_in(safe_line(each.filename)) for each in message.attachments)
    )


def _entry(message: Message, reading: Reading, now: datetime, head: bool) -> Entry:
    author = message.author.id
    own = author is not None and author in reading.own_ids
    delivery: Delivery | None = None
    trouble = ""
    if own:
        known: Delivery | None = Delivery.SEEN if message.seq <= reading.seen_seq else Delivery.SENT
        public = message.visibility is Visibility.PUBLIC
        known = Delivery.SENDING if message.held_until is not None else known
        known = known if public and not message.deleted else None
        delivery, trouble = reading.deliveries.get(message.id, (known, ""))
    time = time_of_day(message.created_at, now)
    body = steady(message.body)
    drawn = message if body == message.body else replace(message, body=body)
    return Entry(drawn, time, head, own, delivery, trouble, held=held_words(message, own))


def _goes_with(message: Message, previous: Message) -> bool:
    plain = (MessageKind.ACTIVITY, MessageKind.NOTIFICATION)
    return (
        message.kind not in plain
        and previous.kind not in plain
        and message.author == previous.author
        and message.author.kind is not AuthorKind.SYSTEM
        and message.visibility is previous.visibility
        and message.created_at - previous.created_at <= TOGETHER
    )
