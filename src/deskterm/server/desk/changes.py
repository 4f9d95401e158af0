"""Changing a conversation: everything is decided first, then written at once or, in a dry run, not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import Kind, Status
from deskterm.protocol.states import ACTIVE
from deskterm.protocol.wire.requests import PatchConversation
from deskterm.server import policy
from deskterm.server.desk import activity
from deskterm.server.desk.assignment import assign, check_assignment, giver, tell_losers_and_gainers
from deskterm.server.desk.conversations import access_conversation, is_visible, settings_of
from deskterm.server.desk.escalation import by_priority, line_of
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.queue import is_automatic, queued
from deskterm.server.desk.transitions import add_updated, plan_move, write_changes
from deskterm.server.errors import Conflict, Forbidden, Invalid, LimitReached, Stale, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import conversations
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.members import MemberRow
from deskterm.server.views.times import milliseconds

TAGS_LIMIT = 40
_NOT_NULL = ("status", "priority", "escalated", "unread", "add_tags", "remove_tags", "if_rev")
#: What contacts see of these: a snoozed conversation reads as open to them.
_SEEN_AS = {Status.SNOOZED.value: Status.OPEN.value}


@dataclass(slots=True)
class Plan:
    """What a change will write. Empty = everything asked for is there already."""

    changes: dict[str, Any] = field(default_factory=dict)
    lines: list[tuple[str, bool]] = field(default_factory=list)
    public: bool = False
    add_tags: list[str] = field(default_factory=list)
    remove_tags: list[str] = field(default_factory=list)
    reassigned: bool = False
    member: MemberRow | None = None

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.reassigned


def do_patch(tx: Tx, principal: Principal, conversation_id: bytes, patch: PatchConversation) -> bool:
    """Change a conversation; answers whether the principal still sees it.

    Raises `Invalid` for a request that is wrong by itself, then what `plan` raises.
    """
    check_patch(patch, tx.now)
    row = access_conversation(tx, principal, conversation_id)
    decided = plan(tx, principal, row, patch, tx.now)
    if decided.is_empty:
        return True
    apply(tx, principal, row, decided, reason="manual")
    settings = settings_of(row)
    if is_automatic(settings) and moves_queue(decided):
        queued(tx, principal.organization_id, settings, [row.id])
        row = conversations.by_id(tx, principal, conversation_id) or row
    else:
        row = row._replace(assignee_id=decided.changes.get("assignee_id", row.assignee_id))
    return is_visible(principal, row)


def check_patch(patch: PatchConversation, now: int) -> None:
    """`Invalid` for what is wrong with the request alone."""
    given = patch.model_fields_set
    for name in _NOT_NULL:
        if name in given and getattr(patch, name) is None:
            raise Invalid([mistake("must not be null", "body", name)])
    until = patch.snoozed_until
    if until is not None:
        if milliseconds(until) <= now:
            raise Invalid([mistake("must be in the future", "body", "snoozed_until")])
        if patch.status not in (None, Status.SNOOZED):
            raise Invalid(
                [mistake("does not go with status {status}", "body", "snoozed_until", status=patch.status)]
            )
    elif patch.status is Status.SNOOZED:
        raise Invalid([mistake("says until when", "body", "snoozed_until")])
    if patch.escalated and not patch.escalated_reason:
        raise Invalid([mistake("says why", "body", "escalated_reason")])
    if "escalated_reason" in given and not patch.escalated:
        raise Invalid([mistake("goes with escalated: true only", "body", "escalated_reason")])


def plan(
    reader: Reader, principal: Principal, row: ConversationRow, patch: PatchConversation, now: int
) -> Plan:
    """Decide what `patch` does to the conversation.

    Raises `Forbidden`, `NotFound` (an unknown assignee) or `Invalid` (one who cannot answer), then `Stale`,
    `IllegalTransition`, `Conflict` or `LimitReached`.
    """
    decided = Plan()
    _plan_assignee(decided, reader, principal, row, patch)
    if patch.if_rev is not None and patch.if_rev != row.rev:
        raise Stale("The conversation has changed since.", extra={"rev": row.rev})
    _plan_status(decided, reader, principal, row, patch, now)
    _plan_fields(decided, row, patch, now)
    _plan_escalation(decided, row, patch, principal.name, now)
    _plan_tags(decided, row, patch)
    _plan_mark(decided, principal, row, patch)
    return decided


def _plan_assignee(
    decided: Plan, reader: Reader, principal: Principal, row: ConversationRow, patch: PatchConversation
) -> None:
    if "assignee_id" not in patch.model_fields_set:
        return
    wanted = None if patch.assignee_id is None else to_bytes(patch.assignee_id)
    if wanted == row.assignee_id:
        return
    decided.member = check_assignment(reader, principal, row, wanted)
    decided.reassigned = True


def _plan_status(
    decided: Plan,
    reader: Reader,
    principal: Principal,
    row: ConversationRow,
    patch: PatchConversation,
    now: int,
) -> None:
    target = _target(row, patch)
    if target is None or (row.kind != Kind.SUPPORT and target is Status.OPEN):
        return
    until = None if patch.snoozed_until is None else milliseconds(patch.snoozed_until)
    move = plan_move(reader, principal, row, target, until=until, now=now)
    if move is None:
        return
    decided.changes |= move.changes
    decided.lines += move.lines
    status = move.changes.get("status", row.status)
    decided.public = _SEEN_AS.get(status, status) != _SEEN_AS.get(row.status, row.status)


def _target(row: ConversationRow, patch: PatchConversation) -> Status | None:
    """The status asked for; a time to snooze until says so by itself, and none wakes."""
    if patch.status is not None:
        return patch.status
    if "snoozed_until" not in patch.model_fields_set:
        return None
    if patch.snoozed_until is not None:
        return Status.SNOOZED
    return Status.OPEN if row.status == Status.SNOOZED else None


def _plan_fields(decided: Plan, row: ConversationRow, patch: PatchConversation, now: int) -> None:
    if patch.priority is not None and patch.priority.rank != row.priority:
        decided.changes["priority"] = patch.priority.rank
        flagged = by_priority(settings_of(row), row.escalated, patch.priority.rank, now)
        if flagged and patch.escalated is None:
            decided.changes |= flagged
            decided.lines.append((line_of(flagged), False))
    if "subject" in patch.model_fields_set and patch.subject != row.subject:
        decided.changes["subject"] = patch.subject
        decided.public = True


def _plan_escalation(
    decided: Plan, row: ConversationRow, patch: PatchConversation, name: str, now: int
) -> None:
    if patch.escalated is True:
        if not row.escalated:
            decided.changes |= {"escalated": 1, "escalated_at": now}
        if patch.escalated_reason != row.escalated_reason:
            decided.changes["escalated_reason"] = patch.escalated_reason
            decided.lines.append((f"{name} escalated this: {patch.escalated_reason}", False))
    elif patch.escalated is False and row.escalated:
        decided.changes |= {"escalated": 0, "escalated_reason": None, "escalated_at": None}
        decided.lines.append((f"{name} took the escalation away.", False))


def _plan_tags(decided: Plan, row: ConversationRow, patch: PatchConversation) -> None:
    if not patch.add_tags and not patch.remove_tags:
        return
    before = set(conversations.parse_tags(row.tags))
    after = (before | set(patch.add_tags or ())) - set(patch.remove_tags or ())
    if after == before:
        return
    if len(after) > TAGS_LIMIT:
        raise LimitReached("A conversation has at most {most} tags.", most=TAGS_LIMIT)
    decided.add_tags = sorted(after - before)
    decided.remove_tags = sorted(before - after)
    decided.changes["tags"] = conversations.pack_tags(after)


def _plan_mark(decided: Plan, principal: Principal, row: ConversationRow, patch: PatchConversation) -> None:
    """The desk's shared mark. The cursor never moves back: a customer keeps the ticks they saw."""
    if patch.unread is None or patch.unread is (row.unread > 0):
        return
    if row.kind != Kind.SUPPORT:
        raise Conflict("Only a support conversation can be marked as read or unread.")
    if patch.unread:
        decided.changes["woken_seq"] = row.agent_read_seq + 1
        decided.lines.append((f"{principal.name} marked this as unread.", False))
    elif row.woken_seq > row.agent_read_seq:  # what was written since stays unread
        decided.changes["woken_seq"] = 0
    elif not policy.moves_desk_cursor(principal, row.assignee_id):
        raise Forbidden("What an admin reads counts only in conversations that are theirs.")
    else:
        decided.changes |= {"agent_read_seq": row.rev, "agent_unread": 0}
        decided.public = True


