"""What the small desk in memory answers about many conversations at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from deskterm.client.answers import Update
from deskterm.client.errors import ApiError
from deskterm.client.triage import (
    BalanceReport,
    BulkReport,
    Colleague,
    Conflicted,
    Figures,
    Given,
    Load,
    Workload,
)
from deskterm.protocol.records import Assignee, Conversation, Kind, Named, Presence, Role, Status

if TYPE_CHECKING:
    from tests.screens.world import World

#: Of these so many are handled at most; nothing bounds the others.
MOST = {"m-sarah": 15, "m-mike": 3}


def changed_by(
    world: "World",
    ids: Sequence[str],
    patched: Callable[[Conversation], Conversation],
    looked: Mapping[str, int] | None = None,
    *,
    dry_run: bool,
) -> BulkReport:
    """Change all of them as the server does, and tell whoever listens; a dry run only says what it would."""
    report = BulkReport()
    for each in ids:
        held = world.conversations.get(each)
        if held is None:
            report += BulkReport(denied=(each,))
            continue
        if looked is not None and looked[each] != held.rev:
            report += BulkReport(conflicted=(Conflicted(each, "stale", ()),))
            continue
        try:
            after = patched(held)
        except ApiError as refusal:
            report += BulkReport(
                conflicted=(Conflicted(each, refusal.code, tuple(refusal.extra["allowed"])),)
            )
            continue
        if after == held:
            report += BulkReport(unchanged=(each,))
            continue
        report += BulkReport(applied=(each,))
        if not dry_run:
            world.arrives(Update("conversation.updated", conversation=world.put(after)))
    return report


def balanced_by(world: "World", ids: Sequence[str], *, dry_run: bool) -> BalanceReport:
    """All to Sarah, who alone is there."""
    sarah = world.members["m-sarah"]
    given, unchanged = [], []
    for each in ids:
        held = world.conversations[each]
        if held.assignee is not None and held.assignee.id == sarah.id:
            unchanged.append(each)
            continue
        given.append(Given(each, Named(sarah.id, sarah.name), "Least busy of 1 who could take it."))
        if not dry_run:
            after = world.put(replace(held, assignee=Assignee(sarah.id, sarah.name, sarah.presence)))
            world.arrives(Update("conversation.updated", conversation=after))
    return BalanceReport(tuple(given), tuple(unchanged))


def workload_of(world: "World") -> Workload:
    """Who has how much to do."""
    support = [each for each in world.conversations.values() if each.kind is Kind.SUPPORT]
    is_open = [each for each in support if each.status is Status.OPEN]
    loads = tuple(
        Load(
            Colleague(member.id, member.name, member.presence),
            sum(1 for each in is_open if each.assignee and each.assignee.id == member.id),
            MOST.get(member.id),
        )
        for member in sorted(world.members.values(), key=lambda each: each.name)
    )
    if world.me.role is not Role.ADMIN:
        return Workload(tuple(each for each in loads if each.member.id == world.me.member_id))
    waits = [each.waiting_since for each in is_open if each.waiting_since]
    figures = Figures(
        unassigned=sum(1 for each in is_open if each.assignee is None),
        open=len(is_open),
        handled=7,
        agents_online=sum(1 for each in loads if each.member.presence is Presence.ONLINE),
        waiting_longest_since=min(waits, default=None),
    )
    return Workload(loads, figures)
