"""How a message or a change lies in the outbox's file: a row with its content as JSON."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from deskterm.client.answers import ConversationPatch
from deskterm.client.replica.outgoing import Item, OwnFile, Pending, PendingChange, SendState
from deskterm.protocol.records import MessageKind, Visibility


@dataclass(slots=True, frozen=True)
class Row:
    """One command. `fresh_from` is when its author last said that it shall go out."""

    id: str
    conversation_id: str
    kind: str
    written_at: str
    fresh_from: str
    content: str
    reason: str | None = None
    code: str | None = None

    @property
    def fresh(self) -> datetime:
        """From when its age counts."""
        return datetime.fromisoformat(self.fresh_from)


#: What is kept in columns of its own, or only of this run.
_NOT_SENT = frozenset({"id", "conversation_id", "created_at", "state", "reason", "code", "newer", "kept"})


class Unreadable(Exception):
    """A row that this version did not write."""


def row_of(item: Item, fresh_from: datetime) -> Row:
    """What is written of a command."""
    if isinstance(item, Pending):
        kind, content = "message", _message(item)
    else:
        kind, content = "change", _change(item.patch)
    written, fresh = item.created_at.isoformat(), fresh_from.isoformat()
    return Row(item.id, item.conversation_id, kind, written, fresh, json.dumps(content, ensure_ascii=False))


def item_of(row: Row) -> Item:
    """The command that was written, on the disk and waiting, or failed where it was refused. Unreadable."""
    state = SendState.FAILED if row.code else SendState.WAITING
    try:
        content: dict[str, Any] = json.loads(row.content)
        at = datetime.fromisoformat(row.written_at)
        if row.kind == "message":
            content["visibility"] = Visibility(content["visibility"])
            content["kind"] = MessageKind(content["kind"])
            content["files"] = tuple(OwnFile(*each) for each in content.get("files", ()))
            return Pending(
                id=row.id,
                conversation_id=row.conversation_id,
                created_at=at,
                state=state,
                reason=row.reason,
                code=row.code,
                kept=True,
                **content,
            )
        patch = _patch(content)
        return PendingChange(row.id, row.conversation_id, patch, at, state, row.reason, row.code, kept=True)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(row.id) from error


def _message(item: Pending) -> dict[str, Any]:
    """All that the server is told, and nothing of how far it got here."""
    content = {each.name: getattr(item, each.name) for each in fields(item) if each.name not in _NOT_SENT}
    content["files"] = [[each.path, each.name, each.size] for each in item.files]
    return content


def _change(patch: ConversationPatch) -> dict[str, Any]:
    content: dict[str, Any] = dict(patch)
    if (until := patch.get("snoozed_until")) is not None:
        content["snoozed_until"] = until.isoformat()
    return content


def _patch(content: dict[str, Any]) -> ConversationPatch:
    """The order of the fields stays: the same request under the same key is one with the same bytes."""
    if content.get("snoozed_until") is not None:
        content["snoozed_until"] = datetime.fromisoformat(content["snoozed_until"])
    return cast("ConversationPatch", content)
