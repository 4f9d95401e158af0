"""Rows of deliveries: the queue of each endpoint, and the log of what became of them."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement
from deskterm.server.storage.webhooks import WebhookRow

#: Finished deliveries of an endpoint that are kept.
KEPT = 200


class DeliveryRow(NamedTuple):
    """One event on its way to one endpoint, or arrived, or given up."""

    id: bytes
    webhook_id: bytes
    event_id: bytes
    kind: str
    body: str
    attempts: int
    status: int | None
    problem: str | None
    created_at: int
    tried_at: int | None
    finished_at: int | None


_SELECT = """
    SELECT id, webhook_id, event_id, kind, body, attempts, status, problem, created_at, tried_at, finished_at
    FROM webhook_delivery WHERE organization_id = :organization_id AND webhook_id = :webhook_id"""
_BY_ID = statement(f"{_SELECT} AND id = :id")
_PAGE = statement(f"{_SELECT} AND id < :before ORDER BY id DESC LIMIT :limit")
_FIRST = statement(f"{_SELECT} AND finished_at IS NULL ORDER BY number LIMIT 1")
_INSERT = statement("""
    INSERT INTO webhook_delivery (organization_id, id, webhook_id, number, event_id, kind, body, created_at)
    VALUES (:organization_id, :id, :webhook_id,
        (SELECT coalesce(max(number), 0) + 1 FROM webhook_delivery
            WHERE organization_id = :organization_id AND webhook_id = :webhook_id),
        :event_id, :kind, :body, :now)""")
_TRIED = statement("""
    UPDATE webhook_delivery SET attempts = attempts + 1, status = :status, problem = :problem,
        tried_at = :now, finished_at = :finished_at
    WHERE organization_id = :organization_id AND id = :id""")
_FORGET = statement("""
    DELETE FROM webhook_delivery WHERE organization_id = :organization_id AND webhook_id = :webhook_id
    AND finished_at IS NOT NULL AND id <= (
        SELECT id FROM webhook_delivery WHERE organization_id = :organization_id AND webhook_id = :webhook_id
        AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET :kept)""")


def by_id(reader: Reader, organization_id: int, webhook_id: bytes, delivery_id: bytes) -> DeliveryRow | None:
    """One delivery of this endpoint."""
    values = {"organization_id": organization_id, "webhook_id": webhook_id, "id": delivery_id}
    return reader.one(DeliveryRow, _BY_ID, **values)


def page(
    reader: Reader, organization_id: int, webhook_id: bytes, *, before: bytes, limit: int
) -> list[DeliveryRow]:
    """An endpoint's deliveries, newest first."""
    values = {"organization_id": organization_id, "webhook_id": webhook_id}
    return reader.all(DeliveryRow, _PAGE, **values, before=before, limit=limit)


def first(reader: Reader, row: WebhookRow) -> DeliveryRow | None:
    """What goes to an endpoint next."""
    return reader.one(DeliveryRow, _FIRST, organization_id=row.organization_id, webhook_id=row.id)


def insert(
    tx: Tx, organization_id: int, webhook_id: bytes, *, event_id: bytes, kind: str, body: str
) -> bytes:
    """Queue one; answers its id."""
    delivery_id = tx.ids.new_bytes()
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=delivery_id,
        webhook_id=webhook_id,
        event_id=event_id,
        kind=kind,
        body=body,
        now=tx.now,
    )
    return delivery_id


def tried(
    tx: Tx, organization_id: int, delivery_id: bytes, *, status: int | None, problem: str | None, over: bool
) -> None:
    """What became of an attempt; `over`: it was the last one."""
    tx.run(
        _TRIED,
        organization_id=organization_id,
        id=delivery_id,
        status=status,
        problem=problem,
        finished_at=tx.now if over else None,
        now=tx.now,
    )


def forget(tx: Tx, row: WebhookRow) -> None:
    """Keep the newest of those that are over."""
    tx.run(_FORGET, organization_id=row.organization_id, webhook_id=row.id, kept=KEPT)
