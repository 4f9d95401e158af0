"""Rows of e-mail: the queue, and what became of it. No text and no address is kept here."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class MailRow(NamedTuple):
    """One e-mail on its way."""

    key: int
    id: bytes
    kind: str
    entity_id: bytes
    attempts: int
    created_at: int


class MailState(NamedTuple):
    """How sending goes: how many wait after a failure, since when, and why the last one failed."""

    failing: int
    since: int | None
    problem: str | None


class UnreadRow(NamedTuple):
    """A contact's conversation with replies that they have not read; times in milliseconds."""

    key: int
    id: bytes
    number: int
    email: str
    name: str | None
    unread: int
    read_seq: int
    replied_at: int
    seen_at: int
    off: int
    mailed_at: int
    settings: str
    contact_id: bytes
    page_url: str | None
    user_id: bytes | None
    is_customer: int  # who signs in as nothing more


class WayBackRow(NamedTuple):
    """Where a digest leads back to, unless somebody went that way already."""

    key: int
    id: bytes
    conversation_id: bytes
    contact_id: bytes
    user_id: bytes | None
    email: str


class _Place(NamedTuple):
    key: int
    id: bytes


class BodyRow(NamedTuple):
    """A reply as its customer reads it."""

    body: str
    author: str | None


class AgentRow(NamedTuple):
    """An agent who may be told that customers wait: how many, and since when."""

    key: int
    id: bytes
    email: str
    name: str
    waiting: int
    since: int
    mailed_at: int
    settings: str
    somebody_there: int


_UNREAD = """
    SELECT c.organization_id, c.id, c.number, x.email, x.name, c.contact_unread, c.contact_read_seq,
        c.last_public_message_at, coalesce(x.last_seen_at, 0),
        EXISTS (SELECT 1 FROM mail_off f
            JOIN contact y ON y.organization_id = f.organization_id AND y.id = f.contact_id
            WHERE f.organization_id = c.organization_id AND (y.id = x.id OR y.email = x.email)),
        coalesce((SELECT max(l.created_at) FROM mail l WHERE l.organization_id = c.organization_id
            AND l.entity_id = c.id), 0),
        o.settings, x.id, c.page_url, x.user_id,
        EXISTS (SELECT 1 FROM member m WHERE m.organization_id = c.organization_id AND m.user_id = x.user_id
            AND m.role = 'customer' AND m.disabled_at IS NULL)
    FROM conversation c
    JOIN contact x ON x.organization_id = c.organization_id AND x.id = c.contact_id AND x.email IS NOT NULL
    JOIN organization o ON o.organization_id = c.organization_id
    WHERE c.kind = 'support' AND c.contact_unread > 0 AND c.archived_at IS NULL AND c.merged_into IS NULL"""
_ONE_UNREAD = statement(f"{_UNREAD} AND c.organization_id = :organization_id AND c.id = :id")
_UNREAD_AT_START = statement("""
    SELECT organization_id, id FROM conversation
    WHERE kind = 'support' AND contact_unread > 0 AND archived_at IS NULL
        AND last_public_message_at > :since""")
_BODIES = statement("""
    SELECT m.body, CASE WHEN m.author_kind = 'persona' THEN p.name ELSE u.name END FROM public_message m
    LEFT JOIN persona p ON p.organization_id = m.organization_id AND p.id = m.author_id
    LEFT JOIN member a ON a.organization_id = m.organization_id AND a.id = m.author_id
    LEFT JOIN user_account u ON u.id = a.user_id
    WHERE m.organization_id = :organization_id AND m.conversation_id = :id AND m.seq > :read_seq
        AND m.author_kind IN ('agent', 'persona') AND m.deleted_at IS NULL
    ORDER BY m.seq DESC LIMIT :limit""")
_AGENTS = statement("""
    SELECT m.organization_id, m.id, u.email, u.name, count(*), min(c.waiting_since),
        coalesce((SELECT max(l.created_at) FROM mail l WHERE l.organization_id = m.organization_id
            AND l.entity_id = m.id), 0),
        o.settings,
        EXISTS (SELECT 1 FROM agent_online a WHERE a.organization_id = m.organization_id)
    FROM organization o
    JOIN member m ON m.organization_id = o.organization_id AND m.role <> 'customer' AND m.disabled_at IS NULL
    JOIN user_account u ON u.id = m.user_id
    JOIN conversation c ON c.organization_id = o.organization_id AND c.waiting_since IS NOT NULL
        AND c.kind = 'support' AND c.status = 'open' AND c.archived_at IS NULL
        AND (m.role = 'admin' OR c.assignee_id = m.id)
    GROUP BY m.organization_id, m.id, u.email, u.name, o.settings""")
_ANYBODY_WAITS = statement("""
    SELECT 1 FROM conversation WHERE waiting_since IS NOT NULL AND kind = 'support' AND status = 'open'
        AND archived_at IS NULL AND waiting_since <= :before LIMIT 1""")
_TURN_OFF = statement("""
    INSERT INTO mail_off (organization_id, contact_id) VALUES (:organization_id, :contact_id)
    ON CONFLICT (organization_id, contact_id) DO NOTHING""")
_TURN_ON = statement("""
    DELETE FROM mail_off WHERE organization_id = :organization_id AND contact_id = :contact_id""")
