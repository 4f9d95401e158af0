"""Rows of user accounts (one login for all organizations) and of failed sign-ins."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class AccountRow(NamedTuple):
    """A login. `password_hash` is an argon2id PHC string, perhaps behind a pepper's mark (`server.pepper`);
    None = cannot sign in by password.
    """

    id: bytes
    email: str
    name: str
    phone: str | None
    password_hash: str | None


class MembershipRow(NamedTuple):
    """An organization that a user may sign in to."""

    key: int
    slug: str
    member_id: bytes
    role: str
    contact_id: bytes | None


class ThrottleRow(NamedTuple):
    """Failed sign-ins since the last success."""

    failures: int
    last_failure_at: int


_COLUMNS = "id, email, name, phone, password_hash"
_BY_EMAIL = statement(f"SELECT {_COLUMNS} FROM user_account WHERE email = :email")
_BY_ID = statement(f"SELECT {_COLUMNS} FROM user_account WHERE id = :id")
_MEMBERSHIPS = statement("""
    SELECT o.organization_id, o.slug, m.id, m.role, c.id
    FROM member m
    JOIN organization o ON o.organization_id = m.organization_id
    LEFT JOIN contact c ON c.organization_id = m.organization_id AND c.user_id = m.user_id
    WHERE m.user_id = :user_id AND m.disabled_at IS NULL
    ORDER BY o.slug""")
_ORGANIZATIONS = statement(
    "SELECT organization_id FROM member WHERE user_id = :user_id ORDER BY organization_id"
)
_INSERT = statement("""
    INSERT INTO user_account (id, email, name, phone, password_hash, created_at, updated_at)
    VALUES (:id, :email, :name, :phone, :password_hash, :now, :now)""")
_SET_PASSWORD = statement("""
    UPDATE user_account SET password_hash = :password_hash, updated_at = :now
    WHERE id = :id AND password_hash IS NOT DISTINCT FROM :expected""")
_SET_NAME = statement("UPDATE user_account SET name = :name, updated_at = :now WHERE id = :id")
_PEPPERED = statement("""
    SELECT DISTINCT substr(password_hash, 1, 15) AS mark FROM user_account
    WHERE password_hash LIKE 'pepper:%'""")
_THROTTLE = statement("SELECT failures, last_failure_at FROM sign_in_throttle WHERE email = :email")
_FAILED = statement("""
    INSERT INTO sign_in_throttle (email, failures, last_failure_at) VALUES (:email, 1, :now)
    ON CONFLICT (email) DO UPDATE SET
        failures = CASE WHEN sign_in_throttle.last_failure_at < :forgotten THEN 1
            ELSE sign_in_throttle.failures + 1 END,
        last_failure_at = :now""")
_FORGET = statement("DELETE FROM sign_in_throttle WHERE last_failure_at < :before")
_SUCCEEDED = statement("DELETE FROM sign_in_throttle WHERE email = :email")


def by_email(reader: Reader, email: str) -> AccountRow | None:
    """The account with this address, in lower case."""
    return reader.one(AccountRow, _BY_EMAIL, email=email)


def by_id(reader: Reader, user_id: bytes) -> AccountRow | None:
    """The account with this id."""
    return reader.one(AccountRow, _BY_ID, id=user_id)


def memberships(reader: Reader, user_id: bytes) -> list[MembershipRow]:
    """Where the user may sign in, by slug; memberships that were disabled are left out."""
    return reader.all(MembershipRow, _MEMBERSHIPS, user_id=user_id)


class _Key(NamedTuple):
    organization_id: int


class _Mark(NamedTuple):
    mark: str


def organizations_of(reader: Reader, user_id: bytes) -> list[int]:
    """The keys of all organizations that the user belongs to, also where they may not sign in."""
    return [row.organization_id for row in reader.all(_Key, _ORGANIZATIONS, user_id=user_id)]


def insert(
    tx: Tx, *, user_id: bytes, email: str, name: str, phone: str | None, password_hash: str | None
) -> None:
    """Make an account."""
    tx.run(_INSERT, id=user_id, email=email, name=name, phone=phone, password_hash=password_hash, now=tx.now)


def pepper_marks(on: Reader) -> set[str]:
    """The marks of the peppers that there are hashes with."""
    return {row.mark for row in on.all(_Mark, _PEPPERED)}


def set_password(tx: Tx, user_id: bytes, password_hash: str, *, expected: str | None) -> bool:
    """Replace a password's hash unless it is no longer the expected one; answers whether it was replaced."""
    changed = tx.run(_SET_PASSWORD, id=user_id, password_hash=password_hash, expected=expected, now=tx.now)
    return changed == 1


def set_name(tx: Tx, user_id: bytes, name: str) -> None:
    """Rename a user."""
    tx.run(_SET_NAME, id=user_id, name=name, now=tx.now)


def throttle(reader: Reader, email: str) -> ThrottleRow | None:
    """The failed sign-ins under an address, whether there is such an account or not."""
    return reader.one(ThrottleRow, _THROTTLE, email=email)


def sign_in_failed(tx: Tx, email: str, *, forgotten_before: int) -> None:
    """Count a failure; older ones than `forgotten_before` count no more."""
    tx.run(_FAILED, email=email, now=tx.now, forgotten=forgotten_before)


def sign_in_succeeded(tx: Tx, email: str) -> None:
    """Forget the failures."""
    tx.run(_SUCCEEDED, email=email)


def forget_failures(tx: Tx, before: int) -> int:
    """Drop the failures under addresses that nobody has tried since; answers how many."""
    return tx.run(_FORGET, before=before)
