"""Webhooks: made, changed and deleted by admins; what was delivered can be looked at and sent again."""

import json

from deskterm.protocol.wire.webhooks import CreateWebhook, PatchWebhook
from deskterm.server.errors import Invalid, LimitReached, NotFound, mistake
from deskterm.server.outbound import check_url
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, webhook_deliveries, webhooks
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.webhook_deliveries import DeliveryRow
from deskterm.server.storage.webhooks import WebhookRow

#: How many an organization may have.
MOST = 20


def list_webhooks(reader: Reader, principal: Principal, *, before: bytes, limit: int) -> list[WebhookRow]:
    """One more than a page, newest first."""
    return webhooks.page(reader, principal.organization_id, before=before, limit=limit + 1)


def access_webhook(reader: Reader, principal: Principal, webhook_id: bytes) -> WebhookRow:
    """The endpoint, else `NotFound`."""
    row = webhooks.by_id(reader, principal.organization_id, webhook_id)
    if row is None:
        raise NotFound()
    return row


def do_create_webhook(tx: Tx, principal: Principal, command: CreateWebhook, *, inside: bool) -> WebhookRow:
    """Make an endpoint."""
    _check(command.url, inside)
    organization_id = principal.organization_id
    if webhooks.count(tx, organization_id) >= MOST:
        raise LimitReached("There are {most} webhooks already; delete one first.", most=MOST)
    webhook_id = tx.ids.new_bytes()
    events = json.dumps(sorted(set(command.events)))
    webhooks.insert(
        tx,
        organization_id,
        webhook_id=webhook_id,
        url=command.url,
        events=events,
        created_by=principal.actor_id,
    )
    _note(tx, principal, "webhook.created", webhook_id)
    return access_webhook(tx, principal, webhook_id)


def do_change_webhook(
    tx: Tx, principal: Principal, webhook_id: bytes, command: PatchWebhook, *, inside: bool
) -> WebhookRow:
    """Change where and what, pause or go on. After a pause it hears what happens from then on."""
    row = access_webhook(tx, principal, webhook_id)
    if command.url is not None:
        _check(command.url, inside)
        row = row._replace(url=command.url)
    if command.events is not None:
        row = row._replace(events=json.dumps(sorted(set(command.events))))
    if command.paused is True and row.paused_at is None:
        row = row._replace(paused_at=tx.now, paused_because=None)
    elif command.paused is False and row.paused_at is not None:
        row = row._replace(paused_at=None, paused_because=None, followed_seq=tx.head(row.organization_id))
    webhooks.change(tx, row)
    _note(tx, principal, "webhook.changed", webhook_id)
    return access_webhook(tx, principal, webhook_id)


def do_rotate(tx: Tx, principal: Principal, webhook_id: bytes) -> WebhookRow:
    """Give it another secret."""
    access_webhook(tx, principal, webhook_id)
    webhooks.rotate(tx, principal.organization_id, webhook_id)
    _note(tx, principal, "webhook.rotated", webhook_id)
    return access_webhook(tx, principal, webhook_id)


def do_delete_webhook(tx: Tx, principal: Principal, webhook_id: bytes) -> None:
    """Send it nothing more."""
    access_webhook(tx, principal, webhook_id)
    webhooks.delete(tx, principal.organization_id, webhook_id)
    _note(tx, principal, "webhook.deleted", webhook_id)


def list_deliveries(
    reader: Reader, principal: Principal, webhook_id: bytes, *, before: bytes, limit: int
) -> list[DeliveryRow]:
    """One more than a page of an endpoint's deliveries, newest first."""
    row = access_webhook(reader, principal, webhook_id)
    return webhook_deliveries.page(reader, row.organization_id, row.id, before=before, limit=limit + 1)


def do_replay(tx: Tx, principal: Principal, webhook_id: bytes, delivery_id: bytes) -> DeliveryRow:
    """Queue a delivery once more, with the same event id and body."""
    row = access_webhook(tx, principal, webhook_id)
    before = webhook_deliveries.by_id(tx, row.organization_id, row.id, delivery_id)
    if before is None:
        raise NotFound()
    made = webhook_deliveries.insert(
        tx, row.organization_id, row.id, event_id=before.event_id, kind=before.kind, body=before.body
    )
    again = webhook_deliveries.by_id(tx, row.organization_id, row.id, made)
    if again is None:
        raise LookupError("a delivery just queued is there")
    return again


def _check(url: str, inside: bool) -> None:
    wrong = check_url(url, inside=inside)
    if wrong is not None:
        raise Invalid([mistake(wrong, "body", "url")])


def _note(tx: Tx, principal: Principal, action: str, webhook_id: bytes) -> None:
    audit.write(
        tx,
        principal.organization_id,
        action,
        actor_id=principal.actor_id,
        entity="webhook",
        entity_id=webhook_id,
    )
