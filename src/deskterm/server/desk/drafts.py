"""Drafts: what a person has begun to write in a conversation, for their other devices.

They are their author's alone. Who loses sight of the conversation cannot reach them either; they stay, and
are there again with the conversation.
"""

from deskterm.protocol.records import Visibility
from deskterm.protocol.wire.drafts import PutDraft
from deskterm.server import policy
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.journal import Journal, Write
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
    """Keep a text; a blank one is forgotten, the same one changes nothing.

    Raises `Forbidden` where the principal could not send it, `NotFound`, and `Stale` with the `rev` there is
    if that is not the one the writer knows.
    """
    if command.visibility is Visibility.INTERNAL and not policy.may_note(principal):
        raise Forbidden("Only agents write internal notes.")
    row = access_conversation(tx, principal, conversation_id)
    if not policy.may_write(principal, row.facts()):
        raise Forbidden("Nobody can write into this conversation.")
    organization_id, author_id = principal.organization_id, principal.actor_id
    before = drafts.of(tx, organization_id, author_id, row.id).get(command.visibility)
    known = 0 if before is None else before.rev
    if command.if_rev is not None and command.if_rev != known:
        raise Stale("This draft was changed elsewhere.", extra={"rev": known})
    body = command.body if command.body.strip() else ""
    if body == ("" if before is None else before.body):
        return
    if not body:
        _tell(tx, principal, row.id, _forgetting(tx, principal, row.id, command.visibility))
        return

    def write(seq: int) -> None:
        drafts.put(tx, organization_id, author_id, row.id, command.visibility, body=body, rev=seq)

    _tell(tx, principal, row.id, write)


def do_delete_draft(
    tx: Tx, principal: Principal, conversation_id: bytes, visibility: Visibility | None
) -> None:
    """Forget one draft or both; what is not there is forgotten already."""
    found = access_drafts(tx, principal, conversation_id)
    for each in found:
        if visibility is None or each == visibility:
            _tell(tx, principal, conversation_id, _forgetting(tx, principal, conversation_id, each))


def _forgetting(tx: Tx, principal: Principal, conversation_id: bytes, visibility: str) -> Write:
    def forget(_: int) -> None:
        drafts.delete(tx, principal.organization_id, principal.actor_id, conversation_id, visibility)

    return forget


def _tell(tx: Tx, principal: Principal, conversation_id: bytes, write: Write) -> None:
    """Tell the author's own devices and nobody else."""
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    journal.add(
        "draft.updated",
        "draft",
        conversation_id,
        Audience.MEMBER if principal.is_agent else Audience.CONTACT,
        conversation_id=conversation_id,
        audience_id=principal.actor_id,
        write=write,
    )
    journal.close(_nothing)


def _nothing(last: int) -> None:
    """The conversation itself stays as it is."""
