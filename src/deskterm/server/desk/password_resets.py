"""Password resets: an admin lets a member set a new password, once and not for long.

The token goes back to the admin, who hands it over. Whoever forgot theirs gets one by e-mail, which proves
who they are, so that it also works for those who are in several organizations.
"""

from collections.abc import Callable

from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.members import access_member
from deskterm.server.errors import Conflict, Forbidden, Gone
from deskterm.server.principal import Principal
from deskterm.server.sessions import token_hash
from deskterm.server.storage import accounts, audit, mail, password_resets, sessions
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.password_resets import ResetRow

MINUTE_MS = 60_000
#: How long a mailed token works, and how soon another one may follow.
MAILED_MINUTES = 15
PAUSE_MS = 2 * MINUTE_MS


def do_make_reset(tx: Tx, principal: Principal, member_id: bytes, token: str, minutes: int) -> ResetRow:
    """Let a member set a new password.

    `Forbidden` for oneself, who is asked for the present one. `Conflict` for who is disabled, and for who is
    in other organizations too: their password opens those as well, and one's admin has no say in the others.
    """
    if member_id == principal.member_id:
        raise Forbidden("Change your own password with the present one.")
    member = access_member(tx, principal, member_id)
    if member.disabled_at is not None:
        raise Conflict("They are disabled: enable them first.")
    if len(accounts.organizations_of(tx, member.user_id)) > 1:
        raise Conflict("They are in other organizations too: only who runs the server sets their password.")
    row = ResetRow(
        key=principal.organization_id,
        id=tx.ids.new_bytes(),
        member_id=member_id,
        user_id=member.user_id,
        expires_at=tx.now + minutes * MINUTE_MS,
        made_by=principal.member_id,
    )
    password_resets.insert(tx, row, token_hash=token_hash(token))
    _audit(tx, row, "password_reset.made", principal.actor_id)
    return row


def do_mail_reset(tx: Tx, email: str, token_of: Callable[[bytes], str]) -> None:
    """Queue a reset for whoever has this address; nothing for an unknown one, nor while one is on its way."""
    account = accounts.by_email(tx, email)
    membership = next(iter(accounts.memberships(tx, account.id)), None) if account else None
    if account is None or membership is None:
        return
    if password_resets.made_lately(tx, membership.key, membership.member_id, tx.now - PAUSE_MS):
        return
    row = ResetRow(
        key=membership.key,
        id=tx.ids.new_bytes(),
        member_id=membership.member_id,
        user_id=account.id,
        expires_at=tx.now + MAILED_MINUTES * MINUTE_MS,
        made_by=None,
    )
    password_resets.insert(tx, row, token_hash=token_hash(token_of(row.id)))
    mail.enqueue(tx, row.key, "password_reset", row.id)
    _audit(tx, row, "password_reset.mailed", None)


def access_reset(reader: Reader, token: str, now: int) -> ResetRow:
    """What a token opens; used, expired and made up tokens are all `Gone`."""
    row = password_resets.by_token(reader, token_hash(token), now)
    if row is None:
        raise Gone()
    if row.made_by is not None and len(accounts.organizations_of(reader, row.user_id)) > 1:
        raise Gone()
    return row


def do_accept_reset(tx: Tx, token: str, password_hash: str) -> ResetRow:
    """Set the new password, forget failed sign-ins and end all sessions."""
    row = access_reset(tx, token, tx.now)
    account = accounts.by_id(tx, row.user_id)
    if account is None:
        raise Gone()
    held = sessions.of_user(tx, row.user_id)
    password_resets.use_up(tx, row.key, row.member_id)
    accounts.set_password(tx, row.user_id, password_hash, expected=account.password_hash)
    accounts.sign_in_succeeded(tx, account.email)
    _audit(tx, row, "password.reset", row.member_id)
    end_sessions(tx, held, row.member_id)
    return row


def _audit(tx: Tx, row: ResetRow, action: str, actor_id: bytes | None) -> None:
    audit.write(tx, row.key, action, actor_id=actor_id, entity="member", entity_id=row.member_id)
