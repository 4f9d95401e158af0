"""What an organization's admins decide for everybody in it: an entry for each setting the server keeps."""

from typing import Final

from deskterm.settings.entry import (
    Entry,
    Group,
    Invalid,
    Offer,
    Value,
    one_of,
    switch,
    switch_in,
    whole,
    words,
)

#: Hours, days and seconds as the server bounds them.
_MOST_HOURS, _MOST_DAYS, _MOST_HELD, _MOST_MINUTES = 24 * 365, 3650, 120, 24 * 60


def _name(value: object) -> str:
    """A name: one line that is not empty."""
    name = words(value)
    if not name:
        raise Invalid("is no name")
    return name


def _text(value: object) -> str:
    """Text of any length, over several lines."""
    return str(value).strip()


def _choice(name: str, title: str, help: str, *options: Offer) -> Entry:  # noqa: A002
    check = one_of(tuple(str(each.value) for each in options))
    return Entry(name, Group.ORGANIZATION, title, help, options[0].value, check, check, options)


def _switch(name: str, title: str, help: str, default: bool) -> Entry:  # noqa: A002
    offered = (Offer(True), Offer(False))
    return Entry(name, Group.ORGANIZATION, title, help, default, switch, switch_in, offered)


def number(
    name: str,
    title: str,
    help: str,  # noqa: A002
    unit: str,
    bounds: tuple[int, int],
    offered: tuple[float, ...],
) -> Entry:
    """The first of those `offered` is the default."""
    check = whole(*bounds)
    options = tuple(Offer(each) for each in sorted(offered))
    return Entry(
        name,
        Group.ORGANIZATION,
        title,
        help,
        offered[0],
        check,
        check,
        options,
        free=True,
        unit=unit,
    )


_GREETING: Final = "Hello! How can we help?"

ENTRIES: Final[tuple[Entry, ...]] = (
    Entry(
        "name", Group.ORGANIZATION, "Name", "What everybody reads as its name.", "", _name, _name, free=True
    ),
    Entry(
        "welcome",
        Group.ORGANIZATION,
        "Welcome",
        "What customers read before their first message.",
        _GREETING,
        _text,
        _text,
        free=True,
        lines=True,
    ),
    _choice(
        "voice",
        "Voice",
        "Whose name customers read above a reply.",
        Offer("persona", "the support persona's"),
        Offer("agent", "the agent's own"),
    ),
    _choice(
        "staff_sees",
        "Staff sees",
        "Which conversations are there for staff; admins see all.",
        Offer("assigned", "only their own"),
        Offer("unassigned", "and those nobody has"),
        Offer("all", "everybody's"),
    ),
    _choice(
        "assignment",
        "Assignment",
        "Who gets what nobody has; admins only if they have a maximum.",
        Offer("manual", "nobody, until somebody takes or gives it"),
        Offer("balanced", "the least busy agent who is there"),
        Offer("round_robin", "the agents who are there, in turn"),
    ),
    _switch("staff_may_claim", "Staff may take", "Take a conversation that nobody has and they see.", True),
    _switch("staff_may_return", "Staff may give back", "Give an own conversation back to nobody.", True),
    _switch(
        "assign_on_first_reply",
        "First reply takes",
        "Whoever answers a conversation that nobody has gets it.",
        False,
    ),
    number(
        "send_hold_seconds",
        "Replies wait",
        "So long a reply can be taken back before its customer gets it.",
        "s",
        (0, _MOST_HELD),
        (0.0, 5.0, 10.0, 30.0),
    ),
    number(
        "reopen_hours",
        "Reopened by writing",
        "So long after it was resolved a customer's message opens it again.",
        "h",
        (0, _MOST_HOURS),
        (168.0, 0.0, 24.0, 72.0, 720.0),
    ),
    number(
        "close_after_days",
        "Closed after",
        "What stays resolved is closed for good.",
        "days",
        (1, _MOST_DAYS),
        (7.0, 1.0, 14.0, 30.0),
    ),
    number(
        "away_return_minutes",
        "Away gives back",
        "After so long away, one's conversations return to the queue; 0 is never.",
        "min",
        (0, _MOST_MINUTES),
        (30.0, 0.0, 10.0, 60.0, 240.0),
    ),
    number(
        "escalate_after_minutes",
        "Escalated after",
        "What a customer has waited for so long is escalated; 0 is never.",
        "min",
        (0, 7 * _MOST_MINUTES),
        (0.0, 15.0, 30.0, 60.0, 240.0),
    ),
    Entry(
        "escalate_words",
        Group.ORGANIZATION,
        "Words that escalate",
        "A customer's message with one of them is escalated; commas between them.",
        "",
        words,
        words,
        free=True,
    ),
    _choice(
        "escalate_priority",
        "Escalated priority",
        "What is given this priority is escalated.",
        Offer("never", "none"),
        Offer("high", "high and urgent"),
        Offer("urgent", "urgent"),
    ),
    number(
        "mail_after_minutes",
        "E-mail after",
        "Replies unread for so long are mailed; agents learn who waits; 0 is never.",
        "min",
        (0, _MOST_MINUTES),
        (10.0, 0.0, 5.0, 30.0, 120.0),
    ),
    number(
        "mail_every_minutes",
        "E-mail at most every",
        "What comes meanwhile goes together.",
        "min",
        (5, 7 * _MOST_MINUTES),
        (60.0, 15.0, 240.0, 1440.0),
    ),
)


def stored(value: Value) -> str | bool | int:
    """A value as the server takes it: its numbers are whole."""
    return int(value) if isinstance(value, float) else value


def held(value: object) -> Value:
    """A value of the server as entries have it."""
    if isinstance(value, bool | str):
        return value
    return float(value) if isinstance(value, int) else ""
