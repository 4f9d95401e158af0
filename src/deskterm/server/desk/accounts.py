"""Signing in and out, one's own password and devices. Hashing happens before, outside of the transaction."""

from itertools import groupby

from deskterm.server.errors import InvalidCredentials, NotFound
from deskterm.server.principal import Principal
from deskterm.server.sessions import ABSOLUTE_MS, principal_of, token_hash
from deskterm.server.storage import accounts, audit, contacts, sessions
from deskterm.server.storage.accounts import AccountRow, MembershipRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.sessions import SessionKey

#: Anybody mistypes; from the next failure on each attempt waits 1 s, 2 s, 4 s … up to the longest delay.
FREE_FAILURES = 2
LONGEST_DELAY_S = 15 * 60
#: Failures count no more after a day without another one.
FAILURES_FORGOTTEN_MS = 24 * 3600 * 1000


def sign_in_delay(reader: Reader, email: str, now: int) -> float:
    """Seconds until another password may be tried for this address, whether or not it has an account."""
    throttle = accounts.throttle(reader, email)
    if throttle is None or throttle.failures <= FREE_FAILURES:
        return 0.0
    delay = min(1 << min(throttle.failures - FREE_FAILURES - 1, 20), LONGEST_DELAY_S)
    passed = abs(now - throttle.last_failure_at) / 1000  # a clock set back by a day must not lock for a day
    return max(delay - passed, 0.0)


def do_count_failure(tx: Tx, email: str, ip: str) -> None:
    """Remember a wrong password; the organizations of whose it would be find it in their audit."""
    account = accounts.by_email(tx, email)
    if account is not None:
        for key in accounts.organizations_of(tx, account.id):
            audit.write(
                tx,
                key,
                "session.refused",
                actor_id=None,
                entity="user",
                entity_id=account.id,
                detail={"ip": ip},
            )
    accounts.sign_in_failed(tx, email, forgotten_before=tx.now - FAILURES_FORGOTTEN_MS)


def do_start_session(
    tx: Tx, account: AccountRow, membership: MembershipRow, *, token: str, ip: str, user_agent: str | None
) -> Principal:
    """Make a session; raises `InvalidCredentials` if password or membership changed while it was checked."""
    current = accounts.by_id(tx, account.id)
    if current is None or current.password_hash != account.password_hash:
        raise InvalidCredentials()
    if membership not in accounts.memberships(tx, account.id):
        raise InvalidCredentials()
    session_id = tx.ids.new_bytes()
    sessions.insert(
        tx,
        membership.key,
        session_id=session_id,
        token_hash=token_hash(token),
        user_id=account.id,
        member_id=membership.member_id,
        contact_id=membership.contact_id,
        ip=ip,
        user_agent=user_agent,
        expires_at=tx.now + ABSOLUTE_MS,
    )
    if membership.contact_id is not None:
        contacts.seen(tx, membership.key, membership.contact_id)
    accounts.sign_in_succeeded(tx, account.email)
    audit.write(
        tx,
        membership.key,
        "session.started",
        actor_id=membership.member_id,
        entity="session",
        entity_id=session_id,
        detail={"ip": ip},
    )
    row = sessions.by_token(tx, token_hash(token))
    if row is None:
        raise InvalidCredentials()
    return principal_of(row)


def do_end_session(tx: Tx, principal: Principal, session_id: bytes) -> None:
    """End one of the principal's own sessions."""
    if session_id == principal.session_id:
        key = SessionKey(principal.organization_id, session_id)
    else:
        found = principal.user_id and sessions.owned(
            tx, principal.organization_id, principal.user_id, session_id
        )
        if not found:
            raise NotFound()
        key = found
    end_sessions(tx, [key], principal.actor_id)


def do_change_password(
    tx: Tx, principal: Principal, *, user_id: bytes, expected: str | None, password_hash: str
) -> None:
    """Set a new password and end all other sessions of the user, in every organization."""
    others = [each for each in sessions.of_user(tx, user_id) if each.id != principal.session_id]
    if not accounts.set_password(tx, user_id, password_hash, expected=expected):
        raise InvalidCredentials()
    audit.write(
        tx,
        principal.organization_id,
        "password.changed",
        actor_id=principal.actor_id,
        entity="user",
        entity_id=user_id,
    )
    end_sessions(tx, others, principal.actor_id)


def do_reset_password(tx: Tx, email: str, password_hash: str) -> None:
    """Set somebody's password for them, forget failed sign-ins and end all their sessions.

    Each organization that they are in finds it once in its audit; no member did it, so it names none.
    """
    account = accounts.by_email(tx, email)
    if account is None:
        raise NotFound()
    held = sessions.of_user(tx, account.id)
    accounts.set_password(tx, account.id, password_hash, expected=account.password_hash)
    accounts.sign_in_succeeded(tx, email)
    for organization_id in accounts.organizations_of(tx, account.id):
        audit.write(tx, organization_id, "password.reset", actor_id=None, entity="user", entity_id=account.id)
    end_sessions(tx, held, None)


def end_sessions(tx: Tx, ended: list[SessionKey], actor_id: bytes | None) -> None:
    """End sessions and tell whoever holds their sockets; organizations are locked in a fixed order."""
    for organization_id, keys in groupby(sorted(ended), key=lambda each: each.organization_id):
        found = list(keys)
        seq = tx.take_seq(organization_id, len(found))
        for position, key in enumerate(found, seq):
            sessions.revoke(tx, key)
            tx.record(
                organization_id,
                position,
                "session.ended",
                "session",
                key.id,
                Audience.SESSION,
                actor_id=actor_id,
            )
