"""Rows of merges: which conversation went into which, with its messages, and how the other one was before."""

import json
from typing import Any, NamedTuple

from deskterm.protocol.ids import to_text
from deskterm.server.storage.database import Reader, Tx, statement

_IDS = ("assignee_id", "resolved_by", "closed_by")


class MergeRow(NamedTuple):
    """A conversation that is in another one now; `rev` is the other one's since then."""

    source_id: bytes
    target_id: bytes
    before: str
    ticket_moved: int
    rev: int


class ColumnsRow(NamedTuple):
    """What a merge changes of the conversation that stays, and an end of it gives back."""

    status: str
    snoozed_until: int | None
    resolved_at: int | None
    resolved_by: bytes | None
    closed_at: int | None
    closed_by: bytes | None
    assignee_id: bytes | None
    waiting_since: int | None
    first_reply_at: int | None
    agent_joined_at: int | None
    agent_read_seq: int
    contact_read_seq: int
    agent_unread: int
    woken_seq: int
    contact_unread: int
    preview: str | None
    public_preview: str | None
    last_message_at: int
    last_message_seq: int
    last_public_message_at: int
    merged_from: str


class LastRow(NamedTuple):
    """A message as lists show it."""

    body: str
    filename: str | None
    created_at: int
    seq: int


_OF = statement("""
    SELECT source_id, target_id, before, ticket_moved, rev FROM conversation_merge
    WHERE organization_id = :organization_id AND source_id = :source_id""")
_INSERT = statement("""
    INSERT INTO conversation_merge (organization_id, source_id, target_id, before, ticket_moved, rev, at)
    VALUES (:organization_id, :source_id, :target_id, :before, :ticket_moved, :rev, :now)""")
_FORGET = statement("""
    DELETE FROM conversation_merge WHERE organization_id = :organization_id AND source_id = :source_id""")
_FORGET_MESSAGES = statement("""
    DELETE FROM merged_message WHERE organization_id = :organization_id AND source_id = :source_id""")
_NOTE = statement("""
    INSERT INTO merged_message (organization_id, source_id, message_id)
    VALUES (:organization_id, :source_id, :message_id)""")
_NOTE_ALL = statement("""
    INSERT INTO merged_message (organization_id, source_id, message_id)
    SELECT organization_id, conversation_id, id FROM message
    WHERE organization_id = :organization_id AND conversation_id = :source_id""")
_HERE = """(SELECT message_id FROM merged_message
    WHERE organization_id = :organization_id AND source_id = :source_id)"""
_MOVE = statement(f"""
    UPDATE message SET conversation_id = :target_id, rev = :rev
    WHERE organization_id = :organization_id AND id IN {_HERE}""")
_MOVE_FILES = statement(f"""
    UPDATE attachment SET conversation_id = :target_id
    WHERE organization_id = :organization_id AND message_id IN {_HERE}""")
_MOVE_TICKET = statement("""
    UPDATE ticket SET conversation_id = :target_id, rev = :rev
    WHERE organization_id = :organization_id AND conversation_id = :source_id""")
_COLUMNS = statement(f"""
    SELECT {", ".join(ColumnsRow._fields)} FROM conversation
    WHERE organization_id = :organization_id AND id = :id""")
_LAST = """
    SELECT m.body, (SELECT min(a.filename) FROM attachment a
            WHERE a.organization_id = m.organization_id AND a.message_id = m.id), m.created_at, m.seq
    FROM %s m WHERE m.organization_id = :organization_id AND m.conversation_id = :id
        AND m.kind <> 'activity' AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1"""
_LAST_OF_ALL = statement(_LAST % "message")
_LAST_PUBLIC = statement(_LAST % "public_message")
_FIRST_REPLY = statement("""
    SELECT min(created_at) FROM message
    WHERE organization_id = :organization_id AND conversation_id = :id AND author_kind = 'agent'
        AND visibility = 'public' AND held_until IS NULL AND deleted_at IS NULL""")


