"""Rows of messages. Agents' statements read the table, contacts' only the view that knows no internal row."""

from typing import Any, NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class MessageRow(NamedTuple):
    """A message as agents may see it; `author_id` is the real author even behind a persona.

    `held_until` is when a reply goes out that is held; it stays on one that was taken back before.
    """

    id: bytes
    conversation_id: bytes
    seq: int
    rev: int
    author_kind: str
    author_id: bytes | None
    author_name: str | None
    persona_id: bytes | None
    persona_name: str | None
    kind: str
    visibility: str
    body: str
    style: str | None
    attachment_count: int
    created_at: int
    edited_at: int | None
    deleted_at: int | None
    held_until: int | None = None


class PublicMessageRow(NamedTuple):
    """A message as contacts may see it; the author is whoever speaks, a persona where one does."""

    id: bytes
    conversation_id: bytes
    seq: int
    rev: int
    author_kind: str
    author_id: bytes | None
    author_name: str | None
    kind: str
    body: str
    style: str | None
    attachment_count: int
    created_at: int
    edited_at: int | None
    deleted_at: int | None


class NewMessage(NamedTuple):
    """What is stored of a new message."""

    id: bytes
    conversation_id: bytes
    author_kind: str
    author_id: bytes | None
    persona_id: bytes | None
    voice_persona_id: bytes | None
    kind: str
    visibility: str
    body: str
    style: str | None = None
    attachment_count: int = 0
    held_until: int | None = None


def as_stored(
    message: NewMessage, seq: int, now: int, *, author_name: str, persona_name: str | None
) -> MessageRow:
    """The row that reading a message back just after storing it would give, without the read.

    Plain strings, as storage gives them: writing an enum as JSON takes four times as long.
    """
    return MessageRow(
        message.id,
        message.conversation_id,
        seq,
        seq,
        str(message.author_kind),
        message.author_id,
        author_name,
        message.persona_id,
        persona_name,
        str(message.kind),
        str(message.visibility),
        message.body,
        message.style,
        message.attachment_count,
        now,
        None,
        None,
        message.held_until,
    )


_AGENTS = """
    SELECT m.id, m.conversation_id, m.seq, m.rev, m.author_kind, m.author_id,
        CASE m.author_kind
            WHEN 'agent' THEN (SELECT u.name FROM member b JOIN user_account u ON u.id = b.user_id
                WHERE b.organization_id = m.organization_id AND b.id = m.author_id)
            WHEN 'contact' THEN (SELECT coalesce(k.name, k.email, 'Visitor ' || k.visitor_number, 'Visitor')
                FROM contact k WHERE k.organization_id = m.organization_id AND k.id = m.author_id)
        END,
        m.persona_id,
        CASE WHEN m.persona_id IS NOT NULL THEN (SELECT p.name FROM persona p
            WHERE p.organization_id = m.organization_id AND p.id = m.persona_id) END,
        m.kind, m.visibility, m.body, m.style, m.attachment_count, m.created_at, m.edited_at, m.deleted_at,
        m.held_until
    FROM message m WHERE m.organization_id = :organization_id"""
_CONTACTS = """
    SELECT m.id, m.conversation_id, m.seq, m.rev, m.author_kind, m.author_id,
        CASE m.author_kind
            WHEN 'persona' THEN (SELECT p.name FROM persona p
                WHERE p.organization_id = m.organization_id AND p.id = m.author_id)
            WHEN 'agent' THEN (SELECT u.name FROM member b JOIN user_account u ON u.id = b.user_id
                WHERE b.organization_id = m.organization_id AND b.id = m.author_id)
            WHEN 'contact' THEN (SELECT coalesce(k.name, 'Visitor ' || k.visitor_number, 'Visitor')
                FROM contact k WHERE k.organization_id = m.organization_id AND k.id = m.author_id)
        END,
        m.kind, m.body, m.style, m.attachment_count, m.created_at, m.edited_at, m.deleted_at
    FROM public_message m WHERE m.organization_id = :organization_id"""

