"""Rows of the audit: who did what that matters to an organization. Only ever added to."""

import json
from pathlib import Path
from typing import Any

from deskterm.server.storage.database import Tx, statement
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect

INSERT = statement("""
    INSERT INTO audit_entry (organization_id, id, number, at, actor_id, action, entity, entity_id, detail)
    VALUES (:organization_id, :id,
        (SELECT coalesce(max(number), 0) + 1 FROM audit_entry WHERE organization_id = :organization_id),
        :now, :actor_id, :action, :entity, :entity_id, :detail)""")


ORGANIZATION = statement("SELECT id FROM organization WHERE organization_id = :organization_id")


def write_export(path: Path, organization_id: int, entry_id: bytes, now: int) -> None:
    """Add that an operator exports the organization, beside whatever server runs on the database."""
    connection = connect(path, cache_kib=READER_CACHE_KIB)
    try:
        connection.execute("BEGIN IMMEDIATE")
        ((entity_id,),) = connection.execute(ORGANIZATION, {"organization_id": organization_id})
        connection.execute(INSERT, of_export(organization_id, entity_id, entry_id, now))
        connection.execute("COMMIT")
    finally:
        connection.close()


def of_export(organization_id: int, entity_id: bytes, entry_id: bytes, now: int) -> dict[str, Any]:
    """The values of such an entry."""
    return {
        "organization_id": organization_id,
        "id": entry_id,
        "now": now,
        "actor_id": None,
        "action": "organization.exported",
        "entity": "organization",
        "entity_id": entity_id,
        "detail": "{}",
    }


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
        INSERT,
        organization_id=organization_id,
        id=tx.ids.new_bytes(),
        now=tx.now,
        actor_id=actor_id,
        action=action,
        entity=entity,
        entity_id=entity_id,
        detail=json.dumps(detail or {}),
    )
