"""Moving conversations between their states: by agents, by customers who write, and by time."""

from typing import Any, NamedTuple

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Kind, Status
from deskterm.protocol.states import ACTIVE, MOVES, allowed, move_to
from deskterm.protocol.status_lines import SNOOZE_ENDED
from deskterm.server import policy
from deskterm.server.desk import activity
from deskterm.server.desk.conversations import settings_of
from deskterm.server.desk.journal import Journal
from deskterm.server.errors import Conflict, IllegalTransition
from deskterm.server.principal import Principal
from deskterm.server.storage import conversations, waiting
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader, Tx

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: What is forgotten when a conversation is opened again; the thread's activity lines keep it.
REOPENED: dict[str, Any] = {
    "status": Status.OPEN.value,
    "snoozed_until": None,
    "resolved_at": None,
    "resolved_by": None,
    "closed_at": None,
    "closed_by": None,
}
_DONE = {Status.PENDING: "set this to pending", Status.SNOOZED: "snoozed this conversation"}


class Move(NamedTuple):
    """A legal move: the columns to write, and the lines (text, public) that tell of it."""

    changes: dict[str, Any]
    lines: tuple[tuple[str, bool], ...]


def legal_targets(principal: Principal, row: ConversationRow, now: int) -> list[str]:
    """Where this principal may move the conversation from where it stands."""
    if row.kind != Kind.SUPPORT:
        return []
    status = Status(row.status)
    if status is Status.CLOSED and not policy.may_reopen_closed(principal, row.closed_by, row.closed_at, now):
        return []
    return [each.value for each in allowed(status)]


def is_inside_reopen_window(row: ConversationRow, now: int) -> bool:
    """Whether a customer's message still opens this resolved conversation again."""
    if row.status != Status.RESOLVED or row.resolved_at is None:
        return False
    return now - row.resolved_at <= settings_of(row).reopen_hours * HOUR_MS


def plan_move(
    reader: Reader,
    principal: Principal,
    row: ConversationRow,
    target: Status,
    *,
    until: int | None,
    now: int,
) -> Move | None:
    """What moving to `target` (snoozed: `until`) writes; None if it stands there already.

    Raises `IllegalTransition` with the legal ones, and `Conflict` naming the active conversation beside
    which this one cannot be opened again.
    """
    status = Status(row.status)
    if status is target and (target is not Status.SNOOZED or row.snoozed_until == until):
        return None
    legal = legal_targets(principal, row, now)
    if target.value not in legal and not (status is target and move_to(target) in MOVES[status]):
        raise IllegalTransition(row.status, legal)
    if status not in ACTIVE and target is Status.OPEN:
        check_no_active(reader, principal.organization_id, row)
    changes = _columns(principal, status, target, until, now)
    if row.woken_seq:  # whoever moves it on has seen that it is back
        changes["woken_seq"] = 0
    if target is Status.OPEN and policy.may_take_resolve_back(
        principal, row.resolved_by, row.resolved_at, now
    ):
        changes["waiting_since"] = waiting.waiting_since(reader, principal.organization_id, row.id)
    return Move(changes, _lines(principal, status, target))


def check_no_active(reader: Reader, organization_id: int, row: ConversationRow) -> None:
    """`Conflict` with `conversation_id` if the contact has another active conversation."""
    if row.contact_id is None:
        return
    active = conversations.active_of(reader, organization_id, row.contact_id)
    if active is not None and active.id != row.id:
        raise Conflict(
            "A newer conversation of this contact is active.", extra={"conversation_id": to_text(active.id)}
        )


def _columns(
    principal: Principal, status: Status, target: Status, until: int | None, now: int
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if target is not status:
        changes["status"] = target.value
    if target is Status.SNOOZED or status is Status.SNOOZED:
        changes["snoozed_until"] = until if target is Status.SNOOZED else None
    if target is Status.RESOLVED:
        changes |= {"resolved_at": now, "resolved_by": principal.member_id, "waiting_since": None}
    elif target is Status.CLOSED:
        changes |= {"closed_at": now, "closed_by": principal.member_id}
    elif status not in ACTIVE:
        changes |= REOPENED
    return changes


def _lines(principal: Principal, status: Status, target: Status) -> tuple[tuple[str, bool], ...]:
    if target is Status.RESOLVED:
        return (f"{principal.name} resolved this conversation.", False), (activity.RESOLVED, True)
    if target is Status.CLOSED:
        return (f"{principal.name} closed this conversation.", False), (activity.CLOSED, True)
    if status not in ACTIVE:
        return (f"{principal.name} opened this conversation again.", False), (activity.REOPENED, True)
    return ((f"{principal.name} {_DONE.get(target, 'set this to open')}.", False),)


def do_wake_snoozed(tx: Tx, limit: int = 100) -> int:
    """Open every snoozed conversation whose time has come, of all organizations; answers how many."""
    due = conversations.due_snoozed(tx, tx.now, limit)
    for each in due:
        changes = {"status": Status.OPEN.value, "snoozed_until": None}
        _do_by_time(
            tx, each.organization_id, each.id, changes, SNOOZE_ENDED, public=False, marked_by="woken_seq"
        )
    return len(due)


def do_close_resolved(tx: Tx, limit: int = 100) -> int:
    """Close what has been resolved for longer than its organization's days; answers how many."""
    closed = 0
    for rule in conversations.closing_rules(tx):
        before = tx.now - rule.close_after_days * DAY_MS
        for each in conversations.due_resolved(tx, rule.organization_id, before, limit - closed):
            changes = {"status": Status.CLOSED.value, "closed_at": tx.now, "closed_by": None}
            _do_by_time(tx, each.organization_id, each.id, changes, activity.CLOSED, public=True)
            closed += 1
        if closed >= limit:
            break
    return closed


def _do_by_time(
    tx: Tx,
    organization_id: int,
    conversation_id: bytes,
    changes: dict[str, Any],
    line: str,
    *,
    public: bool,
    marked_by: str | None = None,
) -> None:
    """Change a conversation and say so by a line, whose `seq` is kept in the column `marked_by`."""
    journal = Journal(tx, organization_id, None)
    activity.add_line(tx, journal, organization_id, conversation_id, line, public=public)
    add_updated(journal, conversation_id, public=public)

    def write(last: int) -> None:
        line_seq = last - 1  # the line is told first, then the change
        columns = changes if marked_by is None else changes | {marked_by: line_seq}
        write_changes(tx, organization_id, conversation_id, columns, last, public=public)

    journal.close(write)


def add_updated(journal: Journal, conversation_id: bytes, *, public: bool) -> None:
    """Tell that the conversation changed: to its contact too if it is something they see."""
    journal.add(
        "conversation.updated",
        "conversation",
        conversation_id,
        Audience.CONVERSATION if public else Audience.AGENTS_OF_CONVERSATION,
        conversation_id=conversation_id,
    )


def write_changes(
    tx: Tx, organization_id: int, conversation_id: bytes, changes: dict[str, Any], rev: int, *, public: bool
) -> None:
    """Write columns with the new `rev`; `public` if contacts see the conversation changed."""
    now = tx.now
    columns = {**changes, "rev": rev, "updated_at": now}
    if public:
        columns["public_rev"] = rev
        columns["public_updated_at"] = now
    conversations.update(tx, organization_id, conversation_id, columns)
