"""Tickets and assignment history as agents see them."""

from collections.abc import Sequence
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.storage import tickets
from deskterm.server.storage.assignments import AssignmentRow
from deskterm.server.storage.database import Reader
from deskterm.server.storage.tickets import TicketRow
from deskterm.server.views.conversations import PRIORITIES, assignee, contact
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer


def render(reader: Reader, viewer: Viewer, conversation_ids: Sequence[bytes]) -> list[dict[str, Any]]:
    """The tickets of these conversations in this order; those without a ticket are left out."""
    organization_id = viewer.principal.organization_id
    found = (tickets.by_conversation(reader, organization_id, each) for each in conversation_ids)
    return [render_row(viewer, row) for row in found if row is not None]


def render_row(viewer: Viewer, row: TicketRow) -> dict[str, Any]:
    """One ticket; status, priority, assignee and contact are its conversation's."""
    return {
        "id": to_text(row.id),
        "conversation_id": to_text(row.conversation_id),
        "number": row.number,
        "subject": row.subject,
        "description": row.description,
        "status": row.status,
        "priority": PRIORITIES[row.priority],
        "assignee": assignee(viewer, row.assignee_id, row.assignee_name),
        "contact": contact(row),
        "rev": row.rev,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def render_assignment(row: AssignmentRow) -> dict[str, Any]:
    """One entry of the assignment history."""
    return {
        "id": to_text(row.id),
        "conversation_id": to_text(row.conversation_id),
        "assignee": _named(row.assignee_id, row.assignee_name),
        "assigned_by": _named(row.assigned_by, row.assigned_by_name),
        "reason": row.reason,
        "explanation": row.explanation,
        "at": rfc3339(row.at),
    }


def _named(member_id: bytes | None, name: str | None) -> dict[str, Any] | None:
    return None if member_id is None else {"id": to_text(member_id), "name": name}
