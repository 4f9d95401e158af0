"""Invitations: an admin asks somebody in by e-mail, and whoever holds the token joins once."""

from collections.abc import Callable
from typing import NamedTuple

from deskterm.protocol.wire.ways_in import AcceptInvitation, Invite
from deskterm.server.desk.organizations import do_add_person
from deskterm.server.errors import Conflict, Gone, NotFound
from deskterm.server.principal import Principal
from deskterm.server.sessions import token_hash
from deskterm.server.storage import accounts, audit, invitations, mail, members
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.invitations import InvitationRow

MINUTE_MS = 60_000
TAKEN = "They are in this organization already."


class Joined(NamedTuple):
    """Who joined, and where."""

    organization_id: int
    user_id: bytes


def list_invitations(
    reader: Reader, principal: Principal, *, now: int, before: bytes, limit: int
) -> list[InvitationRow]:
    """One more than a page of those that can still be accepted, newest first."""
    organization = principal.organization_id
    return invitations.still_open(reader, organization, now=now, before=before, limit=limit + 1)


def do_invite(
    tx: Tx, principal: Principal, wish: Invite, token_of: Callable[[bytes], str], *, mailed: bool
) -> InvitationRow:
    """Ask somebody in, by e-mail too where that is sent; `Conflict` if they are here, disabled or not."""
    organization = principal.organization_id
    account = accounts.by_email(tx, wish.email)
    if account is not None and members.by_user(tx, organization, account.id) is not None:
        raise Conflict(TAKEN)
    row = InvitationRow(
        key=organization,
        id=tx.ids.new_bytes(),
        email=wish.email,
        role=wish.role.value,
        max_concurrent=wish.max_concurrent,
        invited_by=principal.member_id,
        invited_by_name=principal.name,
        created_at=tx.now,
        expires_at=tx.now + wish.valid_minutes * MINUTE_MS,
    )
    invitations.insert(tx, row, token_hash(token_of(row.id)))
    if mailed:
        mail.enqueue(tx, organization, "invitation", row.id)
    _audit(tx, row, "invitation.made", principal.actor_id)
    return row


def do_revoke_invitation(tx: Tx, principal: Principal, invitation_id: bytes) -> None:
    """Take an invitation back; one that was used or taken back already is not found."""
    row = invitations.by_id(tx, principal.organization_id, invitation_id)
    if row is None:
        raise NotFound()
    invitations.revoke(tx, row.key, row.id)
    _audit(tx, row, "invitation.revoked", principal.actor_id)


def access_invitation(reader: Reader, token: str, now: int) -> InvitationRow:
    """What a token opens; used, expired, taken back and made up tokens are all `Gone`."""
    row = invitations.by_token(reader, token_hash(token), now)
    if row is None:
        raise Gone()
    return row


def do_accept_invitation(tx: Tx, wish: AcceptInvitation, password_hash: str | None) -> Joined:
    """Make whoever holds the token a member. A user's own password stays: `password_hash` is a new one's."""
    row = access_invitation(tx, wish.token, tx.now)
    account = accounts.by_email(tx, row.email)
    if (account is None) != (password_hash is not None):
        raise Conflict("The account was made meanwhile: try again.")
    if account is not None and members.by_user(tx, row.key, account.id) is not None:
        raise Conflict(TAKEN)
    invitations.accept(tx, row.key, row.id)
    name = account.name if account else wish.name or row.email
    member_id = do_add_person(
        tx,
        row.key,
        email=row.email,
        name=name,
        role=row.role,
        password_hash=password_hash,
        max_concurrent=row.max_concurrent,
        added_by=row.invited_by,
    )
    _audit(tx, row, "invitation.accepted", member_id)
    joined = members.by_id(tx, row.key, member_id)
    if joined is None:
        raise LookupError("who was added just now is there")
    return Joined(row.key, joined.user_id)


def _audit(tx: Tx, row: InvitationRow, action: str, actor_id: bytes) -> None:
    audit.write(
        tx,
        row.key,
        action,
        actor_id=actor_id,
        entity="invitation",
        entity_id=row.id,
        detail={"email": row.email, "role": row.role},
    )
