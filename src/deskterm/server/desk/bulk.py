"""The same change to many conversations at once: one transaction, each under the caller's own rights."""

from typing import NamedTuple

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.wire.requests import PatchConversation
from deskterm.server.desk.assignment import access_assignable
from deskterm.server.desk.changes import Plan, apply, check_patch, makes_active, moves_queue, plan
from deskterm.server.desk.conversations import access_conversation, settings_of
from deskterm.server.desk.listing import all_matching
from deskterm.server.desk.queue import queued
from deskterm.server.errors import (
    Conflict,
    DeskError,
    Forbidden,
    IllegalTransition,
    LimitReached,
    NotFound,
)
from deskterm.server.principal import Principal
from deskterm.server.storage import organizations
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Tx

#: Conversations that one change may concern.
MOST = 500


class Conflicted(NamedTuple):
    """A conversation to which the change could not be applied, and where it may go instead."""

    id: str
    code: str
    allowed: list[str]


class Report(NamedTuple):
    """What became of each conversation, in the order given.

    `denied` are the missing, the invisible and the ones the caller may not change so, all alike.
    """

    applied: list[str]
    unchanged: list[str]
    denied: list[str]
    conflicted: list[Conflicted]


def matching(tx: Tx, principal: Principal, q: str, expect: int | None) -> list[str]:
    """The conversations that a filter finds, the latest first.

    Raises `Invalid` for the filter, `LimitReached` if it finds more than `MOST` and `Conflict` if it finds
    another number than `expect`: then it is not what somebody saw.
    """
    settings = organizations.settings(tx, principal.organization_id)
    found = all_matching(tx, principal, settings, q, tx.now, MOST + 1)
    if len(found) > MOST:
        raise LimitReached("At most {most} conversations are changed at once.", most=MOST)
    if len(found) != expect:
        raise Conflict("The filter finds {count} by now.", count=len(found))
    return [to_text(each) for each in found]


def do_bulk(
    tx: Tx,
    principal: Principal,
    ids: list[str],
    patch: PatchConversation,
    *,
    dry_run: bool,
    if_revs: list[int] | None = None,
) -> Report:
    """Change the conversations `ids` (an id given twice counts once); a dry run reports the same.

    `if_revs`: the `rev` of each as it was looked at; one that has another by now is `stale`, not changed.

    Raises `Invalid` or `NotFound` for what is wrong with the change itself.
    """
    check_patch(patch, tx.now)
    if principal.is_admin and patch.assignee_id is not None:
        access_assignable(tx, principal.organization_id, to_bytes(patch.assignee_id))
    report = Report([], [], [], [])
    revs = {} if if_revs is None else dict(zip(ids, if_revs, strict=True))
    plans = _plan_all(tx, principal, {each: _guarded(patch, revs.get(each)) for each in ids}, report)
    if dry_run:
        return report
    for row, decided in plans:
        apply(tx, principal, row, decided, reason="bulk")
    moved = [row for row, decided in plans if moves_queue(decided)]
    if moved:
        queued(tx, principal.organization_id, settings_of(moved[0]), [row.id for row in moved])
    return report


def _plan_all(
    tx: Tx, principal: Principal, patches: dict[str, PatchConversation], report: Report
) -> list[tuple[ConversationRow, Plan]]:
    """Decide about every conversation before the first is written."""
    plans = []
    opened: dict[bytes | None, bytes] = {}
    for conversation_id, patch in patches.items():
        try:
            row, decided = _plan_one(tx, principal, conversation_id, patch)
            if makes_active(row, decided) and opened.setdefault(row.contact_id, row.id) != row.id:
                raise Conflict()
        except (NotFound, Forbidden):
            report.denied.append(conversation_id)
        except DeskError as refusal:
            if refusal.status != Conflict.status:
                raise
            report.conflicted.append(_conflicted(conversation_id, refusal))
        else:
            if decided.is_empty:
                report.unchanged.append(conversation_id)
            else:
                report.applied.append(conversation_id)
                plans.append((row, decided))
    return plans


def _guarded(patch: PatchConversation, rev: int | None) -> PatchConversation:
    return patch if rev is None else patch.model_copy(update={"if_rev": rev})


def _plan_one(
    reader: Tx, principal: Principal, conversation_id: str, patch: PatchConversation
) -> tuple[ConversationRow, Plan]:
    row = access_conversation(reader, principal, to_bytes(conversation_id))
    return row, plan(reader, principal, row, patch, reader.now)


def _conflicted(conversation_id: str, refusal: DeskError) -> Conflicted:
    allowed = list(refusal.extra["allowed"]) if isinstance(refusal, IllegalTransition) else []
    return Conflicted(conversation_id, refusal.code, allowed)
