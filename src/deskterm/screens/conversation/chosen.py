"""Which text a reader means: what is selected, else the newest message."""

from collections.abc import Iterable
from typing import Any

from textual.screen import Screen

from deskterm.protocol.records import AuthorKind, Message, MessageKind, Visibility
from deskterm.text.safe import safe
from deskterm.widgets.thread.message import MessageView


def selected(screen: Screen[Any]) -> str:
    """The text that is marked with the mouse, or nothing."""
    return (screen.get_selected_text() or "").strip("\n")


def selects_note(screen: Screen[Any]) -> bool:
    """Whether a part of an internal note is marked."""
    return any(
        isinstance(widget, MessageView) and widget.entry.message.visibility is Visibility.INTERNAL
        for widget in screen.selections
    )


def is_note(message: Message) -> bool:
    """Whether only agents read it."""
    return message.visibility is Visibility.INTERNAL


def newest(messages: Iterable[Message]) -> Message | None:
    """The last thing that somebody said, a note included."""
    return next((each for each in reversed(list(messages)) if _is_said(each)), None)


def newest_to_answer(messages: Iterable[Message]) -> Message | None:
    """The last thing that the contact said, else that anybody said to them; never a note."""
    public = [each for each in messages if _is_said(each) and each.visibility is Visibility.PUBLIC]
    from_contact = [each for each in public if each.author.kind is AuthorKind.CONTACT]
    found = from_contact or public
    return found[-1] if found else None


def quoted(text: str) -> str:
    """`text` as a quote: every line begins with `> `."""
    lines = safe(text).strip("\n").split("\n")
    return "\n".join(f"> {each}".rstrip() for each in lines)


def _is_said(message: Message) -> bool:
    return (
        message.kind is not MessageKind.ACTIVITY
        and message.author.kind is not AuthorKind.SYSTEM
        and not message.deleted
        and bool(message.body.strip())
    )
