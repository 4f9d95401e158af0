"""What is said of a reply that has not gone out yet."""

from deskterm.protocol.records import Message
from deskterm.text.words import tr


def held_seconds(message: Message) -> int:
    """For how long it is held in all; 0 if it is not. It does not count down: nothing moves at rest."""
    if message.held_until is None:
        return 0
    return max(round((message.held_until - message.created_at).total_seconds()), 1)


def held_words(message: Message, own: bool) -> str:
    """The line below it; empty for what is out."""
    if message.held_until is None or message.deleted:
        return ""
    how = tr("{@compose.unsend:^Z} takes it back") if own else tr("not sent yet")
    return tr("held · {seconds} s · {how}", seconds=held_seconds(message), how=how)
