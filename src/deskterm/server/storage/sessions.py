"""Rows of sessions: who is signed in where. A token is known by its SHA-256 only."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class SessionRow(NamedTuple):
    """A session that was not ended, with everything that makes its principal."""

    key: int
    organization: bytes
    session_id: bytes
    user_id: bytes | None
    member_id: bytes | None
    contact_id: bytes | None
    role: str | None
    user_name: str | None
    email: str | None
    contact_name: str | None
    last_used_at: int
    expires_at: int
    disabled_at: int | None
    api_key_id: bytes | None


class DeviceRow(NamedTuple):
    """A session as its owner sees it."""

    id: bytes
    ip: str | None
    user_agent: str | None
    created_at: int
    last_used_at: int
    expires_at: int


class PlaceRow(NamedTuple):
    """Where a visitor is, as their browser says."""

    ip: str | None
    user_agent: str | None
    page_url: str | None
    referrer: str | None


class SessionKey(NamedTuple):
    """A session's full key."""

    organization_id: int
    id: bytes


_SELECT = """
    SELECT s.organization_id, o.id, s.id, s.user_id, s.member_id, coalesce(s.contact_id, c.id), m.role,
        u.name, u.email, c.name, s.last_used_at, s.expires_at, m.disabled_at, s.api_key_id
    FROM session s
    JOIN organization o ON o.organization_id = s.organization_id
    LEFT JOIN member m ON m.organization_id = s.organization_id AND m.id = s.member_id
    LEFT JOIN user_account u ON u.id = s.user_id
    LEFT JOIN contact c ON c.organization_id = s.organization_id
        AND ((s.contact_id IS NOT NULL AND c.id = s.contact_id)
          OR (s.contact_id IS NULL AND s.user_id IS NOT NULL AND c.user_id = s.user_id))
    WHERE s.revoked_at IS NULL"""
_BY_TOKEN = statement(f"{_SELECT} AND s.token_hash = :token_hash")
_BY_ID = statement(f"{_SELECT} AND s.organization_id = :organization_id AND s.id = :id")
_INSERT = statement("""
    INSERT INTO session (organization_id, id, token_hash, user_id, member_id, contact_id, api_key_id, ip,
        user_agent, page_url, referrer, created_at, last_used_at, expires_at)
    VALUES (:organization_id, :id, :token_hash, :user_id, :member_id, :contact_id, :api_key_id, :ip,
        :user_agent, :page_url, :referrer, :now, :now, :expires_at)""")
_TOUCH = statement("""
    UPDATE session SET last_used_at = :now
    WHERE organization_id = :organization_id AND id = :id AND last_used_at < :now""")
_DEVICES = statement("""
    SELECT id, ip, user_agent, created_at, last_used_at, expires_at FROM session
    WHERE organization_id = :organization_id AND user_id = :user_id AND revoked_at IS NULL
        AND expires_at > :now AND last_used_at > :idle_since AND id < :before
    ORDER BY id DESC LIMIT :limit""")
_REVOKE = statement("""
    UPDATE session SET revoked_at = :now
    WHERE organization_id = :organization_id AND id = :id AND revoked_at IS NULL""")
_OWNED = statement("""
    SELECT organization_id, id FROM session
    WHERE organization_id = :organization_id AND id = :id AND user_id = :user_id AND revoked_at IS NULL""")
_OF_USER = statement(
    "SELECT organization_id, id FROM session WHERE user_id = :user_id AND revoked_at IS NULL"
)
_OF_MEMBER = statement("""
    SELECT organization_id, id FROM session
    WHERE organization_id = :organization_id AND member_id = :member_id AND revoked_at IS NULL
    UNION ALL
    SELECT organization_id, id FROM api_key
    WHERE organization_id = :organization_id AND created_by = :member_id AND kind = 'secret'
        AND revoked_at IS NULL""")
_OF_API_KEY = statement("""
    SELECT organization_id, id FROM session
    WHERE organization_id = :organization_id AND api_key_id = :api_key_id AND revoked_at IS NULL
        AND expires_at > :now""")
_OF_CONTACT = statement("""
    SELECT organization_id, id FROM session
    WHERE organization_id = :organization_id AND contact_id = :contact_id AND user_id IS NULL
        AND revoked_at IS NULL AND expires_at > :now""")
