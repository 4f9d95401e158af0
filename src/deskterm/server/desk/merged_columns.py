"""What two conversations look like as one, and what is left of it when one goes out again."""

from typing import Any

from deskterm.protocol.states import ACTIVE
from deskterm.server.desk.conversations import preview_of
from deskterm.server.storage import merges, reads, waiting
from deskterm.server.storage.database import Reader
from deskterm.server.storage.merges import ColumnsRow, LastRow

_STATE = ("status", "snoozed_until", "resolved_at", "resolved_by", "closed_at", "closed_by", "woken_seq")
_ORDER = ("preview", "last_message_at", "last_message_seq")
_PUBLIC_ORDER = ("public_preview", "last_public_message_at")
_CURSORS = ("agent_read_seq", "contact_read_seq")


def takes_over(source: ColumnsRow, target: ColumnsRow) -> bool:
    """Whether the source is worked on and the target has ended: then its work goes on in the target."""
    return source.status in ACTIVE and target.status not in ACTIVE


def together(source: ColumnsRow, target: ColumnsRow, *, source_last: bool) -> dict[str, Any]:
    """The target's columns with the source in it; those that count messages come from `counted`.

    `source_last` tells whether the last message that their contact may see is the source's.
    """
    working = source if takes_over(source, target) else target
    last = source if source.last_message_seq > target.last_message_seq else target
    public = source if source_last else target
    changes = _some(working, *_STATE, *_CURSORS) | _some(last, *_ORDER) | _some(public, *_PUBLIC_ORDER)
    replies = [each for each in (source.first_reply_at, target.first_reply_at) if each is not None]
    return changes | {"first_reply_at": min(replies, default=None), "waiting_since": working.waiting_since}


def have_same_cursors(one: ColumnsRow, other: ColumnsRow) -> bool:
    """Whether both are read as far: reading gives no new `rev`."""
    return _some(one, *_CURSORS) == _some(other, *_CURSORS)


def ended(before: ColumnsRow) -> dict[str, Any]:
    """The target's state as it was, where the source takes its work along again."""
    return _some(before, *_STATE, *_CURSORS, "waiting_since")


def as_it_is(reader: Reader, organization_id: int, conversation_id: bytes) -> dict[str, Any]:
    """The order, the previews and the first reply as the messages tell that are there now."""
    last = merges.last(reader, organization_id, conversation_id, public=False)
    public = merges.last(reader, organization_id, conversation_id, public=True)
    return {
        "preview": _shown(last),
        "last_message_at": last.created_at if last else 0,
        "last_message_seq": last.seq if last else 0,
        "public_preview": _shown(public),
        "last_public_message_at": public.created_at if public else 0,
        "first_reply_at": merges.first_reply(reader, organization_id, conversation_id),
    }


def counted(
    reader: Reader,
    organization_id: int,
    conversation_id: bytes,
    contact_id: bytes | None,
    assignee_id: bytes | None,
    changes: dict[str, Any],
) -> dict[str, Any]:
    """What follows from the messages that are there now, by the cursors and the state in `changes`."""
    key = (reader, organization_id, conversation_id)
    waits = changes["waiting_since"] is not None
    return {
        "agent_unread": reads.from_contacts(*key, changes["agent_read_seq"]),
        "contact_unread": reads.from_others(*key, changes["contact_read_seq"], contact_id or b""),
        "waiting_since": waiting.waiting_since(*key) if waits else None,
        "agent_joined_at": None if assignee_id is None else waiting.first_reply_of(*key, assignee_id),
    }


def _some(row: ColumnsRow, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _shown(last: LastRow | None) -> str | None:
    if last is None:
        return None
    return preview_of(last.filename if last.filename and not last.body.strip() else last.body)
