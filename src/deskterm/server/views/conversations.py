"""Conversations as agents and as contacts see them, from two statements that share nothing."""

import json
from collections.abc import Sequence
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Kind, Priority
from deskterm.server.principal import Eyes
from deskterm.server.storage import conversation_views as stored
from deskterm.server.storage.conversation_views import (
    AgentConversationRow,
    ParticipantRow,
    PublicConversationRow,
)
from deskterm.server.storage.database import Reader
from deskterm.server.storage.organizations import parse_settings
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer

PRIORITIES = tuple(each.value for each in Priority)


def render(reader: Reader, viewer: Viewer, ids: Sequence[bytes]) -> list[dict[str, Any]]:
    """The conversations with these ids as the viewer sees them, in this order.

    The caller has made sure that the viewer may see them; ids that do not exist are left out.
    """
    if not ids:
        return []
    principal = viewer.principal
    settings, support_persona_id = stored.voice(reader, principal.organization_id)
    values = {
        "reader_id": principal.actor_id,
        "support_persona_id": support_persona_id if parse_settings(settings).voice == "persona" else None,
    }
    if principal.eyes is Eyes.CONTACT:
        return _for_contacts(reader, viewer, ids, values)
    values["own_contact_id"] = principal.contact_id
    rows = stored.for_agents(reader, principal.organization_id, ids, **values)
    people = _people(reader, viewer, list(rows.values()))
    return [_for_agents(viewer, rows[each], people.get(each, [])) for each in ids if each in rows]


def _for_contacts(
    reader: Reader, viewer: Viewer, ids: Sequence[bytes], values: dict[str, Any]
) -> list[dict[str, Any]]:
    rows = stored.for_contacts(reader, viewer.principal.organization_id, ids, **values)
    people = _people(reader, viewer, list(rows.values()))
    return [_for_contact(rows[each], people.get(each, [])) for each in ids if each in rows]


def _people(
    reader: Reader, viewer: Viewer, rows: Sequence[AgentConversationRow | PublicConversationRow]
) -> dict[bytes, list[ParticipantRow]]:
    organization_id = viewer.principal.organization_id
    direct = [row.id for row in rows if row.kind == Kind.DIRECT]
    people = stored.participants(reader, organization_id, direct) if direct else {}
    for row in rows:
        if row.kind == Kind.GROUP:
            people[row.id] = stored.room_participants(reader, organization_id, row.id)
    return people


def _text(value: bytes | None) -> str | None:
    return None if value is None else to_text(value)


def _persona(row: AgentConversationRow | PublicConversationRow) -> dict[str, Any] | None:
    if row.persona_id is None:
        return None
    return {
        "id": to_text(row.persona_id),
        "name": row.persona_name,
        "title": row.persona_title,
        "initials": row.persona_initials,
        "color": row.persona_color,
        "open": bool(row.persona_open),
        "support": bool(row.persona_support),
        "retired": row.persona_retired_at is not None,
    }


def _participants(people: Sequence[ParticipantRow]) -> list[dict[str, Any]]:
    return [{"kind": each.kind, "id": to_text(each.id), "name": each.name} for each in people]


def _for_contact(row: PublicConversationRow, people: Sequence[ParticipantRow]) -> dict[str, Any]:
    if row.kind == Kind.GROUP:  # contacts know the agents of a room by their personas only
        people = [each for each in people if each.kind != "agent"]
    return {
        "id": to_text(row.id),
        "number": row.number,
        "kind": row.kind,
        "status": row.status,
        "subject": row.subject,
        "persona": _persona(row),
        "participants": _participants(people),
        "unread": row.unread,
        "preview": row.preview,
        "previous_id": _text(row.previous_id),
        "next_id": _text(row.next_id),
        "agent_read_seq": row.agent_read_seq,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
        "last_message_at": rfc3339(row.last_message_at or None),
        "rev": row.rev,
    }


def _for_agents(
    viewer: Viewer, row: AgentConversationRow, people: Sequence[ParticipantRow]
) -> dict[str, Any]:
    priority = PRIORITIES[row.priority]
    return {
        "id": to_text(row.id),
        "number": row.number,
        "kind": row.kind,
        "source": row.source,
        "status": row.status,
        "priority": priority,
        "subject": row.subject,
        "tags": json.loads(row.tags),
        "contact": contact(row),
        "assignee": assignee(viewer, row.assignee_id, row.assignee_name),
        "persona": _persona(row),
        "participants": _participants(people),
        "ticket": None
        if row.ticket_id is None
        else {
            "id": to_text(row.ticket_id),
            "subject": row.ticket_subject,
            "status": row.status,
            "priority": priority,
        },
        "unread": row.unread,
        "preview": row.preview,
        "waiting_since": rfc3339(row.waiting_since),
        "snoozed_until": rfc3339(row.snoozed_until),
        "first_reply_at": rfc3339(row.first_reply_at),
        "agent_joined_at": rfc3339(row.agent_joined_at),
        "escalated": bool(row.escalated),
        "escalated_reason": row.escalated_reason,
        "escalated_at": rfc3339(row.escalated_at),
        "resolved_at": rfc3339(row.resolved_at),
        "resolved_by": None
        if row.resolved_by is None
        else {"id": to_text(row.resolved_by), "name": row.resolved_by_name},
        "page_url": row.page_url,
        "referrer": row.referrer,
        "metadata": json.loads(row.metadata),
        "previous_id": _text(row.previous_id),
        "next_id": _text(row.next_id),
        "merged_from": json.loads(row.merged_from),
        "archived_at": rfc3339(row.archived_at),
        "agent_read_seq": row.agent_read_seq,
        "contact_read_seq": row.contact_read_seq,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
        "last_message_at": rfc3339(row.last_message_at or None),
        "rev": row.rev,
    }


def contact(row: Any) -> dict[str, Any] | None:
    """The contact in a row whose columns are named `contact_…`; None where there is none."""
    if row.contact_id is None:
        return None
    return {
        "id": to_text(row.contact_id),
        "kind": row.contact_kind,
        "lead_status": row.contact_lead_status,
        "name": row.contact_name,
        "email": row.contact_email,
        "phone": row.contact_phone,
        "company": row.contact_company,
        "last_seen_at": rfc3339(row.contact_last_seen_at),
    }


def assignee(viewer: Viewer, member_id: bytes | None, name: str | None) -> dict[str, Any] | None:
    """The agent who works a conversation, with their presence at this moment."""
    if member_id is None:
        return None
    return {"id": to_text(member_id), "name": name, "presence": viewer.presence(member_id).value}
