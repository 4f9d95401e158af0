"""Reading the audit: newest first, each entry with the names that belong to its ids."""

from typing import Any, NamedTuple

from deskterm.server.storage.database import Reader


class EntryRow(NamedTuple):
    """Something that happened, with who did it and to what."""

    id: bytes
    at: int
    actor_id: bytes | None
    actor_kind: str
    actor_name: str | None
    action: str
    entity: str | None
    entity_id: bytes | None
    label: str | None
    detail: str


_SELECT = """
    SELECT a.id, a.at, a.actor_id, CASE WHEN m.id IS NULL THEN 'contact' ELSE 'agent' END,
        coalesce(u.name, k.name), a.action, a.entity, a.entity_id,
        CASE a.entity
            WHEN 'conversation' THEN (SELECT '#' || c.number FROM conversation c
                WHERE c.organization_id = a.organization_id AND c.id = a.entity_id)
            WHEN 'message' THEN (SELECT '#' || c.number FROM message g
                JOIN conversation c ON c.organization_id = g.organization_id AND c.id = g.conversation_id
                WHERE g.organization_id = a.organization_id AND g.id = a.entity_id)
            WHEN 'member' THEN (SELECT w.name FROM member n JOIN user_account w ON w.id = n.user_id
                WHERE n.organization_id = a.organization_id AND n.id = a.entity_id)
            WHEN 'user' THEN (SELECT w.name FROM user_account w WHERE w.id = a.entity_id)
            WHEN 'contact' THEN (SELECT coalesce(x.name, x.email, 'Visitor ' || x.visitor_number)
                FROM contact x WHERE x.organization_id = a.organization_id AND x.id = a.entity_id)
            WHEN 'persona' THEN (SELECT p.name FROM persona p
                WHERE p.organization_id = a.organization_id AND p.id = a.entity_id)
            WHEN 'invitation' THEN (SELECT i.email FROM invitation i
                WHERE i.organization_id = a.organization_id AND i.id = a.entity_id)
        END, a.detail
    FROM audit_entry a
    LEFT JOIN member m ON m.organization_id = a.organization_id AND m.id = a.actor_id
    LEFT JOIN user_account u ON u.id = m.user_id
    LEFT JOIN contact k ON k.organization_id = a.organization_id AND k.id = a.actor_id
    WHERE a.organization_id = :organization_id AND a.number < coalesce(
        (SELECT b.number FROM audit_entry b WHERE b.organization_id = :organization_id AND b.id = :before),
        9223372036854775807)"""
_FILTERS = {
    "actor": " AND a.actor_id = :actor",
    "action": " AND a.action = :action",
    "group": " AND a.action >= :group || '.' AND a.action < :group || '/'",
    "entity": " AND a.entity = :entity",
    "entity_id": " AND a.entity_id = :entity_id",
    "since": " AND a.at >= :since",
    "until": " AND a.at < :until",
}


def page(
    reader: Reader, organization_id: int, filters: dict[str, Any], *, before: bytes, limit: int
) -> list[EntryRow]:
    """What came before the entry `before`, newest first; filters by the names above, None = not asked for."""
    asked = {name: value for name, value in filters.items() if value is not None}
    where = "".join(_FILTERS[name] for name in asked)
    sql = f"{_SELECT}{where} ORDER BY a.number DESC LIMIT :limit"
    return reader.all(EntryRow, sql, organization_id=organization_id, before=before, limit=limit, **asked)
