"""Rows of API keys. A key is known by its SHA-256 only."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class ApiKeyRow(NamedTuple):
    """A key as admins see it; `scopes` and `allowed_origins` are JSON lists."""

    id: bytes
    kind: str
    name: str
    scopes: str
    allowed_origins: str
    created_by: bytes
    created_by_name: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    key_hash: bytes


class UsedKeyRow(NamedTuple):
    """A key that somebody shows, with whom it acts for."""

    key: int
    organization: bytes
    id: bytes
    kind: str
    name: str
    scopes: str
    allowed_origins: str
    expires_at: int | None
    last_used_at: int | None
    member_id: bytes
    user_id: bytes
    user_name: str
    email: str
    role: str
    disabled_at: int | None


class IdentityKeyRow(NamedTuple):
    """A key that signs identities."""

    id: bytes


class OriginsRow(NamedTuple):
    """Where the widget of an organization may stand; both are JSON."""

    organization_id: int
    allowed_origins: str
    settings: str


_SELECT = """
    SELECT k.id, k.kind, k.name, k.scopes, k.allowed_origins, k.created_by, u.name, k.created_at,
        k.expires_at, k.last_used_at, k.key_hash
    FROM api_key k
    JOIN member m ON m.organization_id = k.organization_id AND m.id = k.created_by
    JOIN user_account u ON u.id = m.user_id
    WHERE k.organization_id = :organization_id AND k.revoked_at IS NULL"""
_BY_ID = statement(f"{_SELECT} AND k.id = :id")
_PAGE = statement(f"{_SELECT} AND k.id < :before ORDER BY k.id DESC LIMIT :limit")
_COUNT = statement(
    "SELECT count(*) FROM api_key WHERE organization_id = :organization_id AND revoked_at IS NULL"
)
_USED = """
    SELECT k.organization_id, o.id, k.id, k.kind, k.name, k.scopes, k.allowed_origins, k.expires_at,
        k.last_used_at, m.id, u.id, u.name, u.email, m.role, m.disabled_at
    FROM api_key k
    JOIN organization o ON o.organization_id = k.organization_id
    JOIN member m ON m.organization_id = k.organization_id AND m.id = k.created_by
    JOIN user_account u ON u.id = m.user_id
    WHERE k.revoked_at IS NULL"""
_BY_HASH = statement(f"{_USED} AND k.key_hash = :key_hash")
_BY_KEY_ID = statement(f"{_USED} AND k.id = :id AND k.kind = 'publishable'")
_IDENTITY = statement("""
    SELECT id FROM api_key WHERE organization_id = :organization_id AND kind = 'identity'
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now) ORDER BY id DESC""")
_ORIGINS = statement("""
    SELECT k.organization_id, k.allowed_origins, o.settings
    FROM api_key k JOIN organization o ON o.organization_id = k.organization_id
    WHERE k.kind = 'publishable' AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > :now)""")
_INSERT = statement("""
    INSERT INTO api_key (organization_id, id, kind, key_hash, name, scopes, allowed_origins, expires_at,
        created_by, created_at)
    VALUES (:organization_id, :id, :kind, :key_hash, :name, :scopes, :allowed_origins, :expires_at,
        :created_by, :now)""")
_REVOKE = statement("""
    UPDATE api_key SET revoked_at = :now
    WHERE organization_id = :organization_id AND id = :id AND revoked_at IS NULL""")
_TOUCH = statement("""
    UPDATE api_key SET last_used_at = :now
    WHERE organization_id = :organization_id AND id = :id AND coalesce(last_used_at, 0) < :now""")


def by_id(reader: Reader, organization_id: int, key_id: bytes) -> ApiKeyRow | None:
    """A key that was not revoked."""
    return reader.one(ApiKeyRow, _BY_ID, organization_id=organization_id, id=key_id)


def page(reader: Reader, organization_id: int, *, before: bytes, limit: int) -> list[ApiKeyRow]:
    """Keys that were not revoked, newest first."""
    return reader.all(ApiKeyRow, _PAGE, organization_id=organization_id, before=before, limit=limit)


def count(reader: Reader, organization_id: int) -> int:
    """How many keys were not revoked."""
    return int(reader.value(_COUNT, organization_id=organization_id))


def by_hash(reader: Reader, key_hash: bytes) -> UsedKeyRow | None:
    """The key somebody shows, unless it was revoked; its times are for the caller to judge."""
    return reader.one(UsedKeyRow, _BY_HASH, key_hash=key_hash)


def by_key_id(reader: Reader, key_id: bytes) -> UsedKeyRow | None:
    """The publishable key with this id, unless it was revoked: a widget's page is found by it."""
    return reader.one(UsedKeyRow, _BY_KEY_ID, id=key_id)


def identity_keys(reader: Reader, organization_id: int, now: int) -> list[bytes]:
    """The ids of the keys that sign identities now, newest first."""
    rows = reader.all(IdentityKeyRow, _IDENTITY, organization_id=organization_id, now=now)
    return [row.id for row in rows]


def origins(reader: Reader, now: int) -> list[OriginsRow]:
    """Where widgets may stand, of all organizations."""
    return reader.all(OriginsRow, _ORIGINS, now=now)


def insert(
    tx: Tx,
    organization_id: int,
    *,
    key_id: bytes,
    kind: str,
    key_hash: bytes,
    name: str,
    scopes: str,
    allowed_origins: str,
    expires_at: int | None,
    created_by: bytes,
) -> None:
    """Write a new key."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=key_id,
        kind=kind,
        key_hash=key_hash,
        name=name,
        scopes=scopes,
        allowed_origins=allowed_origins,
        expires_at=expires_at,
        created_by=created_by,
        now=tx.now,
    )


def revoke(tx: Tx, organization_id: int, key_id: bytes) -> None:
    """End a key for good."""
    tx.run(_REVOKE, organization_id=organization_id, id=key_id, now=tx.now)


def touch(tx: Tx, organization_id: int, key_id: bytes, now: int) -> None:
    """Note that a key was used at `now`, in milliseconds."""
    tx.run(_TOUCH, organization_id=organization_id, id=key_id, now=now)