_BY_ID = statement(f"{_AGENTS} AND m.id = :id")
_PUBLIC_BY_ID = statement(f"{_CONTACTS} AND m.id = :id")
_IN = " AND m.conversation_id = :conversation_id"
_BEFORE = f"{_IN} AND m.seq < :seq ORDER BY m.seq DESC LIMIT :limit"
_AFTER = f"{_IN} AND m.seq > :seq ORDER BY m.seq LIMIT :limit"
_PAGE_BEFORE = statement(_AGENTS + _BEFORE)
_PAGE_AFTER = statement(_AGENTS + _AFTER)
_PUBLIC_PAGE_BEFORE = statement(_CONTACTS + _BEFORE)
_PUBLIC_PAGE_AFTER = statement(_CONTACTS + _AFTER)
_SEQ_OF = statement("""
    SELECT seq FROM message
    WHERE organization_id = :organization_id AND id = :id AND conversation_id = :conversation_id""")
_PUBLIC_SEQ_OF = statement("""
    SELECT seq FROM public_message
    WHERE organization_id = :organization_id AND id = :id AND conversation_id = :conversation_id""")
_OTHERS_REPLIES = statement(f"""{_AGENTS}{_IN} AND m.seq > :seq AND m.author_kind = 'agent'
    AND m.author_id <> :author_id AND m.visibility = 'public' AND m.deleted_at IS NULL
    ORDER BY m.seq LIMIT 50""")
_INSERT = statement("""
    INSERT INTO message (organization_id, seq, rev, created_at, id, conversation_id, author_kind, author_id,
        persona_id, voice_persona_id, kind, visibility, body, style, attachment_count, held_until)
    VALUES (:organization_id, :seq, :seq, :now, :id, :conversation_id, :author_kind, :author_id,
        :persona_id, :voice_persona_id, :kind, :visibility, :body, :style, :attachment_count, :held_until)""")

#: Beyond every log position: the newest page is the page before it.
END = 2**62


def by_id(reader: Reader, organization_id: int, message_id: bytes) -> MessageRow | None:
    """The message with this id, whoever may see it."""
    return reader.one(MessageRow, _BY_ID, organization_id=organization_id, id=message_id)


def public_by_id(reader: Reader, organization_id: int, message_id: bytes) -> PublicMessageRow | None:
    """The message with this id, unless it is internal."""
    return reader.one(PublicMessageRow, _PUBLIC_BY_ID, organization_id=organization_id, id=message_id)


def before(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int, limit: int
) -> list[MessageRow]:
    """The last messages before `seq`, newest first."""
    return reader.all(MessageRow, _PAGE_BEFORE, **_page(organization_id, conversation_id, seq, limit))


def after(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int, limit: int
) -> list[MessageRow]:
    """The first messages after `seq`, oldest first."""
    return reader.all(MessageRow, _PAGE_AFTER, **_page(organization_id, conversation_id, seq, limit))


def public_before(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int, limit: int
) -> list[PublicMessageRow]:
    """The last public messages before `seq`, newest first."""
    return reader.all(
        PublicMessageRow, _PUBLIC_PAGE_BEFORE, **_page(organization_id, conversation_id, seq, limit)
    )


def public_after(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int, limit: int
) -> list[PublicMessageRow]:
    """The first public messages after `seq`, oldest first."""
    return reader.all(
        PublicMessageRow, _PUBLIC_PAGE_AFTER, **_page(organization_id, conversation_id, seq, limit)
    )


def _page(organization_id: int, conversation_id: bytes, seq: int, limit: int) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "limit": limit,
    }


def position(
    reader: Reader, organization_id: int, conversation_id: bytes, message_id: bytes, *, public: bool
) -> int | None:
    """The `seq` of a message of this conversation; with `public` internal ones do not exist."""
    sql = _PUBLIC_SEQ_OF if public else _SEQ_OF
    found: int | None = reader.value(
        sql, organization_id=organization_id, id=message_id, conversation_id=conversation_id
    )
    return found


def others_replies(
    reader: Reader, organization_id: int, conversation_id: bytes, seq: int, author_id: bytes
) -> list[MessageRow]:
    """What agents other than `author_id` wrote publicly after `seq`, oldest first, at most 50."""
    return reader.all(
        MessageRow,
        _OTHERS_REPLIES,
        organization_id=organization_id,
        conversation_id=conversation_id,
        seq=seq,
        author_id=author_id,
    )


def insert(tx: Tx, organization_id: int, seq: int, message: NewMessage) -> None:
    """Store a new message at its log position."""
    tx.put(_INSERT, (organization_id, seq, tx.now, *message))
