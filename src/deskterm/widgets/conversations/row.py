"""One row of the conversation list: what it says and where.

One line where the list is wide, two where it is narrow:

    ▌●▲ #4821 Ana Souza · Acme     Cannot log in after update        waits 12m  Mia   3m

    ▌●▲Ana Souza · Acme               Mia  3m
    ▌   Cannot log in after update  waits 12m
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from textual.content import Content

from deskterm.protocol.records import AuthorKind, Conversation, Kind, Priority, Status
from deskterm.record import record
from deskterm.text.times import clock, relative, when
from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widgets.paint import Part, fitted, row

#: Lists at least this many cells wide have rows of one line.
ONE_LINE_FROM = 56

#: From when on an unanswered customer is marked as waiting long, and too long.
WAITING_WARN = timedelta(minutes=15)
WAITING_OVER = timedelta(hours=1)

PRIORITY_MARKS: dict[Priority, Part] = {
    Priority.URGENT: ("!", "$priority-urgent bold"),
    Priority.HIGH: ("▲", "$priority-high"),
    Priority.NORMAL: " ",
    Priority.LOW: ("▽", "$priority-low"),
}

_TAG_CELLS = 10
_TIME_CELLS = 4

#: Less than this of a preview after a subject says nothing.
_PREVIEW_CELLS = 16


@record
class RowLook:
    """What decides how a row is drawn, beside its conversation."""

    now: datetime
    cursor: bool = False
    selected: bool = False
    draft: bool = False
    mark: Part = ""
    show_assignee: bool = False
    number_cells: int = 5
    own: Collection[str] = ()


def labels(conversation: Conversation, look: RowLook) -> tuple[Part, Part]:
    """What a row says at its right, and all that changes with time alone: its state and its age."""
    last = conversation.last_message_at or conversation.created_at
    return _tag(conversation, look), (when(last, look.now), "$muted")


def who(conversation: Conversation, own: Collection[str] = ()) -> tuple[str, str]:
    """Whom a conversation is with: name, and company or nothing; of a persona's, as whom one writes there.

    `own` are the ids under which the reader takes part.
    """
    if conversation.kind is Kind.GROUP:
        return f"# {conversation.subject or 'room'}", ""
    if conversation.kind is Kind.DIRECT:
        return _two(conversation, own)
    if conversation.contact is not None:
        return conversation.contact.label, conversation.contact.company or ""
    names = [each.name for each in conversation.participants]
    return ", ".join(names) or (conversation.persona.name if conversation.persona else tr("Conversation")), ""


def _two(conversation: Conversation, own: Collection[str]) -> tuple[str, str]:
    """The other of two; where neither is the reader, both."""
    persona = conversation.persona
    people = [each for each in conversation.participants if each.kind is not AuthorKind.PERSONA]
    others = [each.name for each in people if each.id not in own]
    if persona is None:
        return " ⇄ ".join(others) or tr("Direct message"), ""
    if len(others) < len(people):  # the reader is the person at the other side of the persona
        return f"◆ {persona.name}", persona.title or ""
    return " ⇄ ".join(others) or tr("Direct message"), f"◆ {persona.name}"


def draw(conversation: Conversation, look: RowLook, width: int) -> list[Content]:
    """The one or two lines of a row, each exactly `width` cells wide."""
    if width >= ONE_LINE_FROM:
        return [_one_line(conversation, look, width)]
    return _two_lines(conversation, look, width)


def _one_line(conversation: Conversation, look: RowLook, width: int) -> Content:
    tag, age = labels(conversation, look)
    who_cells = max(14, min(34, (width - 34) // 2))
    name = fitted(_names(conversation, look.own), who_cells)
    number = f"#{conversation.number}".ljust(look.number_cells)
    right: list[Part] = [" ", _right(tag, _TAG_CELLS if width >= 72 else 0)]
    if look.show_assignee and width >= 84:
        right += [" ", _right(_assignee(conversation), 9)]
    right += [" ", _right(age, _TIME_CELLS)]
    line = row(
        [*_marks(conversation, look), _chosen(look), (number, "$muted"), " "],
        [],
        min(width, 4 + look.number_cells + 1),
    )
    rest = width - line.cell_length
    named = name.pad_right(who_cells - name.cell_length + 2)
    left = max(rest - named.cell_length, 0)
    return line + named + row(_topic(conversation, left - _TAG_CELLS - 6), right, left)


def _two_lines(conversation: Conversation, look: RowLook, width: int) -> list[Content]:
    tag, age = labels(conversation, look)
    top_right: list[Part] = [" ", age]
    if look.show_assignee:
        top_right = [" ", _assignee(conversation), "  ", age]
    bar = _marks(conversation, look)[0]
    topic = _topic(conversation, width - 5 - _TAG_CELLS)
    return [
        row([*_marks(conversation, look), *_names(conversation, look.own)], top_right, width),
        row([bar, _chosen(look), "  ", *topic], [" ", tag] if _text(tag) else [], width),
    ]


def _marks(conversation: Conversation, look: RowLook) -> list[Part]:
    return [
        ("▌", "$frame-focus") if look.cursor else " ",
        ("●", "$unread bold") if conversation.unread else " ",
        PRIORITY_MARKS[conversation.priority],
    ]


def _chosen(look: RowLook) -> Part:
    return ("▣", "$unread bold") if look.selected else " "


def _names(conversation: Conversation, own: Collection[str]) -> list[Part]:
    name, company = who(conversation, own)
    parts: list[Part] = [(name, "$muted" if is_over(conversation) else "bold" if conversation.unread else "")]
    return [*parts, (f" · {company}", "$muted")] if company else parts


def _topic(conversation: Conversation, room: int) -> list[Part]:
    if conversation.escalated:
        reason = conversation.escalated_reason or tr("escalated")
        return [
            (f"⚑ {reason}", "$priority-high"),
            (f" — {conversation.subject or conversation.preview or ''}", "$muted"),
        ]
    subject = conversation.subject if conversation.kind is not Kind.GROUP else None
    preview = conversation.preview or ""
    style = "" if conversation.unread else "$muted"
    if subject and preview and room - cells(subject) >= _PREVIEW_CELLS:
        return [(subject, style), (f" — {preview}", "$muted")]
    return [(subject or preview or tr("No messages yet"), style)]


def is_over(conversation: Conversation) -> bool:
    """Whether it is with a persona that is retired: it is only read."""
    persona = conversation.persona
    return conversation.kind is Kind.DIRECT and persona is not None and persona.retired


def _assignee(conversation: Conversation) -> Part:
    if conversation.assignee is None:
        return (tr("nobody"), "$muted italic")
    return (conversation.assignee.name.split(" ")[0][:12], "$muted")


def _tag(conversation: Conversation, look: RowLook) -> Part:
    if look.mark:
        return look.mark
    if look.draft:
        return (tr("✎ draft"), "$draft")
    if is_over(conversation):
        return (tr("retired"), "$muted")
    if conversation.status is Status.SNOOZED:
        return (_snoozed(conversation.snoozed_until, look.now), "$muted")
    if conversation.status in (Status.RESOLVED, Status.CLOSED):
        return (tr(conversation.status.value), "$muted")
    if conversation.waiting_since is not None:
        return _waiting(conversation.waiting_since, look.now)
    return (tr("pending"), "$muted") if conversation.status is Status.PENDING else ("", "")


def _snoozed(until: datetime | None, now: datetime) -> str:
    """`zzz 14:00` today, else only the day."""
    if until is None:
        return "zzz"
    said = clock(until, now)
    return tr("zzz {when}", when=said.rsplit(" ", 1)[0])


def _waiting(since: datetime, now: datetime) -> Part:
    age = now - since
    role = "ok" if age < WAITING_WARN else "warn" if age < WAITING_OVER else "over"
    return (tr("waits {age}", age=relative(since, now)), f"$waiting-{role}")


def _right(part: Part, cells: int) -> Part:
    """A part set to the right of a column; a column of no cells leaves it as wide as it is."""
    text, style = (part, "") if isinstance(part, str) else part
    return (text.rjust(cells), style)


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part[0]
