"""Taking rows away that an import made, and what has to be known before."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement
from deskterm.server.storage.references import References


class ThreadRow(NamedTuple):
    """A conversation in which a run placed messages."""

    id: bytes
    number: int
    kind: str
    status: str


class SaidRow(NamedTuple):
    """A public message of a conversation."""

    author_kind: str
    body: str
    created_at: int
    seq: int


_OF_RUN = """EXISTS (SELECT 1 FROM import_item i WHERE i.organization_id = m.organization_id
    AND i.id = m.id AND i.run_id = :run_id)"""
_THREADS = statement("""
    SELECT DISTINCT c.id, c.number, c.kind, c.status FROM import_item i
    JOIN message m ON m.organization_id = i.organization_id AND m.id = i.made_id
    JOIN conversation c ON c.organization_id = m.organization_id AND c.id = m.conversation_id
    WHERE i.organization_id = :organization_id AND i.run_id = :run_id AND i.entity = 'message'
    UNION
    SELECT c.id, c.number, c.kind, c.status FROM import_item i
    JOIN conversation c ON c.organization_id = i.organization_id AND c.id = i.id
    WHERE i.organization_id = :organization_id AND i.run_id = :run_id ORDER BY 2""")
_OTHERS = statement(f"""
    SELECT 1 FROM message m WHERE m.organization_id = :organization_id AND m.conversation_id = :id
        AND NOT {_OF_RUN} AND m.seq > :after LIMIT 1""")
_FIRST_SEQ = statement(f"""
    SELECT min(m.seq) FROM message m WHERE m.organization_id = :organization_id AND m.conversation_id = :id
        AND {_OF_RUN}""")
_CHANGED = statement("""
    SELECT 1 FROM conversation WHERE organization_id = :organization_id AND id = :id AND (
        assignee_id IS NOT NULL OR tags <> '[]' OR priority <> 1 OR escalated = 1
        OR (kind = 'support' AND subject IS NOT NULL)
        OR snoozed_until IS NOT NULL OR resolved_at IS NOT NULL)""")
_EDITED = statement(f"""
    SELECT 1 FROM message m WHERE m.organization_id = :organization_id AND m.conversation_id = :id
        AND {_OF_RUN} AND (m.edited_at IS NOT NULL OR m.deleted_at IS NOT NULL) LIMIT 1""")
_SAID = statement("""
    SELECT author_kind, body, created_at, seq FROM message
    WHERE organization_id = :organization_id AND conversation_id = :id AND visibility = 'public'
        AND kind <> 'activity' AND deleted_at IS NULL AND held_until IS NULL ORDER BY seq""")
_FORGET_GONE = tuple(
    statement(f"""
        DELETE FROM import_item WHERE organization_id = :organization_id AND run_id = :run_id
            AND entity IN ({entities}) AND NOT EXISTS (SELECT 1 FROM {table} x
                WHERE x.organization_id = import_item.organization_id AND x.id = import_item.made_id)""")
    for table, entities in (("message", "'message'"), ("conversation", "'support', 'personal', 'group'"))
)
_DROP_MESSAGES = statement(f"""
    DELETE FROM message AS m WHERE m.organization_id = :organization_id AND m.conversation_id = :id
        AND {_OF_RUN}""")
_DROP_OF_THREAD = tuple(
    statement(f"DELETE FROM {table} WHERE organization_id = :organization_id AND conversation_id = :id")
    for table in ("ticket", "participant", "read_cursor", "room")
)
_UNCOUNT = statement("""
    UPDATE conversation SET archived_at = :now
    WHERE organization_id = :organization_id AND id = :id AND archived_at IS NULL""")
_DROP_THREAD = statement("DELETE FROM conversation WHERE organization_id = :organization_id AND id = :id")
_WROTE = statement("""
    SELECT 1 FROM message WHERE organization_id = :organization_id AND author_id = :id LIMIT 1""")
_IN_DIRECT = statement("""
    SELECT 1 FROM participant p JOIN conversation c
        ON c.organization_id = p.organization_id AND c.id = p.conversation_id
    WHERE p.organization_id = :organization_id AND p.participant_id = :id AND c.kind <> 'group' LIMIT 1""")
_HAS_CONTACT = statement("""
    SELECT 1 FROM contact k JOIN member m ON m.organization_id = k.organization_id AND m.user_id = k.user_id
    WHERE m.organization_id = :organization_id AND m.id = :id""")
_HAS_PASSWORD = statement("SELECT 1 FROM user_account WHERE id = :id AND password_hash IS NOT NULL")
_IS_ENABLED = statement("""
    SELECT 1 FROM member WHERE organization_id = :organization_id AND id = :id AND role <> 'customer'
        AND disabled_at IS NULL""")
_LEAVE_ROOMS = statement("""
    DELETE FROM participant WHERE organization_id = :organization_id AND participant_id = :id""")
_DROP_CURSORS = statement("""
    DELETE FROM read_cursor WHERE organization_id = :organization_id AND reader_id = :id""")
_DROP_PERSONA = statement("DELETE FROM persona WHERE organization_id = :organization_id AND id = :id")
_DROP_CONTACT = statement("DELETE FROM contact WHERE organization_id = :organization_id AND id = :id")
_DROP_MEMBER = statement("DELETE FROM member WHERE organization_id = :organization_id AND id = :id")
_DROP_ACCOUNT = statement("DELETE FROM user_account WHERE id = :id")
_NEW_EPOCH = statement("UPDATE meta SET value = :value WHERE name = 'epoch'")

#: What belongs to a conversation without anybody having written it, and goes with it.
_GOES_ALONG = frozenset({"message", "ticket", "participant", "read_cursor", "room"})
_ROOMS_ONLY = frozenset({"participant"})


def threads(reader: Reader, organization_id: int, run_id: bytes) -> list[ThreadRow]:
    """Every conversation that a run made or wrote into, by number."""
    return reader.all(ThreadRow, _THREADS, organization_id=organization_id, run_id=run_id)


def is_used(
    reader: Reader,
    references: References,
    organization_id: int,
    run_id: bytes,
    thread_id: bytes,
    *,
    made: bool,
) -> bool:
    """Whether people have added to a conversation what would be lost, or would lose its context.

    In one that the run made, anything counts; in another one what was written after the run's first message.
    """
    values = {"organization_id": organization_id, "id": thread_id}
    after = -1 if made else reader.value(_FIRST_SEQ, run_id=run_id, **values)
    return (
        reader.value(_OTHERS, run_id=run_id, after=after, **values) is not None
        or reader.value(_EDITED, run_id=run_id, **values) is not None
        or (made and reader.value(_CHANGED, **values) is not None)
        or (made and references.exist(organization_id, "conversation", thread_id, but=_GOES_ALONG))
    )


def said(reader: Reader, organization_id: int, thread_id: bytes) -> list[SaidRow]:
    """What contacts may read of a conversation, oldest first."""
    return reader.all(SaidRow, _SAID, organization_id=organization_id, id=thread_id)


def drop_messages(tx: Tx, organization_id: int, run_id: bytes, thread_id: bytes) -> None:
    """Take a run's messages out of a conversation."""
    tx.run(_DROP_MESSAGES, organization_id=organization_id, run_id=run_id, id=thread_id)


