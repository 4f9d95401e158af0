"""Rows of members: people in an organization, with the name and address of their account."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class MemberRow(NamedTuple):
    """A person in an organization."""

    id: bytes
    user_id: bytes
    name: str
    email: str
    role: str
    away: int
    max_concurrent: int | None
    disabled_at: int | None
    rev: int


_SELECT = """
    SELECT m.id, m.user_id, u.name, u.email, m.role, m.away, m.max_concurrent, m.disabled_at, m.rev
    FROM member m JOIN user_account u ON u.id = m.user_id
    WHERE m.organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND m.id = :id")
_BY_USER = statement(f"{_SELECT} AND m.user_id = :user_id")
_AGENTS = statement(f"{_SELECT} AND m.role <> 'customer' AND m.id > :after ORDER BY m.id LIMIT :limit")
_WITH_ROLE = statement(f"{_SELECT} AND m.role = :role AND m.id > :after ORDER BY m.id LIMIT :limit")
_ENABLED_AGENTS = statement("""
    SELECT id FROM member
    WHERE organization_id = :organization_id AND role <> 'customer' AND disabled_at IS NULL""")
_ENABLED_ADMINS = statement("""
    SELECT id FROM member
    WHERE organization_id = :organization_id AND role = 'admin' AND disabled_at IS NULL""")
_OTHER_ADMIN = statement("""
    SELECT 1 FROM member
    WHERE organization_id = :organization_id AND role = 'admin' AND disabled_at IS NULL AND id <> :id
    LIMIT 1""")
_INSERT = statement("""
    INSERT INTO member (organization_id, id, user_id, role, max_concurrent, rev, created_at)
    VALUES (:organization_id, :id, :user_id, :role, :max_concurrent, :rev, :now)""")
_UPDATE = statement("""
    UPDATE member SET role = :role, away = :away,
        away_since = CASE WHEN CAST(:away AS BIGINT) = 0 THEN NULL ELSE coalesce(away_since, :now) END,
        max_concurrent = :max_concurrent, disabled_at = :disabled_at, rev = :rev,
        sight_rev = CASE WHEN role = :role THEN sight_rev ELSE :rev END
    WHERE organization_id = :organization_id AND id = :id""")


class _Id(NamedTuple):
    id: bytes


def by_id(reader: Reader, organization_id: int, member_id: bytes) -> MemberRow | None:
    """The member with this id."""
    return reader.one(MemberRow, _BY_ID, organization_id=organization_id, id=member_id)


def by_user(reader: Reader, organization_id: int, user_id: bytes) -> MemberRow | None:
    """The member that a user is in an organization."""
    return reader.one(MemberRow, _BY_USER, organization_id=organization_id, user_id=user_id)


def agents(reader: Reader, organization_id: int, *, after: bytes, limit: int) -> list[MemberRow]:
    """Admins and staff in the order of their ids, disabled ones too."""
    return reader.all(MemberRow, _AGENTS, organization_id=organization_id, after=after, limit=limit)


def with_role(
    reader: Reader, organization_id: int, role: str, *, after: bytes, limit: int
) -> list[MemberRow]:
    """Members of one role in the order of their ids."""
    return reader.all(
        MemberRow, _WITH_ROLE, organization_id=organization_id, role=role, after=after, limit=limit
    )


def enabled_agents(reader: Reader, organization_id: int) -> list[bytes]:
    """The ids of all admins and staff who may sign in."""
    return [row.id for row in reader.all(_Id, _ENABLED_AGENTS, organization_id=organization_id)]


def enabled_admins(reader: Reader, organization_id: int) -> list[bytes]:
    """The ids of all admins who may sign in."""
    return [row.id for row in reader.all(_Id, _ENABLED_ADMINS, organization_id=organization_id)]


def is_last_admin(reader: Reader, organization_id: int, member_id: bytes) -> bool:
    """Whether no other enabled admin is there."""
    return reader.value(_OTHER_ADMIN, organization_id=organization_id, id=member_id) is None


def insert(
    tx: Tx,
    organization_id: int,
    *,
    member_id: bytes,
    user_id: bytes,
    role: str,
    rev: int,
    max_concurrent: int | None = None,
) -> None:
    """Make a user a member."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=member_id,
        user_id=user_id,
        role=role,
        max_concurrent=max_concurrent,
        rev=rev,
        now=tx.now,
    )


def update(tx: Tx, organization_id: int, row: MemberRow) -> None:
    """Write role, presence, maximum, disabling and rev."""
    tx.run(
        _UPDATE,
        organization_id=organization_id,
        id=row.id,
        role=row.role,
        away=row.away,
        now=tx.now,
        max_concurrent=row.max_concurrent,
        disabled_at=row.disabled_at,
        rev=row.rev,
    )
