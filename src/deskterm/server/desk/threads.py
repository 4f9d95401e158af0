"""Reading a thread, and changing what stands in it.

Notes and replies that are held are changed by their author, room messages by admins.
"""

from typing import NamedTuple

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.records import Kind
from deskterm.protocol.wire.requests import MessageQuery
from deskterm.server import policy
from deskterm.server.desk.conversations import access_conversation, preview_of, settings_of
from deskterm.server.desk.journal import Journal, Write
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.errors import Conflict, Forbidden, Invalid, NotFound, mistake
from deskterm.server.principal import Eyes, Principal
from deskterm.server.storage import audit, conversations, message_edits, messages
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.messages import MessageRow
from deskterm.server.views import messages as views
from deskterm.server.views.messages import AnyRow
from deskterm.server.views.viewer import Viewer


class Page(NamedTuple):
    """Messages, oldest first, and the id with which to ask for what is before them."""

    rows: list[AnyRow]
    next_cursor: bytes | None


def list_messages(reader: Reader, viewer: Viewer, conversation_id: bytes, query: MessageQuery) -> Page:
    """A page of a thread: the newest one, or the one before, after or around a message of it."""
    named = [name for name in ("before", "after", "around") if getattr(query, name) is not None]
    if len(named) > 1:
        raise Invalid([mistake("only one of these", "query", name) for name in named])
    row = access_conversation(reader, viewer.principal, conversation_id)
    if not named:
        return _with_cursor(reader, viewer, row, views.last(reader, viewer, row.id, query.limit))
    at = _position(reader, viewer, row, named[0], getattr(query, named[0]))
    if query.before is not None:
        rows = views.page_before(reader, viewer, row.id, at, query.limit)
    elif query.after is not None:
        rows = views.page_after(reader, viewer, row.id, at, query.limit)
    else:
        older = views.page_before(reader, viewer, row.id, at, query.limit // 2)
        rows = older + views.page_after(reader, viewer, row.id, at - 1, query.limit - len(older))
    return _with_cursor(reader, viewer, row, rows)


def _position(reader: Reader, viewer: Viewer, row: ConversationRow, name: str, message_id: str) -> int:
    """Where a message stands in the thread; one that the viewer may not read is as unknown as any other."""
    at = messages.position(
        reader,
        viewer.principal.organization_id,
        row.id,
        to_bytes(message_id),
        public=viewer.principal.eyes is Eyes.CONTACT,
    )
    if at is None:
        raise Invalid([mistake("is no message of this conversation", "query", name)])
    return at


def _with_cursor(reader: Reader, viewer: Viewer, row: ConversationRow, rows: list[AnyRow]) -> Page:
    more = bool(rows) and bool(views.page_before(reader, viewer, row.id, rows[0].seq, 1))
    return Page(rows, rows[0].id if more else None)


def access_message(reader: Reader, viewer: Viewer, message_id: bytes) -> AnyRow:
    """The message if the viewer may read it in a conversation they see now, else `NotFound`."""
    row = views.load(reader, viewer, message_id)
    if row is None:
        raise NotFound()
    access_conversation(reader, viewer.principal, row.conversation_id)
    return row


def do_edit(tx: Tx, principal: Principal, message_id: bytes, body: str) -> None:
    """Give a message another body; the one before is kept. A deleted note is there again by that."""
    row, conversation = _access_own(tx, principal, message_id)
    if row.deleted_at is not None and row.visibility == "public":
        raise Conflict("The message was deleted.")
    _check_not_gone(tx, conversation, row)
    if row.body == body and row.deleted_at is None:
        return
    previews = _previews(tx, principal, conversation, row, body)

    def write(seq: int) -> None:
        if row.deleted_at is not None:
            message_edits.restore(tx, principal.organization_id, row.id, body, seq)
            return
        message_edits.keep_body(tx, principal.organization_id, row, principal.actor_id)
        message_edits.edit(tx, principal.organization_id, row.id, body, seq)

    _change(tx, principal, row, "message.updated", write, previews)


def do_delete(tx: Tx, principal: Principal, message_id: bytes) -> None:
    """Empty a message; agents' threads keep it as deleted. Twice is as once.

    A reply that is taken back while it is held never reaches its contact; its author may do so also after the
    conversation was given to somebody else.
    """
    row, conversation = _access_held(tx, principal, message_id) or _access_own(tx, principal, message_id)
    if row.deleted_at is not None:
        return
    _check_not_gone(tx, conversation, row)
    previews = _previews(tx, principal, conversation, row, None)

    def write(seq: int) -> None:
        message_edits.keep_body(tx, principal.organization_id, row, principal.actor_id)
        message_edits.delete(tx, principal.organization_id, row.id, seq)

    _change(tx, principal, row, "message.deleted", write, previews)
    audit.write(
        tx,
        principal.organization_id,
        "message.deleted",
        actor_id=principal.actor_id,
        entity="message",
        entity_id=row.id,
        detail={"conversation": to_text(row.conversation_id)},
    )


def _access_held(
    tx: Tx, principal: Principal, message_id: bytes
) -> tuple[MessageRow, ConversationRow] | None:
    row = messages.by_id(tx, principal.organization_id, message_id)
    if row is None:
        return None
    held = row.held_until is not None and row.held_until > tx.now
    if not policy.may_take_back(principal, author_kind=row.author_kind, author_id=row.author_id, held=held):
        return None
    conversation = conversations.in_organization(tx, principal.organization_id, row.conversation_id)
    return None if conversation is None else (row, conversation)


def _access_own(
    reader: Reader, principal: Principal, message_id: bytes
) -> tuple[MessageRow, ConversationRow]:
    row = messages.by_id(reader, principal.organization_id, message_id)
    if row is None:
        raise NotFound()
    conversation = access_conversation(reader, principal, row.conversation_id)
    holds = conversation.contact_id is not None and settings_of(conversation).send_hold_seconds > 0
    allowed = policy.may_edit_message(
        principal,
        conversation.kind,
        author_kind=row.author_kind,
        author_id=row.author_id,
        visibility=row.visibility,
        held=holds or row.held_until is not None,
    )
    if not allowed:
        raise Forbidden("Only a note's author changes it.")
    return row, conversation


def _check_not_gone(tx: Tx, conversation: ConversationRow, row: MessageRow) -> None:
    """`Conflict` for a reply that has gone out: what its reader may have read stays as it is."""
    if row.visibility != "public" or conversation.kind == Kind.GROUP:
        return
    if row.held_until is None or row.held_until <= tx.now:
        raise Conflict("This reply has gone out already.")


def _is_public(row: MessageRow) -> bool:
    """Whether contacts know of the message."""
    return row.visibility == "public" and row.held_until is None


def _previews(
    reader: Reader, principal: Principal, conversation: ConversationRow, row: MessageRow, body: str | None
) -> dict[str, str | None]:
    """The previews that follow when the message gets another body, or none."""
    columns: dict[str, str | None] = {}
    for column, public in (("preview", False), ("public_preview", True)):
        if public and not _is_public(row):
            continue
        if not message_edits.is_last(
            reader, principal.organization_id, conversation.id, row.seq, public=public
        ):
            continue
        text = body
        if text is None:
            text = message_edits.last_body_without(
                reader, principal.organization_id, conversation.id, row.id, public=public
            )
        columns[column] = None if text is None else preview_of(text)
    return columns


def _change(
    tx: Tx, principal: Principal, row: MessageRow, kind: str, write: Write, previews: dict[str, str | None]
) -> None:
    organization_id = principal.organization_id
    public = _is_public(row)
    journal = Journal(tx, organization_id, principal.actor_id)
    journal.add(
        kind,
        "message",
        row.id,
        Audience.CONVERSATION if public else Audience.AGENTS_OF_CONVERSATION,
        conversation_id=row.conversation_id,
        write=write,
    )
    add_updated(journal, row.conversation_id, public=public)
    journal.close(
        lambda last: write_changes(
            tx, organization_id, row.conversation_id, dict(previews), last, public=public
        )
    )
