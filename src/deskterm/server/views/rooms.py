"""Rooms and who is in them, as agents and as contacts see them."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Role
from deskterm.server.storage.database import Reader
from deskterm.server.storage.rooms import RoomMemberRow, RoomRow
from deskterm.server.views import conversations
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer


def room(reader: Reader, viewer: Viewer, row: RoomRow) -> dict[str, Any]:
    """A room with its conversation."""
    shown: dict[str, Any] = {"id": to_text(row.id), "name": row.name, "description": row.description}
    if viewer.principal.is_agent:
        shown["everyone"] = bool(row.everyone)
    return shown | {
        "member_count": row.members,
        "muted": bool(row.muted) and viewer.principal.role is not Role.ADMIN,
        "read_only": bool(row.read_only),
        "conversation": conversations.render(reader, viewer, [row.id])[0],
    }


def member(viewer: Viewer, row: RoomMemberRow) -> dict[str, Any]:
    """Somebody in a room, named as over their messages."""
    shown: dict[str, Any] = {
        "kind": row.kind,
        "id": to_text(row.id),
        "name": row.name,
        "member_id": to_text(row.member_id),
    }
    if viewer.principal.is_agent:
        shown |= {
            "role": row.role,
            "presence": viewer.presence(row.member_id),
            "muted": bool(row.muted),
            "joined_at": rfc3339(row.joined_at),
        }
    return shown