def forget_gone(tx: Tx, organization_id: int, run_id: bytes) -> None:
    """Name messages and conversations no more that are not there any longer."""
    for each in _FORGET_GONE:
        tx.run(each, organization_id=organization_id, run_id=run_id)


def drop_thread(tx: Tx, organization_id: int, thread_id: bytes) -> None:
    """Take a conversation away whose messages are gone."""
    for each in _DROP_OF_THREAD:
        tx.run(each, organization_id=organization_id, id=thread_id)
    tx.run(_UNCOUNT, organization_id=organization_id, id=thread_id, now=tx.now)
    tx.run(_DROP_THREAD, organization_id=organization_id, id=thread_id)


def drop_persona(tx: Tx, references: References, organization_id: int, id_: bytes) -> bool:
    """Take a persona away unless somebody has used it; answers whether it went."""
    if references.exist(organization_id, "persona", id_):
        return False
    return bool(tx.run(_DROP_PERSONA, organization_id=organization_id, id=id_))


def drop_contact(tx: Tx, references: References, organization_id: int, id_: bytes) -> bool:
    """The same for a contact."""
    values = {"organization_id": organization_id, "id": id_}
    if references.exist(organization_id, "contact", id_) or tx.value(_WROTE, **values):
        return False
    tx.run(_DROP_CURSORS, **values)
    return bool(tx.run(_DROP_CONTACT, **values))


def drop_member(tx: Tx, references: References, organization_id: int, id_: bytes) -> bool:
    """The same for a member: not if they are a contact still, have done anything, or were let in again."""
    values = {"organization_id": organization_id, "id": id_}
    used = (_WROTE, _IN_DIRECT, _HAS_CONTACT, _IS_ENABLED)
    if references.exist(organization_id, "member", id_, but=_ROOMS_ONLY):
        return False
    if any(tx.value(each, **values) is not None for each in used):
        return False
    tx.run(_LEAVE_ROOMS, **values)
    tx.run(_DROP_CURSORS, **values)
    return bool(tx.run(_DROP_MEMBER, **values))


def drop_account(tx: Tx, references: References, organization_id: int, id_: bytes) -> bool:
    """The same for an account: not if it is in an organization or has a password."""
    if references.exist(organization_id, "user_account", id_) or tx.value(_HAS_PASSWORD, id=id_):
        return False
    return bool(tx.run(_DROP_ACCOUNT, id=id_))


def begin_epoch(tx: Tx) -> None:
    """What the log tells of is gone: every console loads its state anew."""
    tx.run(_NEW_EPOCH, value=tx.ids.new_bytes()[10:].hex())