def apply(
    tx: Tx,
    principal: Principal,
    row: ConversationRow,
    decided: Plan,
    *,
    reason: str,
    explanation: str | None = None,
) -> None:
    """Write a plan that is not empty, with its lines, history, audit and log rows.

    `explanation` says in the history why it went to whom it goes.
    """
    organization_id, by = principal.organization_id, giver(principal)
    journal = Journal(tx, organization_id, principal.actor_id)
    for text, public in decided.lines:
        activity.add_line(tx, journal, organization_id, row.id, text, public=public)
    if decided.reassigned:
        returned = decided.member is None and reason == "manual"
        why = "returned" if returned else reason
        decided.changes |= assign(
            tx, journal, by, organization_id, row, decided.member, reason=why, explanation=explanation
        )
    add_updated(journal, row.id, public=decided.public)
    if decided.reassigned:
        tell_losers_and_gainers(tx, journal, by, organization_id, row, decided.member)
    journal.close(_writing(tx, organization_id, row, decided))


def _writing(tx: Tx, organization_id: int, row: ConversationRow, decided: Plan) -> Callable[[int], None]:
    def write(last: int) -> None:
        write_changes(tx, organization_id, row.id, decided.changes, last, public=decided.public)
        conversations.index_tags(
            tx, organization_id, row.id, add=decided.add_tags, remove=decided.remove_tags
        )

    return write


def moves_queue(decided: Plan) -> bool:
    """Whether the plan may have put the conversation into the queue, or have made somebody free."""
    return decided.reassigned or "status" in decided.changes


def makes_active(row: ConversationRow, decided: Plan) -> bool:
    """Whether the plan makes an inactive conversation the contact's active one."""
    return row.status not in ACTIVE and decided.changes.get("status") in ACTIVE
