"""What an event says of everything that is no conversation or message: as its reader may read it now."""

from typing import Final

from pydantic_core import to_json

from deskterm.protocol.ids import to_text
from deskterm.server.desk.personas import list_personas
from deskterm.server.policy import may_use_kept
from deskterm.server.principal import Principal
from deskterm.server.storage import (
    assignments,
    drafts,
    members,
    notifications,
    organizations,
    rooms,
    tickets,
)
from deskterm.server.storage.database import Event, Reader
from deskterm.server.storage.kept import CANNED_REPLIES, SAVED_VIEWS
from deskterm.server.views import canned_replies as canned_reply_views
from deskterm.server.views import drafts as draft_views
from deskterm.server.views import notifications as notification_views
from deskterm.server.views import people as people_views
from deskterm.server.views import rooms as room_views
from deskterm.server.views import saved_views as saved_view_views
from deskterm.server.views import tickets as ticket_views
from deskterm.server.views.viewer import Viewer

#: The parts of `data` by name, each as JSON.
Parts = dict[str, bytes]
PERSONA_GONE: Final = "persona.deleted"
_NO_PERSONA: Final = {
    "name": "",
    "title": None,
    "initials": None,
    "color": None,
    "open": False,
    "support": False,
}


def parts_of(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    """What the viewer reads of it; None where there is nothing (any more) for them."""
    match event.entity:
        case "ticket" | "assignment":
            return _for_agents(reader, viewer, event)
        case "group" | "group_member":
            return _room(reader, viewer, event)
        case "notification":
            return _notification(reader, viewer, event)
        case "draft":
            return _drafts(reader, viewer.principal, event)
        case "canned_reply":
            return _canned_reply(reader, viewer, event)
        case "view":
            return _saved_view(reader, viewer, event)
        case "persona" | "member" | "organization":
            return _person(reader, viewer, event)
        case _:
            return None


def no_persona(event: Event) -> Parts:
    """A persona that is retired, or that the reader does not see (any more)."""
    return {"persona": to_json({"id": to_text(event.entity_id), **_NO_PERSONA})}


def as_json(id_: bytes) -> bytes:
    """An id as JSON."""
    return f'"{to_text(id_)}"'.encode()


def _for_agents(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    principal = viewer.principal
    if not principal.is_agent:
        return None
    if event.entity == "ticket":
        ticket = tickets.by_id(reader, principal.organization_id, event.entity_id)
        return None if ticket is None else {"ticket": to_json(ticket_views.render_row(viewer, ticket))}
    row = assignments.by_id(reader, principal.organization_id, event.entity_id)
    return None if row is None else {"assignment": to_json(ticket_views.render_assignment(row))}


def _room(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    """A room as its reader has it, or one of its members as agents see them."""
    organization_id, room_id = viewer.principal.organization_id, event.conversation_id
    if room_id is None:
        return None
    if event.entity == "group":
        row = rooms.by_id(reader, organization_id, room_id, viewer.principal.member_id)
        return None if row is None else {"group": to_json(room_views.room(reader, viewer, row))}
    member = rooms.member(reader, organization_id, room_id, event.entity_id)
    if member is None or not viewer.principal.is_agent:
        return None
    return {"group_id": as_json(room_id), "member": to_json(room_views.member(viewer, member))}


def _notification(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    row = notifications.by_id(reader, viewer.principal.organization_id, event.entity_id)
    if row is None or not viewer.principal.is_admin:
        return None
    return {"notification": to_json(notification_views.notification(row))}


def _drafts(reader: Reader, principal: Principal, event: Event) -> Parts:
    """One's own, whoever the event was about."""
    found = drafts.of(reader, principal.organization_id, principal.actor_id, event.entity_id)
    return {
        "draft": to_json(draft_views.render(principal, event.entity_id, found)),
        "rev": to_json(event.seq),
    }


def _canned_reply(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    """Its owner, if it has one, never changes, so that whom the log addresses may read it."""
    if not viewer.principal.is_agent:
        return None
    if event.kind == "canned_reply.deleted":
        return {"canned_reply_id": as_json(event.entity_id), "rev": to_json(event.seq)}
    row = CANNED_REPLIES.by_id(reader, viewer.principal.organization_id, event.entity_id)
    return None if row is None else {"canned_reply": to_json(canned_reply_views.canned_reply(row))}


def _saved_view(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    """A view that was shared may be somebody's own by now."""
    principal = viewer.principal
    if not principal.is_agent:
        return None
    if event.kind == "view.deleted":
        return {"view_id": as_json(event.entity_id), "rev": to_json(event.seq)}
    row = SAVED_VIEWS.by_id(reader, principal.organization_id, event.entity_id)
    if row is None or not may_use_kept(principal, row.owner_id):
        return None
    return {"view": to_json(saved_view_views.saved_view(row))}


def _person(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    organization_id = viewer.principal.organization_id
    if event.entity == "member":
        member = members.by_id(reader, organization_id, event.entity_id)
        return None if member is None else {"member": to_json(people_views.member(viewer, member))}
    if event.entity == "persona":
        return _persona(reader, viewer, event)
    own = organizations.by_key(reader, organization_id)
    if own is None:
        return None
    return {"organization": to_json(people_views.organization(reader, viewer, own))}


def _persona(reader: Reader, viewer: Viewer, event: Event) -> Parts | None:
    for seen in list_personas(reader, viewer.principal):
        if seen.row.id == event.entity_id:
            return {"persona": to_json(people_views.seen_persona(seen, viewer.presence))}
    return None
