"""What an event says to a pair of eyes: content is read now, and made into bytes once for all."""

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import AuthorKind, Kind, Presence
from deskterm.protocol.wire.frames import SERVER_FRAME_LIMIT
from deskterm.server.desk.personas import list_personas
from deskterm.server.live.audience import Audiences
from deskterm.server.live.frames import Piece
from deskterm.server.live.kept import MessageJson, Share
from deskterm.server.principal import Principal
from deskterm.server.storage import (
    assignments,
    canned_replies,
    conversations,
    drafts,
    members,
    notifications,
    organizations,
    reads,
    rooms,
    tickets,
)
from deskterm.server.storage.database import Event, Reader
from deskterm.server.views import canned_replies as canned_reply_views
from deskterm.server.views import conversations as conversation_views
from deskterm.server.views import drafts as draft_views
from deskterm.server.views import messages as message_views
from deskterm.server.views import notifications as notification_views
from deskterm.server.views import people as people_views
from deskterm.server.views import rooms as room_views
from deskterm.server.views import tickets as ticket_views
from deskterm.server.views.viewer import Viewer

#: How many of the last messages come with a conversation that came into sight.
GRANTED_MESSAGES: Final = 50
#: Bytes of `data` that surely fit into a frame.
DATA_LIMIT: Final = SERVER_FRAME_LIMIT - 2048

Parts = dict[str, bytes]
_PERSONA_GONE: Final = "persona.deleted"
_NO_PERSONA: Final = {
    "name": "",
    "title": None,
    "initials": None,
    "color": None,
    "open": False,
    "support": False,
}


