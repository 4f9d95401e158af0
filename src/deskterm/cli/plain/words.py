"""A thread as plain sentences: for screen readers, and for terminals that cannot be drawn on."""

from collections.abc import Collection
from datetime import datetime, tzinfo

from deskterm.protocol.records import AuthorKind, Message, MessageKind
from deskterm.text.safe import safe, safe_line, safe_name
from deskterm.text.words import later, tr

HELP = (
    later("A line and Enter sends it. A backslash at the end of a line goes on in the next one."),
    later(
        "/new starts another request. /earlier reads what was said before. "
        "/again reads the last message again."
    ),
    later(
        "/file and a path sends a file. /files tells those that are here, /save and a path saves the newest "
        "one, /open opens it; /save 2 and a path, and /open 2, the one before it."
    ),
    later(
        "/places tells your rooms and direct messages, /go and a number or a name goes to one, /go 1 back. "
        "/people tells who is in a room, /to and a name writes to somebody."
    ),
    later("/quit leaves. A line that begins with two slashes is sent with one."),
)


def spoken(message: Message, zone: tzinfo | None, own: Collection[str]) -> str:
    """`12:03 Support: …`; further lines of a text are indented. `own` are the ids of the reader."""
    time = f"{message.created_at.astimezone(zone):%H:%M}"
    if message.deleted:
        return tr("{time} {author} removed a message.", time=time, author=author(message, own))
    first, *rest = safe(message.body).strip().split("\n")
    files = ["  " + tr("File: {name}", name=safe_line(each.filename)) for each in message.attachments]
    return "\n".join(
        [f"{time} {author(message, own)}: {first}".rstrip(), *(f"  {each}" for each in rest), *files]
    )


def author(message: Message, own: Collection[str]) -> str:
    """Who says it, for the customer with these ids."""
    if message.author.id in own:
        return tr("You")
    if message.kind is MessageKind.NOTIFICATION:
        return tr("Notification")
    if message.kind is MessageKind.ACTIVITY or message.author.kind is AuthorKind.SYSTEM:
        return tr("Note")
    return safe_name(message.author.name or tr("Support"))


def day(when: datetime, now: datetime) -> str:
    """Which day what follows is of."""
    days = (now.date() - when.date()).days
    if days in (0, 1):
        return tr("Today:") if days == 0 else tr("Yesterday:")
    return f"{when:%A}, {when.day} {when:%B %Y}:"
