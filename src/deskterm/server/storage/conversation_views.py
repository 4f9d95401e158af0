"""What is shown of conversations, read for many ids at once: one statement for agents, another for contacts.

The statement for contacts names no column that is not theirs to see.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from deskterm.server.storage.database import Reader, statement
from deskterm.server.storage.reads import UNREAD_LIMIT


class PublicConversationRow(NamedTuple):
    """A conversation as its contact sees it; a snoozed one reads as open."""

    id: bytes
    number: int
    kind: str
    status: str
    subject: str | None
    persona_id: bytes | None
    persona_name: str | None
    persona_title: str | None
    persona_initials: str | None
    persona_color: str | None
    persona_open: int | None
    persona_support: int | None
    persona_retired_at: int | None
    unread: int
    preview: str | None
    previous_id: bytes | None
    next_id: bytes | None
    agent_read_seq: int
    created_at: int
    updated_at: int
    last_message_at: int
    rev: int


class AgentConversationRow(NamedTuple):
    """A conversation as agents see it."""

    id: bytes
    number: int
    kind: str
    source: str
    status: str
    priority: int
    subject: str | None
    tags: str
    contact_id: bytes | None
    contact_kind: str | None
    contact_lead_status: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    contact_company: str | None
    contact_last_seen_at: int | None
    assignee_id: bytes | None
    assignee_name: str | None
    persona_id: bytes | None
    persona_name: str | None
    persona_title: str | None
    persona_initials: str | None
    persona_color: str | None
    persona_open: int | None
    persona_support: int | None
    persona_retired_at: int | None
    ticket_id: bytes | None
    ticket_subject: str | None
    unread: int
    preview: str | None
    waiting_since: int | None
    snoozed_until: int | None
    first_reply_at: int | None
    agent_joined_at: int | None
    escalated: int
    escalated_reason: str | None
    escalated_at: int | None
    resolved_at: int | None
    resolved_by: bytes | None
    resolved_by_name: str | None
    page_url: str | None
    referrer: str | None
    metadata: str
    previous_id: bytes | None
    next_id: bytes | None
    merged_from: str
    archived_at: int | None
    agent_read_seq: int
    contact_read_seq: int
    created_at: int
    updated_at: int
    last_message_at: int
    rev: int


class ParticipantRow(NamedTuple):
    """Someone in a direct conversation or a room; customers who are members show as contacts."""

    conversation_id: bytes
    kind: str
    id: bytes
    name: str | None


class _Voice(NamedTuple):
    settings: str
    support_persona_id: bytes | None


_UNREAD_BY_CURSOR = f"""(SELECT count(*) FROM (SELECT 1 FROM message m
            WHERE m.organization_id = c.organization_id AND m.conversation_id = c.id
                AND m.seq > coalesce((SELECT r.seq FROM read_cursor r
                    WHERE r.organization_id = c.organization_id AND r.conversation_id = c.id
                        AND r.reader_id = :reader_id), 0)
                AND m.visibility = 'public' AND m.kind <> 'activity' AND m.deleted_at IS NULL
                AND m.held_until IS NULL
                AND (m.author_id IS NULL OR m.author_id <> :reader_id) LIMIT {UNREAD_LIMIT}) unread)"""
#: How much an agent (`:reader_id`, `:own_contact_id`) has not read of `c`.
AGENTS_UNREAD = f"""CASE WHEN c.kind = 'support' AND c.agent_unread > 0 THEN c.agent_unread
            WHEN c.kind = 'support' THEN CASE WHEN c.woken_seq > c.agent_read_seq THEN 1 ELSE 0 END
            WHEN c.kind = 'personal' AND c.contact_id <> coalesce(:own_contact_id, x'') THEN 0
            ELSE {_UNREAD_BY_CURSOR} END"""
_PERSONA = "p.id, p.name, p.title, p.initials, p.color, p.open, p.support, p.retired_at"
_JOIN_PERSONA = """LEFT JOIN persona p ON p.organization_id = c.organization_id
        AND p.id = CASE WHEN c.persona_id IS NOT NULL THEN c.persona_id
            WHEN c.kind = 'support' THEN :support_persona_id END"""
_WHERE = "WHERE c.organization_id = :organization_id AND c.id IN (%s)"

_CONTACTS = f"""
    SELECT c.id, c.number, c.kind, CASE WHEN c.status = 'snoozed' THEN 'open' ELSE c.status END, c.subject,
        {_PERSONA},
        CASE WHEN c.kind = 'support' THEN c.contact_unread ELSE {_UNREAD_BY_CURSOR} END,
        c.public_preview, c.previous_id, c.next_id, c.agent_read_seq, c.created_at,
        CASE WHEN c.public_updated_at > 0 THEN c.public_updated_at ELSE c.created_at END,
        c.last_public_message_at, c.public_rev
    FROM conversation c {_JOIN_PERSONA} {_WHERE}"""
_AGENTS = f"""
    SELECT c.id, c.number, c.kind, c.source, c.status, c.priority, c.subject, c.tags,
        k.id, k.kind, k.lead_status, coalesce(k.name, 'Visitor ' || k.visitor_number), k.email, k.phone,
        k.company, k.last_seen_at,
        c.assignee_id, ua.name, {_PERSONA}, t.id, t.subject,
        {AGENTS_UNREAD},
        c.preview, c.waiting_since, c.snoozed_until, c.first_reply_at, c.agent_joined_at,
        c.escalated, c.escalated_reason, c.escalated_at, c.resolved_at, c.resolved_by, ur.name,
        c.page_url, c.referrer, c.metadata, c.previous_id, c.next_id, c.merged_from, c.archived_at,
        c.agent_read_seq, c.contact_read_seq, c.created_at, c.updated_at, c.last_message_at, c.rev
    FROM conversation c
    LEFT JOIN contact k ON k.organization_id = c.organization_id AND k.id = c.contact_id
    LEFT JOIN member ma ON ma.organization_id = c.organization_id AND ma.id = c.assignee_id
    LEFT JOIN user_account ua ON ua.id = ma.user_id
    {_JOIN_PERSONA}
    LEFT JOIN ticket t ON t.organization_id = c.organization_id AND t.conversation_id = c.id
    LEFT JOIN member mr ON mr.organization_id = c.organization_id AND mr.id = c.resolved_by
    LEFT JOIN user_account ur ON ur.id = mr.user_id
    {_WHERE}"""
_PARTICIPANTS = """
    SELECT q.conversation_id,
        CASE WHEN q.kind = 'member' AND m.role = 'customer' THEN 'contact'
            WHEN q.kind = 'member' THEN 'agent' ELSE q.kind END,
        CASE WHEN q.kind = 'member' AND m.role = 'customer' AND k2.id IS NOT NULL THEN k2.id
            ELSE q.participant_id END,
        CASE q.kind WHEN 'member' THEN u.name WHEN 'persona' THEN p.name
            ELSE coalesce(k.name, 'Visitor ' || k.visitor_number, 'Visitor') END
    FROM participant q
    LEFT JOIN member m ON m.organization_id = q.organization_id AND m.id = q.member_id
    LEFT JOIN user_account u ON u.id = m.user_id
    LEFT JOIN contact k2 ON k2.organization_id = q.organization_id AND k2.user_id = m.user_id
    LEFT JOIN contact k ON k.organization_id = q.organization_id AND k.id = q.contact_id
    LEFT JOIN persona p ON p.organization_id = q.organization_id AND p.id = q.persona_id
    WHERE q.organization_id = :organization_id AND q.conversation_id IN (%s)
    ORDER BY %s"""
_IN_DIRECT = _PARTICIPANTS % ("%s", "q.conversation_id, q.joined_at, q.participant_id")
_IN_ROOM = statement(_PARTICIPANTS % (":id", "q.kind, q.participant_id LIMIT :limit"))
#: A room may have thousands of members; with the conversation come so many, the first by id.
SHOWN_IN_ROOM = 50
_VOICE = statement("""
    SELECT o.settings, (SELECT p.id FROM persona p
        WHERE p.organization_id = o.organization_id AND p.support = 1 AND p.retired_at IS NULL)
    FROM organization o WHERE o.organization_id = :organization_id""")

#: How many ids one statement takes; every size up to it would be a text of its own to compile.
_SIZES = (1, 8, 50, 200)


@lru_cache(maxsize=16)
def _sized(text: str, size: int) -> str:
    return text % ", ".join(f":i{at}" for at in range(size))


for _text in (_CONTACTS, _AGENTS, _IN_DIRECT):
    statement(_sized(_text, 1))


def _chunks(ids: Sequence[bytes]) -> list[tuple[int, dict[str, bytes]]]:
    """Sizes and values for reading all ids; a chunk that is not full repeats its last id."""
    made = []
    for start in range(0, len(ids), _SIZES[-1]):
        chunk = ids[start : start + _SIZES[-1]]
        size = next(each for each in _SIZES if each >= len(chunk))
        last = len(chunk) - 1
        made.append((size, {f"i{at}": chunk[min(at, last)] for at in range(size)}))
    return made


def voice(reader: Reader, organization_id: int) -> tuple[str, bytes | None]:
    """The organization's settings (JSON) and its support persona."""
    row = reader.one(_Voice, _VOICE, organization_id=organization_id)
    if row is None:
        raise LookupError(f"there is no organization {organization_id}")
    return row.settings, row.support_persona_id