class Renderer:
    """Renders for one consistent moment. The caller has made sure that the principal is told of the event."""

    def __init__(self, reader: Reader, audiences: Audiences, presence: Callable[[bytes], Presence]) -> None:
        self._reader = reader
        self._audiences = audiences
        self._presence = presence
        self._pieces: dict[tuple[int, Share, bool, bool], Piece | None] = {}
        self._kept = audiences.kept

    def piece(
        self, principal: Principal, event: Event, *, whole: bool = True, ticket: bool = False
    ) -> Piece | None:
        """The event for this principal, or None where there is nothing (any more) that they may read.

        `whole`: with a message or a cursor comes the conversation, and with a contact's message the ticket,
        which it may have made. `ticket`: that comes with any message.
        """
        key = (event.seq, self._share(principal, event), whole, ticket)
        if key not in self._pieces:
            parts = self._parts(principal, event, whole, ticket)
            kind = event.kind
            if parts is None and event.entity == "persona":
                kind, parts = _PERSONA_GONE, {"persona": _no_persona(event)}
            self._pieces[key] = None if parts is None else Piece(event.seq, event.nonce, kind, _object(parts))
        return self._pieces[key]

    def _share(self, principal: Principal, event: Event) -> Share:
        """Unread counts outside of support, personas' operators and drafts are told each person apart."""
        if event.conversation_id is not None and event.entity != "draft":
            scene = self._audiences.scene(event.conversation_id)
            return principal.eyes if scene is None or scene.support else principal.actor_id
        return principal.actor_id if event.entity in ("persona", "draft") else principal.eyes

    def _parts(self, principal: Principal, event: Event, whole: bool, ticket: bool) -> Parts | None:
        viewer = Viewer(principal, self._presence)
        match event.entity, event.kind:
            case _, "conversation.revoked":
                return _revocation(event)
            case _, "conversation.granted":
                return self._grant(viewer, event)
            case _, "read.updated":
                return self._read(viewer, event, whole)
            case "message", _:
                return self._message(viewer, event, whole, ticket)
            case "conversation", _:
                return self._only("conversation", self._conversation(viewer, event.entity_id, event))
            case "ticket" | "assignment", _:
                return self._for_agents(viewer, event)
            case "group" | "group_member", _:
                return self._room(viewer, event)
            case "notification", _:
                return self._notification(viewer, event)
            case "draft", _:
                return self._drafts(viewer.principal, event)
            case "canned_reply", _:
                return self._canned_reply(viewer, event)
            case "persona" | "member" | "organization", _:
                return self._person(viewer, event)
            case _:
                return None

    def _only(self, name: str, value: bytes | None) -> Parts | None:
        return None if value is None else {name: value}

    def _message(self, viewer: Viewer, event: Event, whole: bool, ticket: bool) -> Parts | None:
        conversation_id = event.conversation_id
        message = None if conversation_id is None else self._message_json(viewer, conversation_id, event)
        if conversation_id is None or message is None:
            return None
        parts = {"message": message.json}
        if event.kind != "message.created":
            return parts
        conversation = self._conversation(viewer, conversation_id, event) if whole else None
        if conversation is not None:
            parts["conversation"] = conversation
        if (ticket or (whole and message.by_contact)) and viewer.principal.is_agent:
            for each in ticket_views.render(self._reader, viewer, [conversation_id]):
                parts["ticket"] = to_json(each)
        return parts

    def _message_json(self, viewer: Viewer, conversation_id: bytes, event: Event) -> MessageJson | None:
        """None where there is none for these eyes."""
        kept = self._kept.messages(conversation_id)
        key = (event.entity_id, viewer.principal.eyes)
        if key not in kept:
            row = message_views.load(self._reader, viewer, event.entity_id)
            if row is None:
                kept[key] = None
            else:
                made = to_json(message_views.render(self._reader, viewer, [row])[0])
                kept[key] = MessageJson(made, row.author_kind == AuthorKind.CONTACT)
                self._kept.grown(len(made))
        return kept[key]

    def _conversation(self, viewer: Viewer, conversation_id: bytes, event: Event) -> bytes | None:
        kept = self._kept.conversation(conversation_id)
        key = (self._share(viewer.principal, event), self._assignees_presence(conversation_id))
        if key not in kept:
            found = conversation_views.render(self._reader, viewer, [conversation_id])
            kept[key] = made = to_json(found[0]) if found else None
            self._kept.grown(len(made or b""))
        return kept[key]

    def _assignees_presence(self, conversation_id: bytes) -> Presence | None:
        scene = self._audiences.scene(conversation_id)
        assignee = None if scene is None else scene.row.assignee_id
        return None if assignee is None else self._presence(assignee)

    def _grant(self, viewer: Viewer, event: Event) -> Parts | None:
        if event.conversation_id is None:
            return None
        conversation = self._conversation(viewer, event.conversation_id, event)
        if conversation is None:
            return None
        rows = message_views.last(self._reader, viewer, event.conversation_id, GRANTED_MESSAGES)
        shown = [to_json(each) for each in message_views.render(self._reader, viewer, rows)]
        return {"conversation": conversation, "messages": _newest(shown, DATA_LIMIT - len(conversation))}

    def _read(self, viewer: Viewer, event: Event, whole: bool) -> Parts | None:
        """The cursor that moved, and the conversation, which shows what the reader may know of both."""
        if event.conversation_id is None:
            return None
        conversation = self._conversation(viewer, event.conversation_id, event)
        if conversation is None:
            return None
        parts = {
            "conversation_id": _text(event.conversation_id),
            "seq": to_json(self._cursor(viewer.principal, event.conversation_id)),
            "unread": to_json(json.loads(conversation)["unread"]),
        }
        return parts | {"conversation": conversation} if whole else parts

    def _cursor(self, principal: Principal, conversation_id: bytes) -> int:
        """How far the conversation is read: by the desk for agents, by oneself for everybody else."""
        organization_id = principal.organization_id
        row = conversations.in_organization(self._reader, organization_id, conversation_id)
        if row is not None and row.kind == Kind.SUPPORT:
            return row.agent_read_seq if principal.is_agent else row.contact_read_seq
        return reads.cursor(self._reader, organization_id, conversation_id, principal.actor_id)

    def _for_agents(self, viewer: Viewer, event: Event) -> Parts | None:
        principal = viewer.principal
        if not principal.is_agent:
            return None
        if event.entity == "ticket":
            ticket = tickets.by_id(self._reader, principal.organization_id, event.entity_id)
            return None if ticket is None else {"ticket": to_json(ticket_views.render_row(viewer, ticket))}
        row = assignments.by_id(self._reader, principal.organization_id, event.entity_id)
        return None if row is None else {"assignment": to_json(ticket_views.render_assignment(row))}

    def _room(self, viewer: Viewer, event: Event) -> Parts | None:
        """A room as its reader has it, or one of its members as agents see them."""
        organization_id, room_id = viewer.principal.organization_id, event.conversation_id
        if room_id is None:
            return None
        if event.entity == "group":
            row = rooms.by_id(self._reader, organization_id, room_id, viewer.principal.member_id)
            return None if row is None else {"group": to_json(room_views.room(self._reader, viewer, row))}
        member = rooms.member(self._reader, organization_id, room_id, event.entity_id)
        if member is None or not viewer.principal.is_agent:
            return None
        return {"group_id": _text(room_id), "member": to_json(room_views.member(viewer, member))}

    def _notification(self, viewer: Viewer, event: Event) -> Parts | None:
        row = notifications.by_id(self._reader, viewer.principal.organization_id, event.entity_id)
        if row is None or not viewer.principal.is_admin:
            return None
        return {"notification": to_json(notification_views.notification(row))}

    def _drafts(self, principal: Principal, event: Event) -> Parts:
        """One's own, whoever the event was about."""
        found = drafts.of(self._reader, principal.organization_id, principal.actor_id, event.entity_id)
        draft = draft_views.render(principal, event.entity_id, found)
        return {"draft": to_json(draft), "rev": to_json(event.seq)}

    def _canned_reply(self, viewer: Viewer, event: Event) -> Parts | None:
        """Its owner, if it has one, never changes, so that whom the log addresses may read it."""
        if not viewer.principal.is_agent:
            return None
        if event.kind == "canned_reply.deleted":
            return {"canned_reply_id": _text(event.entity_id), "rev": to_json(event.seq)}
        row = canned_replies.by_id(self._reader, viewer.principal.organization_id, event.entity_id)
        return None if row is None else {"canned_reply": to_json(canned_reply_views.canned_reply(row))}

    def _person(self, viewer: Viewer, event: Event) -> Parts | None:
        organization_id = viewer.principal.organization_id
        if event.entity == "member":
            member = members.by_id(self._reader, organization_id, event.entity_id)
            return None if member is None else {"member": to_json(people_views.member(viewer, member))}
        if event.entity == "persona":
            return self._persona(viewer, event)
        own = organizations.by_key(self._reader, organization_id)
        if own is None:
            return None
        return {"organization": to_json(people_views.organization(self._reader, viewer, own))}

    def _persona(self, viewer: Viewer, event: Event) -> Parts | None:
        for seen in list_personas(self._reader, viewer.principal):
            if seen.row.id == event.entity_id:
                return {"persona": to_json(people_views.seen_persona(seen))}
        return None


def _no_persona(event: Event) -> bytes:
    """A persona that is retired, or that the reader does not see (any more)."""
    return to_json({"id": to_text(event.entity_id), **_NO_PERSONA})


def _revocation(event: Event) -> Parts | None:
    """Nothing of the conversation but its id: why it is gone, and who did it."""
    if event.conversation_id is None:
        return None
    detail = _detail(event)
    return {
        "conversation_id": _text(event.conversation_id),
        "rev": to_json(event.seq),
        "reason": to_json(detail.get("reason", "reassigned")),
        "by": to_json(detail.get("by")),
    }


def _newest(shown: list[bytes], room: int) -> bytes:
    """As many of the newest as fit into `room` bytes, oldest first, as a JSON array."""
    kept: list[bytes] = []
    for each in reversed(shown):
        room -= len(each) + 1
        if room < 0:
            break
        kept.append(each)
    return b"[" + b",".join(reversed(kept)) + b"]"


def _detail(event: Event) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads(event.detail) if event.detail else {}
    return detail


def _text(id_: bytes) -> bytes:
    return f'"{to_text(id_)}"'.encode()


def _object(parts: Parts) -> bytes:
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in parts.items()) + b"}"
