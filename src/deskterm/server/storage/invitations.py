"""Rows of invitations: who may become a member. A token is known by its SHA-256 only."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class InvitationRow(NamedTuple):
    """Somebody who was asked to join."""

    key: int
    id: bytes
    email: str
    role: str
    max_concurrent: int | None
    invited_by: bytes | None
    invited_by_name: str | None
    created_at: int
    expires_at: int


_SELECT = """
    SELECT i.organization_id, i.id, i.email, i.role, i.max_concurrent, i.invited_by, u.name, i.created_at,
        i.expires_at
    FROM invitation i
    LEFT JOIN member m ON m.organization_id = i.organization_id AND m.id = i.invited_by
    LEFT JOIN user_account u ON u.id = m.user_id
    WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL"""
_OPEN = statement(f"""{_SELECT} AND i.organization_id = :organization_id AND i.id < :before
    AND i.expires_at > :now ORDER BY i.id DESC LIMIT :limit""")
_BY_ID = statement(f"{_SELECT} AND i.organization_id = :organization_id AND i.id = :id")
_BY_TOKEN = statement(f"{_SELECT} AND i.token_hash = :token_hash AND i.expires_at > :now")
_INSERT = statement("""
    INSERT INTO invitation (organization_id, id, token_hash, email, role, max_concurrent, invited_by,
        created_at, expires_at)
    VALUES (:organization_id, :id, :token_hash, :email, :role, :max_concurrent, :invited_by, :now,
        :expires_at)""")
_REPLACE = statement("""
    UPDATE invitation SET revoked_at = :now WHERE organization_id = :organization_id AND email = :email
        AND accepted_at IS NULL AND revoked_at IS NULL""")
_REVOKE = statement("""
    UPDATE invitation SET revoked_at = :now WHERE organization_id = :organization_id AND id = :id""")
_ACCEPT = statement("""
    UPDATE invitation SET accepted_at = :now WHERE organization_id = :organization_id AND id = :id""")


def still_open(
    reader: Reader, organization_id: int, *, now: int, before: bytes, limit: int
) -> list[InvitationRow]:
    """Invitations that can still be accepted, newest first."""
    return reader.all(
        InvitationRow, _OPEN, organization_id=organization_id, now=now, before=before, limit=limit
    )


def by_id(reader: Reader, organization_id: int, invitation_id: bytes) -> InvitationRow | None:
    """One that was neither accepted nor taken back; it may have expired."""
    return reader.one(InvitationRow, _BY_ID, organization_id=organization_id, id=invitation_id)


def by_token(reader: Reader, token_hash: bytes, now: int) -> InvitationRow | None:
    """The one that a token still opens, of whatever organization."""
    return reader.one(InvitationRow, _BY_TOKEN, token_hash=token_hash, now=now)


def insert(tx: Tx, row: InvitationRow, token_hash: bytes) -> None:
    """Invite somebody; whoever was invited under this address before is invited anew."""
    tx.run(_REPLACE, organization_id=row.key, email=row.email, now=tx.now)
    tx.run(
        _INSERT,
        organization_id=row.key,
        id=row.id,
        token_hash=token_hash,
        email=row.email,
        role=row.role,
        max_concurrent=row.max_concurrent,
        invited_by=row.invited_by,
        now=tx.now,
        expires_at=row.expires_at,
    )


def revoke(tx: Tx, organization_id: int, invitation_id: bytes) -> None:
    """Take one back."""
    tx.run(_REVOKE, organization_id=organization_id, id=invitation_id, now=tx.now)


def accept(tx: Tx, organization_id: int, invitation_id: bytes) -> None:
    """It was accepted and opens nothing any more."""
    tx.run(_ACCEPT, organization_id=organization_id, id=invitation_id, now=tx.now)
