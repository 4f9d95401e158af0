"""Rows of password resets: who may set a new password. A token is known by its SHA-256 only."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class ResetRow(NamedTuple):
    """A member who may set a new password once."""

    key: int
    id: bytes
    member_id: bytes
    user_id: bytes
    expires_at: int
    made_by: bytes | None  # None = it was mailed


class MailedRow(NamedTuple):
    """To whom a reset goes that still works."""

    email: str
    name: str
    slug: str
    expires_at: int


_MADE_LATELY = statement("""
    SELECT 1 FROM password_reset WHERE organization_id = :organization_id AND member_id = :member_id
        AND used_at IS NULL AND made_by IS NULL AND created_at > :since LIMIT 1""")
_MAILED = statement("""
    SELECT u.email, u.name, o.slug, r.expires_at FROM password_reset r
    JOIN member m ON m.organization_id = r.organization_id AND m.id = r.member_id AND m.disabled_at IS NULL
    JOIN user_account u ON u.id = m.user_id
    JOIN organization o ON o.organization_id = r.organization_id
    WHERE r.organization_id = :organization_id AND r.id = :id AND r.used_at IS NULL
        AND r.expires_at > :now""")
_BY_TOKEN = statement("""
    SELECT r.organization_id, r.id, r.member_id, m.user_id, r.expires_at, r.made_by
    FROM password_reset r
    JOIN member m ON m.organization_id = r.organization_id AND m.id = r.member_id AND m.disabled_at IS NULL
    WHERE r.token_hash = :token_hash AND r.used_at IS NULL AND r.expires_at > :now""")
_INSERT = statement("""
    INSERT INTO password_reset (organization_id, id, token_hash, member_id, made_by, created_at, expires_at)
    VALUES (:organization_id, :id, :token_hash, :member_id, :made_by, :now, :expires_at)""")
_USE_UP = statement("""
    UPDATE password_reset SET used_at = :now
    WHERE organization_id = :organization_id AND member_id = :member_id AND used_at IS NULL""")


def by_token(reader: Reader, token_hash: bytes, now: int) -> ResetRow | None:
    """The one that a token still opens, of whatever organization."""
    return reader.one(ResetRow, _BY_TOKEN, token_hash=token_hash, now=now)


def insert(tx: Tx, row: ResetRow, *, token_hash: bytes) -> None:
    """Let a member set a new password once; what they were given before works no more."""
    use_up(tx, row.key, row.member_id)
    tx.run(
        _INSERT,
        organization_id=row.key,
        id=row.id,
        token_hash=token_hash,
        member_id=row.member_id,
        made_by=row.made_by,
        now=tx.now,
        expires_at=row.expires_at,
    )


def use_up(tx: Tx, organization_id: int, member_id: bytes) -> None:
    """Nothing that a member was given works any more."""
    tx.run(_USE_UP, organization_id=organization_id, member_id=member_id, now=tx.now)


def made_lately(reader: Reader, organization_id: int, member_id: bytes, since: int) -> bool:
    """Whether one was mailed after that time that was not used."""
    values = {"organization_id": organization_id, "member_id": member_id, "since": since}
    return reader.value(_MADE_LATELY, **values) is not None


def mailed(reader: Reader, organization_id: int, reset_id: bytes, now: int) -> MailedRow | None:
    """Who gets it; None once it is used, replaced or has expired."""
    return reader.one(MailedRow, _MAILED, organization_id=organization_id, id=reset_id, now=now)
