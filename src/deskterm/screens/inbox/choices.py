"""What the pickers offer for a conversation, a list, a desk. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from deskterm.client.triage import Load
from deskterm.commands.model import Command
from deskterm.protocol.records import (
    Contact,
    Conversation,
    Me,
    Member,
    Persona,
    Presence,
    Priority,
    Role,
    Status,
)
from deskterm.protocol.states import allowed
from deskterm.screens.inbox.snooze import choices as snooze_choices
from deskterm.screens.inbox.views import SORTS, Narrowing
from deskterm.text.times import clock
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.views import PRESENCE_MARKS
from deskterm.widgets.conversations.facts import STATUS_MARKS
from deskterm.widgets.conversations.row import PRIORITY_MARKS

#: What stands for nobody among assignees, and for a time of one's own among times.
NOBODY: Final = "none"
OTHER: Final = "other"
CLEAR: Final = "clear"
#: Stands for words to look for among direct messages.
WORDS: Final = "words"

_PRESENCES = (Presence.ONLINE, Presence.AWAY, Presence.OFFLINE)


def statuses(conversation: Conversation) -> list[Choice]:
    """Where a conversation may go from where it stands."""
    now = conversation.status
    legal = allowed(now)
    return [
        Choice(
            each.value,
            tr(each.value).capitalize(),
            tr("now") if each is now else tr("until…") if each is Status.SNOOZED else "",
            STATUS_MARKS[each],
            disabled=each not in legal,
        )
        for each in Status
        if each is now or each in legal
    ]


def priorities(conversation: Conversation) -> list[Choice]:
    """How urgent a conversation may be, the most urgent first."""
    return [
        Choice(
            each.value,
            tr(each.value).capitalize(),
            tr("now") if each is conversation.priority else "",
            PRIORITY_MARKS[each],
            disabled=each is conversation.priority,
        )
        for each in reversed(Priority)
    ]


def all_statuses() -> list[Choice]:
    """Where several conversations may be put; whether each can go there, a preview says."""
    return [
        Choice(
            each.value,
            tr(each.value).capitalize(),
            tr("until…") if each is Status.SNOOZED else "",
            STATUS_MARKS[each],
        )
        for each in Status
    ]


def all_priorities() -> list[Choice]:
    """How urgent several conversations may be, the most urgent first."""
    return [
        Choice(each.value, tr(each.value).capitalize(), "", PRIORITY_MARKS[each])
        for each in reversed(Priority)
    ]


def takers(members: Iterable[Member], me: Me, loads: Mapping[str, Load]) -> list[Choice]:
    """Who may get several conversations, with how much they have: who is there first."""
    ranked = sorted(
        members, key=lambda each: (each.id != me.member_id, _PRESENCES.index(each.presence), each.name)
    )
    people = [
        Choice(
            each.id,
            tr("{name} (you)", name=each.name) if each.id == me.member_id else each.name,
            load_words(loads.get(each.id)) or f"{tr(each.role.value)} · {tr(each.presence.value)}",
            PRESENCE_MARKS[each.presence],
        )
        for each in ranked
    ]
    return [*people, Choice(NOBODY, tr("Nobody"), tr("back to the queue"), "·")]


def load_words(load: Load | None) -> str:
    """`12 of 15`, `12 open`; nothing where it is not known."""
    if load is None:
        return ""
    if load.max_concurrent is None:
        return tr("{open} open", open=load.open)
    return tr("{open} of {most}", open=load.open, most=load.max_concurrent)


def giving_back() -> list[Choice]:
    """Whether to give a conversation back that is then out of sight."""
    return [
        Choice(NOBODY, tr("Give it back"), tr("an admin sees it, you no longer do")),
        Choice("keep", tr("Keep it")),
    ]


def assignees(conversation: Conversation, members: Iterable[Member], me: Me) -> list[Choice]:
    """Who may work a conversation: oneself first, then who is there."""
    able = [each for each in members if each.role is not Role.CUSTOMER and not each.disabled]
    able.sort(key=lambda each: (each.id != me.member_id, _PRESENCES.index(each.presence), each.name))
    now = conversation.assignee.id if conversation.assignee else None
    people = [
        Choice(
            each.id,
            tr("{name} (you)", name=each.name) if each.id == me.member_id else each.name,
            tr("has it") if each.id == now else f"{tr(each.role.value)} · {tr(each.presence.value)}",
            PRESENCE_MARKS[each.presence],
            disabled=each.id == now,
        )
        for each in able
    ]
    return [*people, Choice(NOBODY, tr("Nobody"), tr("back to the queue"), "·", disabled=now is None)]


def snoozes(now: datetime) -> list[Choice]:
    """Until when it may be put away; the ids are the times themselves."""
    offered = [Choice(when.isoformat(), label, clock(when, now)) for label, when in snooze_choices(now)]
    return [*offered, Choice(OTHER, tr("Another time…"), "3h · 16:30 · 2026-11-30 14:00")]


def sorts(narrowing: Narrowing) -> list[Choice]:
    """The orders of a list."""
    present = narrowing.sort
    return [
        Choice(sort, tr(words).capitalize(), tr("now") if sort == present else "", disabled=sort == present)
        for sort, words in SORTS.items()
    ]


def direct_filters(
    narrowing: Narrowing, rows: Iterable[Conversation], personas: Iterable[Persona]
) -> list[Choice]:
    """What a list of direct messages may be narrowed to: who waits, which persona, which person."""
    terms: dict[tuple[str, str], str] = {("unanswered", ""): tr("unanswered")}
    for persona in sorted(personas, key=lambda each: each.name.casefold()):
        terms["persona_id", persona.id] = tr("persona: {name}", name=persona.name)
    people = {each.contact.id: each.contact.label for each in rows if each.contact}
    for key, name in sorted(people.items(), key=lambda each: each[1].casefold()):
        terms["contact_id", key] = tr("with: {name}", name=name)
    on = set(narrowing.terms)
    found = [
        Choice(
            f"{name}:{value}", words, "on" if (name, value) in on else "", "▣" if (name, value) in on else "▢"
        )
        for (name, value), words in terms.items()
    ]
    words = Choice(WORDS, tr("words in the messages…"), narrowing.q, "▣" if narrowing.q else "▢")
    clear = [Choice(CLEAR, tr("Clear the filter"), "Esc")] if narrowing.asks else []
    return [*clear, words, *found]


def contacts(found: Iterable[Contact]) -> list[Choice]:
    """To whom one may write."""
    return [
        Choice(each.id, each.label, " · ".join(filter(None, (each.company, each.email)))) for each in found
    ]


def commands(offered: Iterable[Command]) -> list[Choice]:
    """The commands, each with its key, so that the palette teaches them."""
    return [Choice(each.id, f"{tr(each.group.value)}: {tr(each.title)}", each.shown_key) for each in offered]
