"""Messages as each pair of eyes reads them. Contacts' bytes come from rows that know nothing internal."""

import json
from collections.abc import Sequence
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.principal import Eyes
from deskterm.server.storage import attachments, messages
from deskterm.server.storage.database import Reader
from deskterm.server.storage.messages import MessageRow, PublicMessageRow
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer

AnyRow = MessageRow | PublicMessageRow


def render(reader: Reader, viewer: Viewer, rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """Rows as the viewer reads them, in their order.

    The rows come from the statements for the viewer's eyes (`load`, `last`): a row for agents is a
    `TypeError` for eyes CONTACT.
    """
    organization_id = viewer.principal.organization_id
    eyes = viewer.principal.eyes
    return [_message(reader, organization_id, eyes, row) for row in rows]


def load(reader: Reader, viewer: Viewer, message_id: bytes) -> AnyRow | None:
    """The message by the statement for the viewer's eyes; None if it is missing or internal to them."""
    principal = viewer.principal
    if principal.eyes is Eyes.CONTACT:
        return messages.public_by_id(reader, principal.organization_id, message_id)
    return messages.by_id(reader, principal.organization_id, message_id)


def load_own(reader: Reader, viewer: Viewer, message_id: bytes) -> AnyRow:
    """A message that the viewer has just written."""
    row = load(reader, viewer, message_id)
    if row is None:
        raise LookupError("a message is readable to its author")
    return row


def last(reader: Reader, viewer: Viewer, conversation_id: bytes, limit: int) -> list[AnyRow]:
    """The newest messages of a conversation that the viewer may read, oldest first."""
    return page_before(reader, viewer, conversation_id, messages.END, limit)


def page_before(reader: Reader, viewer: Viewer, conversation_id: bytes, seq: int, limit: int) -> list[AnyRow]:
    """The last messages before `seq` that the viewer may read, oldest first."""
    organization_id = viewer.principal.organization_id
    rows: list[AnyRow] = []
    if viewer.principal.eyes is Eyes.CONTACT:
        rows.extend(messages.public_before(reader, organization_id, conversation_id, seq, limit))
    else:
        rows.extend(messages.before(reader, organization_id, conversation_id, seq, limit))
    rows.reverse()
    return rows


def page_after(reader: Reader, viewer: Viewer, conversation_id: bytes, seq: int, limit: int) -> list[AnyRow]:
    """The first messages after `seq` that the viewer may read, oldest first."""
    organization_id = viewer.principal.organization_id
    rows: list[AnyRow] = []
    if viewer.principal.eyes is Eyes.CONTACT:
        rows.extend(messages.public_after(reader, organization_id, conversation_id, seq, limit))
    else:
        rows.extend(messages.after(reader, organization_id, conversation_id, seq, limit))
    return rows


def _message(reader: Reader, organization_id: int, eyes: Eyes, row: AnyRow) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": to_text(row.id),
        "conversation_id": to_text(row.conversation_id),
        "seq": row.seq,
        "rev": row.rev,
        "author": None,
        "body": row.body,
        "kind": row.kind,
        "style": None if row.style is None else json.loads(row.style),
        "attachments": _attachments(reader, organization_id, row) if row.attachment_count else [],
        "created_at": rfc3339(row.created_at),
        "edited_at": rfc3339(row.edited_at),
        "deleted": row.deleted_at is not None,
    }
    if eyes is Eyes.CONTACT:
        if isinstance(row, MessageRow):
            raise TypeError("contacts read public rows only")
        shown["author"] = _author(row.author_kind, row.author_id, row.author_name)
        return shown
    if isinstance(row, PublicMessageRow):
        raise TypeError("agents read whole rows")
    shown["visibility"] = row.visibility
    shown["held_until"] = rfc3339(row.held_until) if row.deleted_at is None else None
    shown["operator"] = None
    if row.persona_id is None:
        shown["author"] = _author(row.author_kind, row.author_id, row.author_name)
        return shown
    shown["author"] = _author("persona", row.persona_id, row.persona_name)
    if eyes is Eyes.ADMIN and row.author_id is not None:
        shown["operator"] = {"id": to_text(row.author_id), "name": row.author_name}
    return shown


def _author(kind: str, author_id: bytes | None, name: str | None) -> dict[str, Any]:
    if author_id is None or kind == "system":
        return {"kind": kind, "id": None, "name": None}
    return {"kind": kind, "id": to_text(author_id), "name": name}


def _attachments(reader: Reader, organization_id: int, row: AnyRow) -> list[dict[str, Any]]:
    if row.deleted_at is not None:
        return []
    return [
        {"id": to_text(each.id), "filename": each.filename, "media_type": each.media_type, "size": each.size}
        for each in attachments.of_message(reader, organization_id, row.id)
    ]
