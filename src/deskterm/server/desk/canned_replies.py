"""Canned replies: shared ones, which admins write and every agent uses, and everybody's own."""

from typing import Final

from deskterm.protocol.wire.canned_replies import CreateCannedReply, PatchCannedReply
from deskterm.server.desk.kept import Keeping
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.kept import CANNED_REPLIES, CannedReplyRow
from deskterm.text.words import later

REPLIES: Final = Keeping(CANNED_REPLIES, "canned_reply", later("canned replies"), most_shared=1_000)


def do_create_canned_reply(tx: Tx, principal: Principal, command: CreateCannedReply) -> CannedReplyRow:
    """Keep a text under a shortcut that is free among its kind."""
    owner_id = REPLIES.owner(principal, command.visibility)
    REPLIES.check_new(tx, principal, owner_id)
    _check_shortcut(tx, principal, owner_id, command.shortcut)
    row = CannedReplyRow(
        id=tx.ids.new_bytes(),
        owner_id=owner_id,
        shortcut=command.shortcut,
        title=command.title,
        body=command.body,
        rev=tx.take_seq(principal.organization_id),
        created_at=tx.now,
        updated_at=tx.now,
    )
    return REPLIES.insert(tx, principal, row)


def do_patch_canned_reply(
    tx: Tx, principal: Principal, reply_id: bytes, patch: PatchCannedReply
) -> CannedReplyRow:
    """Change shortcut, title or text. What is so already changes nothing."""
    before = REPLIES.access_to_write(tx, principal, reply_id)
    after = before._replace(**patch.model_dump(exclude_unset=True))
    if after == before:
        return before
    if after.shortcut != before.shortcut:
        _check_shortcut(tx, principal, before.owner_id, after.shortcut)
    after = after._replace(rev=tx.take_seq(principal.organization_id), updated_at=tx.now)
    return REPLIES.update(tx, principal, after)


def _check_shortcut(reader: Reader, principal: Principal, owner_id: bytes | None, shortcut: str) -> None:
    REPLIES.check_name(reader, principal, owner_id, shortcut, f"The shortcut {shortcut} is taken.")
