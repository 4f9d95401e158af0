"""Rows of the audit: who did what that matters to an organization. Only ever added to."""

import json
from typing import Any

from deskterm.server.storage.database import Tx, statement

_INSERT = statement("""
    INSERT INTO audit_entry (organization_id, id, number, at, actor_id, action, entity, entity_id, detail)
    VALUES (:organization_id, :id,
        (SELECT coalesce(max(number), 0) + 1 FROM audit_entry WHERE organization_id = :organization_id),
        :now, :actor_id, :action, :entity, :entity_id, :detail)""")


def write(
    tx: Tx,
    organization_id: int,
    action: str,
    *,
    actor_id: bytes | None,
    entity: str,
    entity_id: bytes,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry. `detail` holds ids and settings, never secrets or what people wrote."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=tx.ids.new_bytes(),
        now=tx.now,
        actor_id=actor_id,
        action=action,
        entity=entity,
        entity_id=entity_id,
        detail=json.dumps(detail or {}),
    )