def for_contacts(
    reader: Reader, organization_id: int, ids: Sequence[bytes], **values: Any
) -> dict[bytes, PublicConversationRow]:
    """Conversations by id as contacts see them; `values`: `reader_id`, `support_persona_id`."""
    found = {}
    for size, chunk in _chunks(ids):
        text = _sized(_CONTACTS, size)
        for row in reader.all(
            PublicConversationRow, text, organization_id=organization_id, **chunk, **values
        ):
            found[row.id] = row
    return found


def for_agents(
    reader: Reader, organization_id: int, ids: Sequence[bytes], **values: Any
) -> dict[bytes, AgentConversationRow]:
    """Conversations by id as agents see them; `values`: `reader_id`, `own_contact_id`, `support_persona_id`.

    A contact's notifications are unread to the contact only.
    """
    found = {}
    for size, chunk in _chunks(ids):
        text = _sized(_AGENTS, size)
        for row in reader.all(AgentConversationRow, text, organization_id=organization_id, **chunk, **values):
            found[row.id] = row
    return found


def participants(
    reader: Reader, organization_id: int, ids: Sequence[bytes]
) -> dict[bytes, list[ParticipantRow]]:
    """Who takes part in each of these direct conversations, in the order they joined."""
    found: dict[bytes, list[ParticipantRow]] = {}
    for size, chunk in _chunks(ids):
        text = _sized(_IN_DIRECT, size)
        for row in reader.all(ParticipantRow, text, organization_id=organization_id, **chunk):
            found.setdefault(row.conversation_id, []).append(row)
    return found


def room_participants(reader: Reader, organization_id: int, room_id: bytes) -> list[ParticipantRow]:
    """The first of those who are in a room; all of them are a list of its own."""
    return reader.all(
        ParticipantRow, _IN_ROOM, organization_id=organization_id, id=room_id, limit=SHOWN_IN_ROOM
    )
