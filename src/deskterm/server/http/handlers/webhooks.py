"""Webhooks, for admins."""

import json
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import webhooks as wire
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk import webhooks as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.storage.webhook_deliveries import DeliveryRow
from deskterm.server.storage.webhooks import WebhookRow
from deskterm.server.views.times import rfc3339
from deskterm.server.webhook_signing import secret_of


async def list_webhooks(call: Call) -> Answer:
    """The organization's endpoints."""
    before = position(call.query, LAST)
    rows = call.db.read(
        lambda reader: desk.list_webhooks(reader, call.principal, before=before, limit=call.query.limit)
    )
    return Answer(200, page([_webhook(each) for each in rows], call.query))


async def create_webhook(call: Call) -> Answer:
    """Make an endpoint; the answer is the only place where its secret can be read."""
    inside = call.services.config.webhooks_inside

    def create(tx: Tx) -> Answer:
        row = desk.do_create_webhook(tx, call.principal, call.body, inside=inside)
        return Answer(201, _webhook(row) | {"secret": secret_of(call.services.root, row)})

    return await call.command(create)


async def change_webhook(call: Call) -> Answer:
    """Change an endpoint."""
    inside = call.services.config.webhooks_inside

    def change(tx: Tx) -> Answer:
        webhook_id = call.path["webhook_id"]
        row = desk.do_change_webhook(tx, call.principal, webhook_id, call.body, inside=inside)
        return Answer(200, _webhook(row))

    return await call.command(change)


async def rotate_webhook(call: Call) -> Answer:
    """Give an endpoint another secret; the answer is the only place where it can be read."""

    def rotate(tx: Tx) -> Answer:
        row = desk.do_rotate(tx, call.principal, call.path["webhook_id"])
        return Answer(200, _webhook(row) | {"secret": secret_of(call.services.root, row)})

    return await call.command(rotate)


async def delete_webhook(call: Call) -> Answer:
    """Delete an endpoint."""

    def delete(tx: Tx) -> Answer:
        desk.do_delete_webhook(tx, call.principal, call.path["webhook_id"])
        return Answer(204)

    return await call.command(delete)


async def list_deliveries(call: Call) -> Answer:
    """What was sent to an endpoint."""
    before, webhook_id = position(call.query, LAST), call.path["webhook_id"]
    rows = call.db.read(
        lambda reader: desk.list_deliveries(
            reader, call.principal, webhook_id, before=before, limit=call.query.limit
        )
    )
    return Answer(200, page([_delivery(each) for each in rows], call.query))


async def replay_delivery(call: Call) -> Answer:
    """Send something again."""

    def replay(tx: Tx) -> Answer:
        row = desk.do_replay(tx, call.principal, call.path["webhook_id"], call.path["delivery_id"])
        return Answer(201, _delivery(row))

    return await call.command(replay)


def _webhook(row: WebhookRow) -> dict[str, Any]:
    return {
        "id": to_text(row.id),
        "url": row.url,
        "events": json.loads(row.events),
        "paused": row.paused_at is not None,
        "problem": row.paused_because,
        "failing_since": rfc3339(row.failing_since),
        "created_at": rfc3339(row.created_at),
    }


def _delivery(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": to_text(row.id),
        "event_id": f"evt_{to_text(row.event_id)}",
        "kind": row.kind,
        "attempts": row.attempts,
        "status": row.status,
        "problem": row.problem,
        "created_at": rfc3339(row.created_at),
        "tried_at": rfc3339(row.tried_at),
        "finished_at": rfc3339(row.finished_at),
    }


ROUTES = (
    Route(
        "GET",
        "/webhooks",
        list_webhooks,
        "Where the organization's events go, newest first",
        Who.ADMINS,
        query=Page,
        answers={200: wire.Webhooks},
    ),
    Route(
        "POST",
        "/webhooks",
        create_webhook,
        "Have events sent somewhere; the secret is shown this once",
        Who.ADMINS,
        body=wire.CreateWebhook,
        answers={201: wire.NewWebhook},
        idempotent=False,
    ),
    Route(
        "PATCH",
        "/webhooks/{webhook_id}",
        change_webhook,
        "Change where events go, which, or whether",
        Who.ADMINS,
        body=wire.PatchWebhook,
        answers={200: wire.Webhook},
    ),
    Route(
        "DELETE",
        "/webhooks/{webhook_id}",
        delete_webhook,
        "Send nothing more there",
        Who.ADMINS,
        answers={204: None},
    ),
    Route(
        "POST",
        "/webhooks/{webhook_id}/rotate",
        rotate_webhook,
        "Give it another secret, shown this once; for a day deliveries are signed by the one before, too",
        Who.ADMINS,
        answers={200: wire.NewWebhook},
        idempotent=False,
    ),
    Route(
        "GET",
        "/webhooks/{webhook_id}/deliveries",
        list_deliveries,
        "What was sent there, newest first: all that waits, and the last 200 that do not",
        Who.ADMINS,
        query=Page,
        answers={200: wire.Deliveries},
    ),
    Route(
        "POST",
        "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
        replay_delivery,
        "Send something there again, under the same event id",
        Who.ADMINS,
        answers={201: wire.Delivery},
    ),
)
