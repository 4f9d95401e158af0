"""Drafts: what a person has begun to write in a conversation, for their other devices.

They are their author's alone. Who loses sight of the conversation cannot reach them either; they stay, and
are there again with the conversation.
"""

import json
from collections.abc import Mapping

from deskterm.protocol.records import Visibility
from deskterm.protocol.wire.drafts import PutDraft
from deskterm.server import policy
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.journal import Journal
from deskterm.server.errors import Forbidden, Stale
from deskterm.server.principal import Principal
from deskterm.server.storage import drafts
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.drafts import DraftRow


def access_drafts(reader: Reader, principal: Principal, conversation_id: bytes) -> dict[str, DraftRow]:
    """The principal's own drafts in a conversation that they see now, by visibility."""
    row = access_conversation(reader, principal, conversation_id)
    return drafts.of(reader, principal.organization_id, principal.actor_id, row.id)


def do_put_draft(tx: Tx, principal: Principal, conversation_id: bytes, command: PutDraft) -> None:
    """Keep a text and what is open in it; a blank one is forgotten, the same one changes nothing.

    Raises `Forbidden` where the principal could not send it, `NotFound`, and `Stale` with the `rev` there is
    if that is not the one the writer knows.
    """
    if command.visibility is Visibility.INTERNAL and not policy.may_note(principal):
        raise Forbidden("Only agents write internal notes.")
    row = access_conversation(tx, principal, conversation_id)
    if not policy.may_write(principal, row.kind, row.silenced):
        raise Forbidden("Nobody can write into this conversation.")
    organization_id, author_id = principal.organization_id, principal.actor_id
    before = drafts.of(tx, organization_id, author_id, row.id).get(command.visibility)
    known = 0 if before is None else before.rev
    body, blanks = (command.body, _kept(command.blanks)) if command.body.strip() else ("", _kept({}))
    if (body, blanks) == (("", blanks) if before is None else (before.body, before.blanks)):
        return  # so it is also for a device whose answer was lost
    if command.if_rev is not None and command.if_rev != known:
        raise Stale("This draft was changed elsewhere.", extra={"rev": known})
    _write(tx, principal, row.id, command.visibility, body, blanks)


def do_delete_draft(
    tx: Tx, principal: Principal, conversation_id: bytes, visibility: Visibility | None
) -> None:
    """Forget one draft or both; what is not there is forgotten already."""
    for each in access_drafts(tx, principal, conversation_id).values():
        if each.body and visibility in (None, each.visibility):
            _write(tx, principal, conversation_id, each.visibility, "", _kept({}))


def _kept(blanks: Mapping[str, int]) -> str:
    return json.dumps(blanks, sort_keys=True)


def _write(
    tx: Tx, principal: Principal, conversation_id: bytes, visibility: str, body: str, blanks: str
) -> None:
    """Keep a text, and tell the author's own devices and nobody else.

    An empty one stays for a while: devices that were away learn by it that the text was sent or thrown away.
    """
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    journal.add(
        "draft.updated",
        "draft",
        conversation_id,
        Audience.MEMBER if principal.is_agent else Audience.CONTACT,
        conversation_id=conversation_id,
        audience_id=principal.actor_id,
        write=lambda seq: drafts.put(
            tx,
            principal.organization_id,
            principal.actor_id,
            conversation_id,
            visibility,
            body=body,
            blanks=blanks,
            rev=seq,
        ),
    )
    journal.close(_nothing)


def _nothing(last: int) -> None:
    """The conversation itself stays as it is."""
