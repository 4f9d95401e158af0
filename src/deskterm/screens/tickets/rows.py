"""Tickets as rows of a list, and what a list of them is narrowed to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from deskterm.client.answers import Ticket
from deskterm.protocol.records import Conversation, Me, Member, Priority, Role, Status
from deskterm.text.times import relative
from deskterm.text.width import crop
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.conversations.row import PRIORITY_MARKS

#: The terms that narrow a list of tickets.
FIELDS = ("status", "priority", "assignee")
#: How much of a text stands beside its name.
_SHOWN_CELLS = 44


@dataclass(slots=True, frozen=True)
class Narrowed:
    """What a list of tickets is narrowed to: any of the values of each field."""

    status: tuple[str, ...] = (Status.OPEN.value, Status.PENDING.value, Status.SNOOZED.value)
    priority: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()

    def toggled(self, field: str, value: str) -> "Narrowed":
        """With that value if it was not there, without it if it was."""
        before: tuple[str, ...] = getattr(self, field)
        after = tuple(each for each in before if each != value)
        return replace(self, **{field: after if value in before else (*before, value)})

    def said(self, names: dict[str, str]) -> str:
        """In words: `status: open, pending · assignee: Mike Chen`."""
        parts = []
        for field in FIELDS:
            values = [names.get(each, tr(each)) for each in getattr(self, field)]
            parts += [f"{tr(field)}: {', '.join(values)}"] if values else []
        return " · ".join(parts) or tr("all")


def terms(narrowed: Narrowed, members: Iterable[Member], me: Me) -> list[Choice]:
    """What the list may be narrowed to; choosing a term again takes it away."""
    offered = [("status", each.value, tr(each.value)) for each in Status]
    offered += [("priority", each.value, tr(each.value)) for each in reversed(Priority)]
    offered += [("assignee", "me", tr("me")), ("assignee", "none", tr("nobody"))]
    agents = [each for each in members if each.role is not Role.CUSTOMER and each.id != me.member_id]
    offered += [
        ("assignee", each.id, each.name)
        for each in sorted(agents, key=lambda each: (each.disabled, each.name))
    ]
    found = []
    for field, value, words in offered:
        on = value in getattr(narrowed, field)
        found.append(Choice(f"{field}:{value}", f"{tr(field)}: {words}", "", "▣" if on else "▢"))
    return found


def present(ticket: Ticket, conversation: Conversation | None) -> Ticket:
    """A ticket with what its conversation says by now."""
    if conversation is None:
        return ticket
    return replace(
        ticket,
        status=conversation.status,
        priority=conversation.priority,
        assignee=conversation.assignee,
    )


def row(ticket: Ticket, now: datetime) -> Choice:
    """A ticket in a list: number and subject, then where it stands, who has it, how old the news is."""
    parts = [
        ticket.contact.label if ticket.contact else "",
        tr(ticket.status.value),
        ticket.assignee.name if ticket.assignee else tr("nobody"),
        relative(ticket.updated_at, now),
    ]
    return Choice(
        ticket.id,
        f"#{ticket.number} {ticket.subject}",
        " · ".join(filter(None, parts)),
        PRIORITY_MARKS[ticket.priority],
    )


def facts(ticket: Ticket) -> list[Choice]:
    """One ticket, a line for each thing that can be changed."""
    description = " ".join(ticket.description.split())
    return [
        Choice("subject", tr("Subject"), crop(ticket.subject, _SHOWN_CELLS)),
        Choice("description", tr("Description"), crop(description, _SHOWN_CELLS) or tr("none")),
        Choice("status", tr("Status"), tr(ticket.status.value)),
        Choice("priority", tr("Priority"), tr(ticket.priority.value)),
        Choice("assignee", tr("Assignee"), ticket.assignee.name if ticket.assignee else tr("nobody")),
        Choice("open", tr("Open its conversation"), ticket.contact.label if ticket.contact else ""),
    ]