_WAY_BACK = statement("""
    SELECT l.organization_id, l.id, c.id, x.id, x.user_id, x.email FROM mail l
    JOIN conversation c ON c.organization_id = l.organization_id AND c.id = l.entity_id
    JOIN contact x ON x.organization_id = c.organization_id AND x.id = c.contact_id AND x.email IS NOT NULL
    WHERE l.organization_id = :organization_id AND l.id = :id AND l.kind = 'digest'
        AND l.used_at IS NULL AND l.created_at > :since
        AND (x.user_id IS NULL OR EXISTS (SELECT 1 FROM member m
            WHERE m.organization_id = x.organization_id AND m.user_id = x.user_id
            AND m.role = 'customer' AND m.disabled_at IS NULL))""")
_USE_WAY_BACK = statement("""
    UPDATE mail SET used_at = :now WHERE organization_id = :organization_id AND id = :id""")
_HAS_CONTACT = statement("SELECT 1 FROM contact WHERE organization_id = :organization_id AND id = :id")
_ENQUEUE = statement("""
    INSERT INTO mail (organization_id, id, kind, entity_id, next_attempt_at, created_at)
    VALUES (:organization_id, :id, :kind, :entity_id, :now, :now)""")
_DUE = statement("""
    SELECT organization_id, id, kind, entity_id, attempts, created_at FROM mail
    WHERE finished_at IS NULL AND next_attempt_at <= :now ORDER BY next_attempt_at, id LIMIT :limit""")
_TRIED = statement("""
    UPDATE mail SET attempts = attempts + 1, problem = :problem, next_attempt_at = :next_attempt_at,
        finished_at = :finished_at, sent = :sent
    WHERE organization_id = :organization_id AND id = :id AND finished_at IS NULL""")
_STATE = statement("""
    SELECT count(*), min(created_at), max(problem) FROM mail WHERE finished_at IS NULL AND attempts > 0""")
_FORGET = statement("DELETE FROM mail WHERE finished_at < :before")


def enqueue(tx: Tx, organization_id: int, kind: str, entity_id: bytes) -> None:
    """Let one be sent as soon as this is committed."""
    values = {"organization_id": organization_id, "kind": kind, "entity_id": entity_id}
    tx.run(_ENQUEUE, id=tx.ids.new_bytes(), now=tx.now, **values)


def due(reader: Reader, now: int, limit: int) -> list[MailRow]:
    """What is to be tried now, of all organizations."""
    return reader.all(MailRow, _DUE, now=now, limit=limit)


def tried(tx: Tx, row: MailRow, *, problem: str | None, next_attempt_at: int, over: bool, sent: bool) -> None:
    """What became of an attempt; `over`: it was the last one."""
    tx.run(
        _TRIED,
        organization_id=row.key,
        id=row.id,
        problem=problem,
        next_attempt_at=next_attempt_at,
        finished_at=tx.now if over else None,
        sent=int(sent),
    )


def state(reader: Reader) -> MailState:
    """How sending goes at the moment."""
    return reader.one(MailState, _STATE) or MailState(0, None, None)


def forget(tx: Tx, before: int) -> int:
    """Drop what was finished before that time; answers how many."""
    return tx.run(_FORGET, before=before)


def turn(tx: Tx, organization_id: int, contact_id: bytes, *, on: bool) -> None:
    """Whether a contact wants e-mail about replies."""
    tx.run(_TURN_ON if on else _TURN_OFF, organization_id=organization_id, contact_id=contact_id)


def unread(reader: Reader, organization_id: int, conversation_id: bytes) -> UnreadRow | None:
    """A conversation of somebody with an address, with what they have not read; None where there is none."""
    return reader.one(UnreadRow, _ONE_UNREAD, organization_id=organization_id, id=conversation_id)


def unread_since(reader: Reader, since: int) -> list[tuple[int, bytes]]:
    """The conversations with something unread that was written after that time: a look at all of them."""
    return [(each.key, each.id) for each in reader.all(_Place, _UNREAD_AT_START, since=since)]


def bodies(reader: Reader, row: UnreadRow, limit: int) -> list[BodyRow]:
    """The unread replies, the newest first; from the view that has no internal note."""
    values = {"organization_id": row.key, "id": row.id, "read_seq": row.read_seq, "limit": limit}
    return reader.all(BodyRow, _BODIES, **values)


def way_back(reader: Reader, organization_id: int, mail_id: bytes, since: int) -> WayBackRow | None:
    """Where a digest made after that time leads, to customers and who does not sign in; once."""
    return reader.one(WayBackRow, _WAY_BACK, organization_id=organization_id, id=mail_id, since=since)


def use_way_back(tx: Tx, row: WayBackRow) -> None:
    """Nobody else goes that way."""
    tx.run(_USE_WAY_BACK, organization_id=row.key, id=row.id, now=tx.now)


def has_contact(reader: Reader, organization_id: int, contact_id: bytes) -> bool:
    """Whether the contact is still there."""
    return reader.value(_HAS_CONTACT, organization_id=organization_id, id=contact_id) is not None


def is_anybody_waiting(reader: Reader, before: int) -> bool:
    """Whether a customer has waited since that time, somewhere."""
    return reader.value(_ANYBODY_WAITS, before=before) is not None


def agents_waited_for(reader: Reader) -> list[AgentRow]:
    """The agents for whom customers wait: admins for all of them, staff for their own."""
    return reader.all(AgentRow, _AGENTS)
