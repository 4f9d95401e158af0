"""What a change of many does or did, in words: counted, with the reasons, naming conversations. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from deskterm.client.answers import ConversationPatch
from deskterm.client.triage import BulkReport, Load
from deskterm.protocol.records import Conversation, Status
from deskterm.text.words import tr, trn

#: How many conversations a line names.
_NAMED = 8


def foreseen(report: BulkReport, selected: Sequence[Conversation]) -> list[str]:
    """One line for each thing that would become of some of them."""
    return _lines(report, selected, trn("{count} changes", "{count} change", len(report.applied)))


def done(report: BulkReport, selected: Sequence[Conversation]) -> list[str]:
    """One line for each thing that became of some of them."""
    return _lines(report, selected, trn("{count} changed", "{count} changed", len(report.applied)))


def in_short(report: BulkReport, words: str) -> str:
    """The whole report in one line."""
    said = [
        trn("{count} was so already", "{count} were so already", len(report.unchanged))
        if report.unchanged
        else "",
        tr("{count} not allowed", count=f"{len(report.denied):,}") if report.denied else "",
        tr("{count} impossible", count=f"{len(report.conflicted):,}") if report.conflicted else "",
    ]
    return " · ".join([words, *filter(None, said)])


def after(
    loads: Iterable[Load], report: BulkReport, patch: ConversationPatch, selected: Sequence[Conversation]
) -> list[str]:
    """What assigning does to who gets them."""
    taker = next((each for each in loads if each.member.id == patch.get("assignee_id")), None)
    if taker is None or not report.applied:
        return []
    applied = set(report.applied)
    more = sum(each.id in applied and each.status is Status.OPEN for each in selected)
    said = tr("{name}: {load}", name=taker.member.name, load=load_then(taker, more))
    most = taker.max_concurrent
    if most is None:
        return [said]
    over = taker.open + more > most
    return [
        f"{said} · "
        + (tr("more than their maximum of {most}", most=most) if over else tr("at most {most}", most=most))
    ]


def load_then(load: Load, more: int) -> str:
    """How many open ones somebody has, and would have with `more`."""
    return tr("{open} open, then {then}", open=load.open, then=load.open + more)


def _lines(report: BulkReport, selected: Sequence[Conversation], applied: str) -> list[str]:
    numbers = {each.id: each.number for each in selected}
    found = [_line(applied, report.applied, numbers)]
    if report.unchanged:
        found.append(_line(tr("{count} so already", count=len(report.unchanged)), report.unchanged, numbers))
    if report.denied:
        found.append(
            _line(tr("{count} not yours to change so", count=len(report.denied)), report.denied, numbers)
        )
    by_id = {each.id: each for each in selected}
    reasons: dict[str, list[str]] = {}
    for each in report.conflicted:
        reasons.setdefault(_reason(each.code, each.allowed, by_id.get(each.id)), []).append(each.id)
    return [*found, *(_line(f"{len(ids)} {reason}", ids, numbers) for reason, ids in reasons.items())]


def _reason(code: str, allowed: Sequence[str], conversation: Conversation | None) -> str:
    if code == "illegal_transition":
        now = tr(conversation.status.value) if conversation else tr("elsewhere")
        legal = ", ".join(tr(each) for each in allowed) or tr("nothing else")
        return tr("impossible: {status} can become {legal}", status=now, legal=legal)
    if code == "conflict":
        return tr("impossible: the customer has a newer conversation")
    if code == "limit_reached":
        return tr("impossible: too many tags")
    return tr("impossible: changed meanwhile")


def _line(words: str, ids: Sequence[str], numbers: Mapping[str, int]) -> str:
    named = " ".join(f"#{numbers[each]}" for each in ids[:_NAMED] if each in numbers)
    more = f" +{len(ids) - _NAMED:,}" if len(ids) > _NAMED else ""
    return f"{words}   {named}{more}" if named else words
