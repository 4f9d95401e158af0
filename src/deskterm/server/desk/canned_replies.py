"""Canned replies: shared ones, which admins write and every agent uses, and everybody's own."""

from deskterm.protocol.wire.canned_replies import CreateCannedReply, PatchCannedReply
from deskterm.server.errors import Conflict, Forbidden, LimitReached, NotFound
from deskterm.server.policy import may_use_kept, may_write_kept
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, canned_replies
from deskterm.server.storage.canned_replies import CannedReplyRow
from deskterm.server.storage.database import Audience, Reader, Tx

#: How many an organization shares, and how many one member keeps beside them.
MOST_SHARED, MOST_OWN = 1_000, 200


def list_canned_replies(
    reader: Reader, principal: Principal, *, after: bytes, limit: int
) -> list[CannedReplyRow]:
    """One more than a page of the shared ones and the principal's own, oldest first."""
    organization = principal.organization_id
    return canned_replies.of_reader(reader, organization, principal.member_id, after=after, limit=limit + 1)


def access_canned_reply(reader: Reader, principal: Principal, reply_id: bytes) -> CannedReplyRow:
    """One that the principal may use, or `NotFound`: colleagues' own ones do not exist for them."""
    row = canned_replies.by_id(reader, principal.organization_id, reply_id)
    if row is None or not may_use_kept(principal, row.owner_id):
        raise NotFound()
    return row


def do_create_canned_reply(tx: Tx, principal: Principal, command: CreateCannedReply) -> CannedReplyRow:
    """Keep a text under a shortcut that is free among its kind."""
    owner_id = None if command.visibility == "shared" else principal.member_id
    if not may_write_kept(principal, owner_id):
        raise Forbidden("Only admins write shared canned replies.")
    organization = principal.organization_id
    most = MOST_SHARED if owner_id is None else MOST_OWN
    if canned_replies.count(tx, organization, owner_id) >= most:
        raise LimitReached(f"There are {most:,} already; delete one first.")
    _check_shortcut(tx, principal, owner_id, command.shortcut)
    row = CannedReplyRow(
        id=tx.ids.new_bytes(),
        owner_id=owner_id,
        shortcut=command.shortcut,
        title=command.title,
        body=command.body,
        rev=tx.take_seq(organization),
        created_at=tx.now,
        updated_at=tx.now,
    )
    canned_replies.insert(tx, organization, row)
    _record(tx, principal, "canned_reply.created", row, row.rev)
    return row


def do_patch_canned_reply(
    tx: Tx, principal: Principal, reply_id: bytes, patch: PatchCannedReply
) -> CannedReplyRow:
    """Change shortcut, title or text. What is so already changes nothing."""
    before = _access_to_write(tx, principal, reply_id)
    given = patch.model_dump(exclude_unset=True)
    after = before._replace(**given)
    if after == before:
        return before
    if after.shortcut != before.shortcut:
        _check_shortcut(tx, principal, before.owner_id, after.shortcut)
    after = after._replace(rev=tx.take_seq(principal.organization_id), updated_at=tx.now)
    canned_replies.update(tx, principal.organization_id, after)
    _record(tx, principal, "canned_reply.updated", after, after.rev)
    return after


def do_delete_canned_reply(tx: Tx, principal: Principal, reply_id: bytes) -> None:
    """Forget a text; what was written with it stays as it was sent."""
    row = _access_to_write(tx, principal, reply_id)
    seq = tx.take_seq(principal.organization_id)
    canned_replies.delete(tx, principal.organization_id, reply_id)
    _record(tx, principal, "canned_reply.deleted", row, seq)
    if row.owner_id is None:
        _note_deletion(tx, principal, row.id)


def _access_to_write(reader: Reader, principal: Principal, reply_id: bytes) -> CannedReplyRow:
    row = access_canned_reply(reader, principal, reply_id)
    if not may_write_kept(principal, row.owner_id):
        raise Forbidden("Only admins change shared canned replies.")
    return row


def _check_shortcut(reader: Reader, principal: Principal, owner_id: bytes | None, shortcut: str) -> None:
    if canned_replies.with_shortcut(reader, principal.organization_id, owner_id, shortcut) is not None:
        raise Conflict(f"The shortcut {shortcut} is taken.")


def _record(tx: Tx, principal: Principal, kind: str, row: CannedReplyRow, seq: int) -> None:
    tx.record(
        principal.organization_id,
        seq,
        kind,
        "canned_reply",
        row.id,
        Audience.AGENTS if row.owner_id is None else Audience.MEMBER,
        audience_id=row.owner_id,
        actor_id=principal.actor_id,
    )


def _note_deletion(tx: Tx, principal: Principal, reply_id: bytes) -> None:
    """What everybody had is gone: that is for the audit."""
    audit.write(
        tx,
        principal.organization_id,
        "canned_reply.deleted",
        actor_id=principal.actor_id,
        entity="canned_reply",
        entity_id=reply_id,
    )
