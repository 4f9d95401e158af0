"""What goes to webhooks: taken from the log after it happened, tried in order, and given up after a day."""

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json

from deskterm.protocol.records import Presence, Role, Visibility
from deskterm.protocol.webhooks import WebhookEvent
from deskterm.server.outbound import Outcome
from deskterm.server.principal import Principal
from deskterm.server.storage import assignments, events, messages, webhook_deliveries, webhooks
from deskterm.server.storage.database import Event, Reader, Tx
from deskterm.server.storage.webhook_deliveries import DeliveryRow
from deskterm.server.storage.webhooks import WebhookRow
from deskterm.server.views import conversations as conversation_views
from deskterm.server.views import messages as message_views
from deskterm.server.views import tickets as ticket_views
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer

PresenceOf = Callable[[bytes], Presence]
SECOND: Final = 1_000
DAY: Final = 24 * 3600 * SECOND
#: How long to wait after each failure, the last one again and again.
PAUSES: Final = tuple(each * SECOND for each in (10, 60, 300, 1_800, 7_200, 14_400))
_GONE: Final = 410


def do_queue(tx: Tx, row: WebhookRow, presence: PresenceOf, limit: int) -> bool:
    """Queue what an endpoint has asked for of the next stretch of the log; whether there may be more."""
    head = events.head(tx, row.organization_id)
    told = events.page(tx, row.organization_id, after=max(row.followed_seq, head.floor), limit=limit)
    wanted = set(json.loads(row.events))
    viewer = Viewer(_admin(row), presence)
    for event in told:
        made = _payload(tx, viewer, event, wanted)
        if made is not None:
            kind, data = made
            body = to_json({"type": kind, "timestamp": rfc3339(event.at), "data": data}).decode()
            webhook_deliveries.insert(
                tx, row.organization_id, row.id, event_id=tx.ids.new_bytes(), kind=kind, body=body
            )
    if told:
        webhooks.follow(tx, row, told[-1].seq)
    return len(told) == limit


def is_behind(reader: Reader, row: WebhookRow) -> bool:
    """Whether something happened that is not queued."""
    return events.head(reader, row.organization_id).seq > row.followed_seq


def do_note_outcome(tx: Tx, row: WebhookRow, delivery: DeliveryRow, outcome: Outcome) -> None:
    """Store what became of an attempt. Who fails for a day, or says that it is gone, is paused."""
    good = outcome.problem is None
    webhook_deliveries.tried(
        tx, row.organization_id, delivery.id, status=outcome.status, problem=outcome.problem, over=good
    )
    if good:
        webhooks.went_well(tx, row)
        webhook_deliveries.forget(tx, row)
        return
    since = tx.now if row.failing_since is None else row.failing_since
    gives_up = outcome.status == _GONE or tx.now - since >= DAY
    wait = PAUSES[min(row.attempts, len(PAUSES) - 1)]
    webhooks.went_wrong(tx, row, next_attempt_at=tx.now + wait, because=outcome.problem if gives_up else None)


def _admin(row: WebhookRow) -> Principal:
    """With whose eyes it is looked at: an admin's, who has no session."""
    return Principal(row.organization_id, b"", b"", Role.ADMIN, "", member_id=row.created_by)


def _payload(
    reader: Reader, viewer: Viewer, event: Event, wanted: set[str]
) -> tuple[WebhookEvent, dict[str, Any]] | None:
    """Its kind and data; None where it was not asked for or nothing of it is left."""
    if event.entity == "message":
        return _message(reader, viewer, event, wanted)
    if event.kind not in wanted:
        return None
    if event.entity == "conversation":
        return WebhookEvent(event.kind), {"conversation": _conversation(reader, viewer, event.entity_id)}
    if event.entity == "assignment":
        row = assignments.by_id(reader, event.organization_id, event.entity_id)
        if row is not None:
            return WebhookEvent(event.kind), {"assignment": ticket_views.render_assignment(row)}
    return None


def _message(
    reader: Reader, viewer: Viewer, event: Event, wanted: set[str]
) -> tuple[WebhookEvent, dict[str, Any]] | None:
    """A note is told as such only, and a reply that is held when it goes out."""
    row = messages.by_id(reader, event.organization_id, event.entity_id)
    if row is None or row.held_until is not None:
        return None
    note = row.visibility == Visibility.INTERNAL
    kind = {"message.created": "note.created"}.get(event.kind, "") if note else event.kind
    if kind not in wanted or (event.kind == "message.created" and row.deleted_at is not None):
        return None
    [shown] = message_views.render(reader, viewer, [row])
    conversation = _conversation(reader, viewer, row.conversation_id)
    return WebhookEvent(kind), {"message": shown, "conversation": conversation}


def _conversation(reader: Reader, viewer: Viewer, conversation_id: bytes) -> dict[str, Any] | None:
    """Without its preview, which may be a note's."""
    found = conversation_views.render(reader, viewer, [conversation_id])
    return {key: value for key, value in found[0].items() if key != "preview"} if found else None
