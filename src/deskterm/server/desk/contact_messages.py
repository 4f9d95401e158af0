"""What a customer's message does: it opens and reopens, starts the waiting clock, makes the ticket.

A message to an ended conversation goes into the contact's active one, which is made if there is none.
"""

from typing import Any

from deskterm.protocol.records import AuthorKind, Kind, Status, Visibility
from deskterm.protocol.states import ACTIVE
from deskterm.server.desk import activity
from deskterm.server.desk.conversations import preview_of, settings_of
from deskterm.server.desk.drafted import Drafted, add_message
from deskterm.server.desk.escalation import by_words, line_of
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.opening import SOURCES, Opening, announce, plan_opening, write_opening
from deskterm.server.desk.queue import queued
from deskterm.server.desk.transitions import REOPENED, is_inside_reopen_window, write_changes
from deskterm.server.desk.visited import visited
from deskterm.server.principal import Principal
from deskterm.server.storage import contacts, conversations, tickets
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Tx
from deskterm.server.storage.messages import NewMessage
from deskterm.server.storage.organizations import Settings

DESCRIPTION_LIMIT = 500  # code points of the first message that a ticket keeps


def send_as_contact(tx: Tx, principal: Principal, row: ConversationRow, draft: Drafted) -> None:
    """Store a contact's message, in a support conversation with all that follows from it."""
    if row.kind != Kind.SUPPORT:
        journal = Journal(tx, principal.organization_id, principal.actor_id)
        add_message(tx, journal, principal, _message(principal, row.id, draft), draft.files)
        waits = row.kind == Kind.DIRECT and row.contact_id == principal.contact_id
        changes = {"waiting_since": tx.now} if waits and row.waiting_since is None else {}

        def write(last: int) -> None:
            columns = changes | effects_of_order(draft, tx.now, last)
            write_changes(tx, principal.organization_id, row.id, columns, last, public=True)

        journal.close(write)
        return
    target = _target(tx, principal, row)
    if target is None:
        _send_into_new(tx, principal, row, draft)
    else:
        _send_into(tx, principal, target, draft)


def _target(tx: Tx, principal: Principal, row: ConversationRow) -> ConversationRow | None:
    """Where a message to this support conversation belongs; None = into a new one."""
    if row.status in ACTIVE or row.contact_id is None:
        return row
    active = conversations.active_of(tx, principal.organization_id, row.contact_id)
    if active is not None:
        return active
    return row if is_inside_reopen_window(row, tx.now) else None


def _send_into(tx: Tx, principal: Principal, row: ConversationRow, draft: Drafted) -> None:
    organization_id = principal.organization_id
    journal = Journal(tx, organization_id, principal.actor_id)
    changes: dict[str, Any] = {"agent_unread": row.agent_unread + 1}
    if row.waiting_since is None:
        changes["waiting_since"] = tx.now
    if row.status == Status.RESOLVED:
        changes |= REOPENED
        activity.add_line(tx, journal, organization_id, row.id, activity.REOPENED, public=True)
    elif row.status != Status.OPEN:
        changes |= {"status": Status.OPEN.value, "snoozed_until": None}
    flagged = by_words(settings_of(row), row.escalated, draft.body, tx.now)
    if flagged:
        changes |= flagged
        activity.add_line(tx, journal, organization_id, row.id, line_of(flagged), public=False)
    add_message(tx, journal, principal, _message(principal, row.id, draft), draft.files)
    first = not tickets.exists(tx, organization_id, row.id)

    def write(last: int) -> None:
        if first:
            _make_ticket(tx, principal, row.id, row.contact_id, draft, last)
        columns = changes | effects_of_order(draft, tx.now, last)
        write_changes(tx, organization_id, row.id, columns, last, public=True)

    journal.close(write)
    if row.assignee_id is None and (first or "status" in changes):
        queued(tx, organization_id, settings_of(row), [row.id])


def _send_into_new(tx: Tx, principal: Principal, row: ConversationRow, draft: Drafted) -> None:
    contact = contact_of(tx, principal, row.contact_id)
    previous = conversations.newest_of(tx, principal.organization_id, contact.id)
    opening = plan_opening(tx, contact.id, SOURCES[contact.kind], previous, **visited(tx, principal))
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    announce(tx, journal, principal, opening, None)
    send_first(tx, journal, principal, opening, draft, settings_of(row))


def send_first(
    tx: Tx, journal: Journal, principal: Principal, opening: Opening, draft: Drafted, settings: Settings
) -> None:
    """Make the announced conversation with a contact's message in it, and its ticket; closes the journal."""
    flagged = by_words(settings, 0, draft.body, tx.now)
    if flagged:
        opening.values.update(flagged)
        activity.add_line(tx, journal, principal.organization_id, opening.id, line_of(flagged), public=False)
    add_message(tx, journal, principal, _message(principal, opening.id, draft), draft.files)

    def write(last: int) -> None:
        opening.values.update(effects_of_order(draft, tx.now, last))
        opening.values.update({"agent_unread": 1, "waiting_since": tx.now})
        write_opening(tx, principal, opening, last)
        _make_ticket(tx, principal, opening.id, opening.values["contact_id"], draft, last)

    journal.close(write)
    if opening.values.get("assignee_id") is None:
        queued(tx, principal.organization_id, settings, [opening.id])


def effects_of_order(draft: Drafted, now: int, seq: int) -> dict[str, Any]:
    """What every public message changes: the previews and the place in lists."""
    preview = preview_of(draft.shown)
    return {
        "preview": preview,
        "public_preview": preview,
        "last_message_at": now,
        "last_message_seq": seq,
        "last_public_message_at": now,
    }


def contact_of(tx: Tx, principal: Principal, contact_id: bytes | None) -> ContactRow:
    """The contact of a conversation that has one."""
    contact = None if contact_id is None else contacts.by_id(tx, principal.organization_id, contact_id)
    if contact is None:
        raise LookupError("a support conversation has a contact")
    return contact


def _message(principal: Principal, conversation_id: bytes, draft: Drafted) -> NewMessage:
    return NewMessage(
        id=draft.id,
        conversation_id=conversation_id,
        author_kind=AuthorKind.CONTACT,
        author_id=principal.actor_id,
        persona_id=None,
        voice_persona_id=None,
        kind=draft.kind,
        visibility=Visibility.PUBLIC,
        body=draft.body,
        attachment_count=len(draft.files),
    )


def _make_ticket(
    tx: Tx,
    principal: Principal,
    conversation_id: bytes,
    contact_id: bytes | None,
    draft: Drafted,
    rev: int,
) -> None:
    contact = contact_of(tx, principal, contact_id)
    visitor = "Visitor" if contact.visitor_number is None else f"Visitor {contact.visitor_number}"
    tickets.insert(
        tx,
        principal.organization_id,
        ticket_id=tx.ids.new_bytes(),
        conversation_id=conversation_id,
        subject=f"Support request from {contact.name or contact.email or visitor}",
        description=draft.shown[:DESCRIPTION_LIMIT],
        rev=rev,
    )
