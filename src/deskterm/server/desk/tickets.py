"""Tickets: as visible as their conversation, and moved by its rules."""

from deskterm.protocol.wire.requests import PatchConversation, PatchTicket
from deskterm.server.desk.changes import do_patch
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import write_changes
from deskterm.server.errors import Invalid, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import tickets
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.tickets import TicketRow

_CONVERSATIONS = ("status", "priority", "assignee_id")


def access_ticket(reader: Reader, principal: Principal, ticket_id: bytes) -> TicketRow:
    """The ticket if the principal may see its conversation now, else `NotFound`."""
    row = tickets.by_id(reader, principal.organization_id, ticket_id)
    if row is None:
        raise NotFound()
    access_conversation(reader, principal, row.conversation_id)
    return row


def do_patch_ticket(tx: Tx, principal: Principal, ticket_id: bytes, patch: PatchTicket) -> bool:
    """Change a ticket; answers whether the principal still sees it.

    Status, assignee and priority are changed in the conversation, under the same rules and refusals.
    """
    for name in ("subject", "description"):
        if name in patch.model_fields_set and getattr(patch, name) is None:
            raise Invalid([mistake("must not be null", "body", name)])
    row = access_ticket(tx, principal, ticket_id)
    asked = {name: getattr(patch, name) for name in _CONVERSATIONS if name in patch.model_fields_set}
    visible = not asked or do_patch(tx, principal, row.conversation_id, PatchConversation(**asked))
    subject = row.subject if patch.subject is None else patch.subject
    description = row.description if patch.description is None else patch.description
    if (subject, description) != (row.subject, row.description):
        _write(tx, principal, row, subject, description)
    return visible


def _write(tx: Tx, principal: Principal, row: TicketRow, subject: str, description: str) -> None:
    organization_id = principal.organization_id
    journal = Journal(tx, organization_id, principal.actor_id)
    journal.add(
        "ticket.updated",
        "ticket",
        row.id,
        Audience.AGENTS_OF_CONVERSATION,
        conversation_id=row.conversation_id,
        write=lambda seq: tickets.update(
            tx, organization_id, row.id, subject=subject, description=description, rev=seq
        ),
    )
    journal.add(
        "conversation.updated",
        "conversation",
        row.conversation_id,
        Audience.AGENTS_OF_CONVERSATION,
        conversation_id=row.conversation_id,
    )
    journal.close(
        lambda last: write_changes(tx, organization_id, row.conversation_id, {}, last, public=False)
    )
