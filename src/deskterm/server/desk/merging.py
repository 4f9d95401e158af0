"""Two conversations of one customer as one, until somebody takes them apart again.

The source's messages move into the target; its own row stays as it was, and nobody sees it. So taking it out
again is moving its messages back: those it had, and those that were sent to it meanwhile.
"""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Kind
from deskterm.protocol.states import ACTIVE
from deskterm.server.desk import losses
from deskterm.server.desk.activity import add_line
from deskterm.server.desk.assignment import Giver, assign, giver, is_assignable, tell_losers_and_gainers
from deskterm.server.desk.conversations import access_conversation, is_visible, settings_of
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.links import put_back, take_out
from deskterm.server.desk.merged_columns import (
    as_it_is,
    counted,
    ended,
    have_same_cursors,
    takes_over,
    together,
)
from deskterm.server.desk.queue import queued
from deskterm.server.desk.transitions import check_no_active, write_changes
from deskterm.server.errors import Conflict, NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, conversations, members, merges, tickets
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.merges import MergeRow


def do_merge(tx: Tx, principal: Principal, source_id: bytes, target_id: bytes) -> None:
    """Put the source into the target; doing it again is harmless. `NotFound` or `Conflict`."""
    target = access_conversation(tx, principal, target_id)
    known = conversations.merged_by_id(tx, principal, source_id)
    if known is not None and is_visible(principal, known):
        found = merges.of(tx, principal.organization_id, source_id)
        if found is not None and found.target_id == target_id:
            return
    source = access_conversation(tx, principal, source_id)
    _check_pair(source, target)
    _merge(tx, principal, source, target)
    queued(tx, principal.organization_id, settings_of(target), [target.id])


def do_unmerge(tx: Tx, principal: Principal, source_id: bytes) -> None:
    """Take the source out again. `NotFound` unless both are seen, `Conflict` where another one is active."""
    source = conversations.merged_by_id(tx, principal, source_id)
    merge = merges.of(tx, principal.organization_id, source_id)
    if source is None or merge is None or not is_visible(principal, source):
        raise NotFound()
    target = access_conversation(tx, principal, merge.target_id)
    if source.status in ACTIVE and target.status not in ACTIVE:
        check_no_active(tx, principal.organization_id, source)
    _unmerge(tx, principal, source, target, merge)
    queued(tx, principal.organization_id, settings_of(target), [source.id, target.id])


def _check_pair(source: ConversationRow, target: ConversationRow) -> None:
    if source.kind != Kind.SUPPORT or target.kind != Kind.SUPPORT:
        raise Conflict("Only support conversations are merged.")
    if source.id == target.id:
        raise Conflict("A conversation is not merged with itself.")
    if source.contact_id is None or source.contact_id != target.contact_id:
        raise Conflict("Only conversations of the same customer are merged.")


def _merge(tx: Tx, principal: Principal, source: ConversationRow, target: ConversationRow) -> None:
    organization_id, by = principal.organization_id, giver(principal)
    ours = merges.columns(tx, organization_id, source.id)
    theirs = merges.columns(tx, organization_id, target.id)
    takes_ticket = not tickets.exists(tx, organization_id, target.id)
    journal = Journal(tx, organization_id, principal.actor_id)
    said = f"{principal.name} merged #{source.number} into this conversation."
    add_line(tx, journal, organization_id, target.id, said, public=False)
    public = [merges.last(tx, organization_id, each.id, public=True) for each in (source, target)]
    order = [each.seq if each else 0 for each in public]
    changes = together(ours, theirs, source_last=order[0] > order[1])
    changes["merged_from"] = merges.joined(theirs.merged_from, source.id, source.number)
    if takes_over(ours, theirs) and ours.assignee_id is not None:
        changes |= _reassign(tx, journal, by, organization_id, target, ours.assignee_id, source.number)
    relink = take_out(tx, journal, organization_id, source)
    _tell_whole(journal, target)
    losses.tell_merged(journal, tx, principal, source)

    def write(last: int) -> None:
        hidden = {"archived_at": tx.now, "merged_into": target.id}
        conversations.update(tx, organization_id, source.id, hidden)
        merges.note_all(tx, organization_id, source.id)
        merges.move(tx, organization_id, source.id, target.id, last)
        if takes_ticket:
            merges.move_ticket(tx, organization_id, source.id, target.id, last)
        row = MergeRow(source.id, target.id, merges.pack(theirs), int(takes_ticket), last)
        merges.insert(tx, organization_id, row)
        relink(last)
        _write_target(tx, organization_id, target, changes, last)

    journal.close(write)
    _audit(tx, principal, "conversation.merged", source, target)