_PLACE = statement("""
    SELECT ip, user_agent, page_url, referrer FROM session
    WHERE organization_id = :organization_id AND id = :id""")
_FORGET = statement("DELETE FROM session WHERE expires_at < :before OR revoked_at < :before")
_KNOWN_ADDRESS = statement("SELECT 1 FROM session WHERE user_id = :user_id AND ip = :ip LIMIT 1")


def by_token(reader: Reader, token_hash: bytes) -> SessionRow | None:
    """The session of a token, unless it was ended; its times are for the caller to judge."""
    return reader.one(SessionRow, _BY_TOKEN, token_hash=token_hash)


def by_id(reader: Reader, organization_id: int, session_id: bytes) -> SessionRow | None:
    """A session, unless it was ended."""
    return reader.one(SessionRow, _BY_ID, organization_id=organization_id, id=session_id)


def insert(
    tx: Tx,
    organization_id: int,
    *,
    session_id: bytes,
    token_hash: bytes,
    user_id: bytes | None,
    member_id: bytes | None,
    contact_id: bytes | None,
    ip: str,
    user_agent: str | None,
    expires_at: int,
    api_key_id: bytes | None = None,
    page_url: str | None = None,
    referrer: str | None = None,
) -> None:
    """Write a new session, last used now."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=session_id,
        token_hash=token_hash,
        user_id=user_id,
        member_id=member_id,
        contact_id=contact_id,
        api_key_id=api_key_id,
        page_url=page_url,
        referrer=referrer,
        ip=ip,
        user_agent=user_agent,
        now=tx.now,
        expires_at=expires_at,
    )


def touch(tx: Tx, organization_id: int, session_id: bytes, now: int) -> None:
    """Note that a session was used at `now`, in milliseconds."""
    tx.run(_TOUCH, organization_id=organization_id, id=session_id, now=now)


def devices(
    reader: Reader,
    organization_id: int,
    user_id: bytes,
    *,
    now: int,
    idle_since: int,
    before: bytes,
    limit: int,
) -> list[DeviceRow]:
    """A user's sessions that still work in one organization, newest first."""
    return reader.all(
        DeviceRow,
        _DEVICES,
        organization_id=organization_id,
        user_id=user_id,
        now=now,
        idle_since=idle_since,
        before=before,
        limit=limit,
    )


def revoke(tx: Tx, session: SessionKey) -> None:
    """End a session."""
    tx.run(_REVOKE, organization_id=session.organization_id, id=session.id, now=tx.now)


def owned(reader: Reader, organization_id: int, user_id: bytes, session_id: bytes) -> SessionKey | None:
    """A session, if it is this user's own and was not ended."""
    return reader.one(SessionKey, _OWNED, organization_id=organization_id, user_id=user_id, id=session_id)


def of_user(reader: Reader, user_id: bytes) -> list[SessionKey]:
    """A user's sessions in all organizations."""
    return reader.all(SessionKey, _OF_USER, user_id=user_id)


def of_member(reader: Reader, organization_id: int, member_id: bytes) -> list[SessionKey]:
    """A member's sessions, and the secret keys that act in their name."""
    return reader.all(SessionKey, _OF_MEMBER, organization_id=organization_id, member_id=member_id)


def of_api_key(tx: Tx, organization_id: int, api_key_id: bytes) -> list[SessionKey]:
    """The sessions of visitors who came by a website's key."""
    return tx.all(SessionKey, _OF_API_KEY, organization_id=organization_id, api_key_id=api_key_id, now=tx.now)


def of_contact(tx: Tx, organization_id: int, contact_id: bytes) -> list[SessionKey]:
    """A visitor's sessions."""
    return tx.all(SessionKey, _OF_CONTACT, organization_id=organization_id, contact_id=contact_id, now=tx.now)


def place(reader: Reader, organization_id: int, session_id: bytes) -> PlaceRow | None:
    """Where a visitor is."""
    return reader.one(PlaceRow, _PLACE, organization_id=organization_id, id=session_id)


def address_known(reader: Reader, user_id: bytes, ip: str) -> bool:
    """Whether the user has ever signed in from this address."""
    return reader.value(_KNOWN_ADDRESS, user_id=user_id, ip=ip) is not None


def forget(tx: Tx, before: int) -> int:
    """Drop sessions that ended or expired before that time; answers how many."""
    return tx.run(_FORGET, before=before)