def of(reader: Reader, organization_id: int, source_id: bytes) -> MergeRow | None:
    """Where a conversation is now, if it was merged into another one."""
    return reader.one(MergeRow, _OF, organization_id=organization_id, source_id=source_id)


def way(reader: Reader, organization_id: int, conversation_id: bytes) -> list[MergeRow]:
    """From one merge to the next, to the conversation where everything of this one is now."""
    found: list[MergeRow] = []
    at: MergeRow | None = of(reader, organization_id, conversation_id)
    while at is not None:
        found.append(at)
        at = of(reader, organization_id, at.target_id)
    return found


def insert(tx: Tx, organization_id: int, row: MergeRow) -> None:
    """A conversation is in another one from now on."""
    tx.run(_INSERT, organization_id=organization_id, now=tx.now, **row._asdict())


def forget(tx: Tx, organization_id: int, source_id: bytes) -> None:
    """A conversation is by itself again."""
    tx.run(_FORGET_MESSAGES, organization_id=organization_id, source_id=source_id)
    tx.run(_FORGET, organization_id=organization_id, source_id=source_id)


def note_all(tx: Tx, organization_id: int, source_id: bytes) -> None:
    """Remember which messages are the conversation's own."""
    tx.run(_NOTE_ALL, organization_id=organization_id, source_id=source_id)


def note(tx: Tx, organization_id: int, source_id: bytes, message_id: bytes) -> None:
    """A message was written to a conversation that is in another one."""
    tx.run(_NOTE, organization_id=organization_id, source_id=source_id, message_id=message_id)


def move(tx: Tx, organization_id: int, source_id: bytes, target_id: bytes, rev: int) -> None:
    """Put the messages that are the source's own, and their files, into a conversation."""
    values = {"organization_id": organization_id, "source_id": source_id, "target_id": target_id}
    tx.run(_MOVE, rev=rev, **values)
    tx.run(_MOVE_FILES, **values)


def move_ticket(tx: Tx, organization_id: int, source_id: bytes, target_id: bytes, rev: int) -> None:
    """Give the ticket of one conversation to another that has none."""
    tx.run(_MOVE_TICKET, organization_id=organization_id, source_id=source_id, target_id=target_id, rev=rev)


def columns(reader: Reader, organization_id: int, conversation_id: bytes) -> ColumnsRow:
    """The columns of a conversation that exists."""
    row = reader.one(ColumnsRow, _COLUMNS, organization_id=organization_id, id=conversation_id)
    if row is None:
        raise LookupError(conversation_id)
    return row


def last(reader: Reader, organization_id: int, conversation_id: bytes, *, public: bool) -> LastRow | None:
    """The last message, or the last one that the contact may see."""
    sql = _LAST_PUBLIC if public else _LAST_OF_ALL
    return reader.one(LastRow, sql, organization_id=organization_id, id=conversation_id)


def first_reply(reader: Reader, organization_id: int, conversation_id: bytes) -> int | None:
    """When an agent first answered."""
    found: int | None = reader.value(_FIRST_REPLY, organization_id=organization_id, id=conversation_id)
    return found


def joined(merged_from: str, source_id: bytes, number: int) -> str:
    """Those that are in a conversation, with one more."""
    return json.dumps([*json.loads(merged_from), {"id": to_text(source_id), "number": number}])


def left(merged_from: str, source_id: bytes) -> str:
    """The same without one of them."""
    return json.dumps([each for each in json.loads(merged_from) if each["id"] != to_text(source_id)])


def pack(row: ColumnsRow) -> str:
    """Columns as a merge keeps them."""
    values: dict[str, Any] = row._asdict()
    return json.dumps(values | {name: values[name].hex() for name in _IDS if values[name] is not None})


def unpack(text: str) -> ColumnsRow:
    """The same as it was packed."""
    values: dict[str, Any] = json.loads(text)
    ids = {name: bytes.fromhex(values[name]) for name in _IDS if values[name] is not None}
    return ColumnsRow(**(values | ids))
