"""What an event says to a pair of eyes: content is read now, and made into bytes once for all."""

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json

from deskterm.protocol.records import AuthorKind, Kind, Presence
from deskterm.protocol.wire.frames import SERVER_FRAME_LIMIT
from deskterm.server.live import entities
from deskterm.server.live.audience import Audiences
from deskterm.server.live.frames import Piece
from deskterm.server.live.kept import MessageJson, Share
from deskterm.server.principal import Eyes, Principal
from deskterm.server.storage import conversations, reads
from deskterm.server.storage.database import Event, Reader
from deskterm.server.views import conversations as conversation_views
from deskterm.server.views import messages as message_views
from deskterm.server.views import tickets as ticket_views
from deskterm.server.views.viewer import Viewer

#: How many of the last messages come with a conversation that came into sight.
GRANTED_MESSAGES: Final = 50
#: Bytes of `data` that surely fit into a frame.
DATA_LIMIT: Final = SERVER_FRAME_LIMIT - 2048


class Renderer:
    """Renders for one consistent moment. The caller has made sure that the principal is told of the event."""

    def __init__(self, reader: Reader, audiences: Audiences, presence: Callable[[bytes], Presence]) -> None:
        self._reader = reader
        self._audiences = audiences
        self._presence = presence
        self._pieces: dict[tuple[int, Share, bool, bool, int], Piece | None] = {}
        self._rooms: dict[tuple[bytes, Eyes], bytes] = {}
        self._kept = audiences.kept

    def piece(
        self,
        principal: Principal,
        event: Event,
        *,
        whole: bool = True,
        ticket: bool = False,
        skipped: int = 0,
    ) -> Piece | None:
        """The event for this principal, or None where there is nothing (any more) that they may read.

        `whole`: with a message or a cursor comes the conversation, and with a contact's message the ticket,
        which it may have made. `ticket`: that comes with any message. `skipped`: that many are left out.
        """
        key = (event.seq, self._share(principal, event), whole, ticket, skipped)
        if key not in self._pieces:
            parts = self._parts(principal, event, whole, ticket)
            kind = event.kind
            if parts is not None and skipped:
                parts["skipped"] = to_json(skipped)
            if parts is None and event.entity == "persona":
                kind, parts = entities.PERSONA_GONE, entities.no_persona(event)
            self._pieces[key] = None if parts is None else Piece(event.seq, event.nonce, kind, _object(parts))
        return self._pieces[key]

    def _share(self, principal: Principal, event: Event) -> Share:
        """Unread counts outside of support, personas' operators and drafts are told each person apart."""
        if event.conversation_id is not None and event.entity != "draft":
            scene = self._audiences.scene(event.conversation_id)
            return principal.eyes if scene is None or scene.support else principal.actor_id
        return principal.actor_id if event.entity in ("persona", "draft") else principal.eyes

    def _parts(self, principal: Principal, event: Event, whole: bool, ticket: bool) -> entities.Parts | None:
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
            case _:
                return entities.parts_of(self._reader, viewer, event)

    def _only(self, name: str, value: bytes | None) -> entities.Parts | None:
        return None if value is None else {name: value}

    def _message(self, viewer: Viewer, event: Event, whole: bool, ticket: bool) -> entities.Parts | None:
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
        kept = self._kept.message(conversation_id, event.entity_id)
        eyes = viewer.principal.eyes
        if eyes not in kept:
            row = message_views.load(self._reader, viewer, event.entity_id)
            if row is None:
                kept[eyes] = None
            else:
                made = to_json(message_views.render(self._reader, viewer, [row])[0])
                kept[eyes] = MessageJson(made, row.author_kind == AuthorKind.CONTACT)
                self._kept.grown(len(made))
        return kept[eyes]

    def _conversation(self, viewer: Viewer, conversation_id: bytes, event: Event) -> bytes | None:
        scene = self._audiences.scene(conversation_id)
        if scene is not None and scene.row.kind == Kind.GROUP:
            return self._room(viewer, conversation_id)
        assignee = None if scene is None else scene.row.assignee_id
        kept = self._kept.conversation(conversation_id)
        key = (self._share(viewer.principal, event), None if assignee is None else self._presence(assignee))
        if key not in kept:
            found = conversation_views.render(self._reader, viewer, [conversation_id])
            kept[key] = made = to_json(found[0]) if found else None
            self._kept.grown(len(made or b""))
        return kept[key]

    def _room(self, viewer: Viewer, conversation_id: bytes) -> bytes:
        """A room has thousands of readers: but for the unread count it is the same to the same eyes."""
        principal = viewer.principal
        shared = self._rooms.get((conversation_id, principal.eyes))
        if shared is None:
            [room] = conversation_views.render(self._reader, viewer, [conversation_id])
            del room["unread"]
            shared = self._rooms[conversation_id, principal.eyes] = to_json(room)[:-1]
        key, reader_id = principal.organization_id, principal.actor_id
        cursor = reads.cursor(self._reader, key, conversation_id, reader_id)
        unread = reads.from_others(self._reader, key, conversation_id, cursor, reader_id)
        return shared + b',"unread":%d}' % unread

    def _grant(self, viewer: Viewer, event: Event) -> entities.Parts | None:
        if event.conversation_id is None:
            return None
        conversation = self._conversation(viewer, event.conversation_id, event)
        if conversation is None:
            return None
        rows = message_views.last(self._reader, viewer, event.conversation_id, GRANTED_MESSAGES)
        shown = [to_json(each) for each in message_views.render(self._reader, viewer, rows)]
        return {"conversation": conversation, "messages": _newest(shown, DATA_LIMIT - len(conversation))}

    def _read(self, viewer: Viewer, event: Event, whole: bool) -> entities.Parts | None:
        """The cursor that moved, and the conversation, which shows what the reader may know of both."""
        if event.conversation_id is None:
            return None
        conversation = self._conversation(viewer, event.conversation_id, event)
        if conversation is None:
            return None
        parts = {
            "conversation_id": entities.as_json(event.conversation_id),
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


def _revocation(event: Event) -> entities.Parts | None:
    """Nothing of the conversation but its id: why it is gone, and who did it."""
    if event.conversation_id is None:
        return None
    detail = _detail(event)
    return {
        "conversation_id": entities.as_json(event.conversation_id),
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


def _object(parts: entities.Parts) -> bytes:
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in parts.items()) + b"}"
