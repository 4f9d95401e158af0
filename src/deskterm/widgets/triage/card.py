"""One conversation on a board: four lines in a wide one, one line in a narrow one."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from deskterm.protocol.records import Conversation, Status
from deskterm.text.times import when
from deskterm.text.words import tr
from deskterm.widgets.conversations.row import PRIORITY_MARKS, RowLook, labels, who
from deskterm.widgets.paint import Part, row

#: Lines of a card where there is room for it, the blank one below it too.
TALL = 4


def card(
    conversation: Conversation, width: int, now: datetime, *, cursor: bool, selected: bool, tall: bool
) -> Sequence[Content]:
    """The lines of a card, each exactly `width` cells wide."""
    bar: Part = ("▌", "$frame-focus") if cursor else " "
    chosen: Part = ("▣", "$unread bold") if selected else " "
    unread: Part = ("●", "$unread bold") if conversation.unread else " "
    marks = [bar, chosen, unread, PRIORITY_MARKS[conversation.priority]]
    number: Part = (f"#{conversation.number}", "$muted")
    name, company = who(conversation)
    subject = conversation.subject or conversation.preview or tr("No messages yet")
    topic: Part = (
        (f"⚑ {conversation.escalated_reason or tr('escalated')}", "$priority-high")
        if conversation.escalated
        else subject
    )
    if not tall:
        return [
            row(
                [*marks, number, " ", (name, "bold" if conversation.unread else ""), "  ", topic],
                [" ", *_state(conversation, now)],
                width,
            )
        ]
    style = "" if conversation.unread else "$muted"
    return [
        row([*marks, number], [" ", *_state(conversation, now)], width),
        row(["    ", topic if conversation.escalated else (subject, style)], [], width),
        row(["    ", name, (f" · {company}", "$muted") if company else ""], [], width),
        row([], [], width),
    ]


def _state(conversation: Conversation, now: datetime) -> Sequence[Part]:
    """Since when it waits, else that it is pending, and its age."""
    tag, age = labels(conversation, RowLook(now=now))
    if conversation.waiting_since is not None:
        return [(when(conversation.waiting_since, now), tag[1] if not isinstance(tag, str) else "")]
    return [tag, " ", age] if conversation.status is Status.PENDING else [age]