def _unmerge(
    tx: Tx, principal: Principal, source: ConversationRow, target: ConversationRow, merge: MergeRow
) -> None:
    organization_id, by = principal.organization_id, giver(principal)
    before = merges.unpack(merge.before)
    now = merges.columns(tx, organization_id, target.id)
    gives_back = source.status in ACTIVE and target.status in ACTIVE
    cursors = merges.columns(tx, organization_id, source.id) if gives_back else before
    untouched = target.rev == merge.rev and have_same_cursors(cursors, now)
    journal = Journal(tx, organization_id, principal.actor_id)
    said = f"{principal.name} took #{source.number} out of this conversation again."
    add_line(tx, journal, organization_id, target.id, said, public=False)
    changes = before._asdict() if untouched else now._asdict() | (ended(before) if gives_back else {})
    changes["merged_from"] = merges.left(now.merged_from, source.id)
    if (untouched or gives_back) and before.assignee_id != target.assignee_id:
        changes |= _reassign(tx, journal, by, organization_id, target, before.assignee_id, source.number) | {
            "agent_joined_at": before.agent_joined_at
        }
    relink = put_back(tx, journal, organization_id, source)
    _tell_whole(journal, source)
    _tell_whole(journal, target)

    def write(last: int) -> None:
        if gives_back:  # first: only one may be active
            _write(tx, organization_id, target.id, ended(before), last)
        merges.move(tx, organization_id, source.id, source.id, last)
        if merge.ticket_moved:
            merges.move_ticket(tx, organization_id, target.id, source.id, last)
        merges.forget(tx, organization_id, source.id)
        _write(tx, organization_id, source.id, {"archived_at": None, "merged_into": None}, last)
        if not untouched:
            own = merges.columns(tx, organization_id, source.id)._asdict()
            _write_target(tx, organization_id, source, own | as_it_is(tx, organization_id, source.id), last)
        relink(last)
        if untouched:
            _write(tx, organization_id, target.id, changes, last)
        else:
            left = changes | as_it_is(tx, organization_id, target.id)
            _write_target(tx, organization_id, target, left, last)

    journal.close(write)
    _audit(tx, principal, "conversation.unmerged", source, target)


def _write_target(
    tx: Tx, organization_id: int, row: ConversationRow, changes: dict[str, Any], last: int
) -> None:
    """Write a conversation with what its messages tell now that they have moved."""
    assignee_id = changes.get("assignee_id", row.assignee_id)
    found = counted(tx, organization_id, row.id, row.contact_id, assignee_id, changes)
    _write(tx, organization_id, row.id, changes | found, last)


def _write(tx: Tx, organization_id: int, conversation_id: bytes, changes: dict[str, Any], last: int) -> None:
    write_changes(tx, organization_id, conversation_id, changes, last, public=True)


def _reassign(
    tx: Tx,
    journal: Journal,
    by: Giver,
    organization_id: int,
    target: ConversationRow,
    wanted: bytes | None,
    number: int,
) -> dict[str, Any]:
    """Whoever works on the source, or worked on the target, has the target now."""
    member = None if wanted is None else members.by_id(tx, organization_id, wanted)
    if wanted == target.assignee_id or (member is not None and not is_assignable(member)):
        return {"assignee_id": target.assignee_id}
    why = f"By the merge with #{number}."
    changes = assign(tx, journal, by, organization_id, target, member, reason="manual", explanation=why)
    tell_losers_and_gainers(tx, journal, by, organization_id, target, member)
    return changes


def _tell_whole(journal: Journal, row: ConversationRow) -> None:
    """Whoever sees the conversation gets it anew with its newest messages: some came or went."""
    journal.add("conversation.granted", "conversation", row.id, Audience.CONVERSATION, conversation_id=row.id)


def _audit(
    tx: Tx, principal: Principal, action: str, source: ConversationRow, target: ConversationRow
) -> None:
    audit.write(
        tx,
        principal.organization_id,
        action,
        actor_id=principal.actor_id,
        entity="conversation",
        entity_id=source.id,
        detail={"into": to_text(target.id)},
    )
