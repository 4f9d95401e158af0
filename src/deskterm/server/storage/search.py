"""The words of messages and subjects, to be found: fed from the event log, so that no send waits for it.

A document is one message, or the subject of a conversation. What it says is kept as words only; which
conversation it belongs to stands in `search_doc`. Each organization remembers up to where it has followed its
log; where there is no log to follow (a new table, a restored archive), it begins with what is stored.
"""

from hashlib import blake2b
from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement
from deskterm.text.search import searchable

#: More words than anybody looks for.
MOST_WORDS = 20
#: Places at which a frequent word is looked for, the newest first.
MOST_FOUND = 50_000


class Followed(NamedTuple):
    """How far an organization's search has come: in its log, and at first among stored messages and subjects.

    `message_id` and `conversation_id` are the last ones taken up; NULL when all are.
    """

    organization_id: int
    seq: int
    message_id: bytes | None
    conversation_id: bytes | None


class Text(NamedTuple):
    """What a document says; an empty text is none."""

    conversation_id: bytes
    message_id: bytes | None
    body: str


class _Where(NamedTuple):
    conversation_id: bytes


class _Document(NamedTuple):
    id: int
    digest: bytes


_BEHIND = statement("""
    SELECT o.organization_id, coalesce(f.seq, o.seq),
        CASE WHEN f.seq IS NULL THEN x'00' ELSE f.message_id END,
        CASE WHEN f.seq IS NULL THEN x'00' ELSE f.conversation_id END
    FROM organization_counter o LEFT JOIN search_followed f ON f.organization_id = o.organization_id
    WHERE f.seq IS NULL OR f.seq < o.seq OR f.message_id IS NOT NULL OR f.conversation_id IS NOT NULL
    ORDER BY o.organization_id LIMIT 1""")
_FOLLOW = statement("""
    INSERT INTO search_followed (organization_id, seq, message_id, conversation_id)
    VALUES (:organization_id, :seq, :message_id, :conversation_id)
    ON CONFLICT (organization_id) DO UPDATE
    SET seq = excluded.seq, message_id = excluded.message_id, conversation_id = excluded.conversation_id""")
_STORED = statement("""
    SELECT m.conversation_id, m.id, m.body FROM message m
    WHERE m.organization_id = :organization_id AND m.id > :after ORDER BY m.id LIMIT :limit""")
_SUBJECTS = statement("""
    SELECT c.id, NULL, coalesce(c.subject, '') FROM conversation c
    WHERE c.organization_id = :organization_id AND c.id > :after ORDER BY c.id LIMIT :limit""")
_MESSAGE = statement("""
    SELECT m.conversation_id, m.id, CASE WHEN m.deleted_at IS NULL THEN m.body ELSE '' END FROM message m
    WHERE m.organization_id = :organization_id AND m.id = :id""")
_SUBJECT = statement("""
    SELECT c.id, NULL, coalesce(c.subject, '') FROM conversation c
    WHERE c.organization_id = :organization_id AND c.id = :id""")
_DOCUMENT = statement("""
    SELECT id, digest FROM search_doc WHERE organization_id = :organization_id
        AND conversation_id = :conversation_id AND message_id IS NOT DISTINCT FROM :message_id""")
_ADD = statement("""
    INSERT INTO search_doc (organization_id, conversation_id, message_id, digest)
    VALUES (:organization_id, :conversation_id, :message_id, :digest) RETURNING id""")
_REMOVE = statement("DELETE FROM search_doc WHERE organization_id = :organization_id AND id = :id")
_ADD_WORDS = statement("INSERT INTO search (rowid, scope, body) VALUES (:id, :scope, :body)")
_REMOVE_WORDS = statement("DELETE FROM search WHERE rowid = :id")
_GONE = """SELECT d.id FROM search_doc d WHERE d.organization_id = :organization_id AND NOT EXISTS (
    SELECT 1 FROM message m WHERE m.organization_id = d.organization_id AND m.id = d.message_id
    UNION ALL SELECT 1 FROM conversation c WHERE d.message_id IS NULL
        AND c.organization_id = d.organization_id AND c.id = d.conversation_id)"""
_REMOVE_WORDS_OF_GONE = statement(f"DELETE FROM search WHERE rowid IN ({_GONE})")
_REMOVE_GONE = statement(f"DELETE FROM search_doc WHERE id IN ({_GONE})")
_FOUND = statement("""
    SELECT d.conversation_id
    FROM (SELECT rowid AS id FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT :most) AS f
    JOIN search_doc d ON d.id = f.id WHERE d.organization_id = :organization_id""")
_COUNT = statement(
    "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH :match LIMIT :most) AS found"
)


def conversations(reader: Reader, organization_id: int, match: str) -> set[bytes]:
    """The conversations in which it is found; of more than `MOST_FOUND` places the newest."""
    rows = reader.all(_Where, _FOUND, organization_id=organization_id, match=match, most=MOST_FOUND)
    return {each.conversation_id for each in rows}


def match(organization_id: int, text: str, *, phrase: bool) -> str | None:
    """What finds documents with these words one after another; None if there is no word in `text`.

    Unless it is a `phrase`, the last word may go on.
    """
    words = searchable(text)[:MOST_WORDS]
    if not words:
        return None
    said = " ".join(words)
    return f'{{scope}}: "{_scope(organization_id)}" AND {{body}}: "{said}"{"" if phrase else " *"}'


def count(reader: Reader, match: str, most: int) -> int:
    """How many documents are found, at most `most`."""
    return int(reader.value(_COUNT, match=match, most=most))


def behind(reader: Reader) -> Followed | None:
    """An organization whose search has something to take up."""
    return reader.one(Followed, _BEHIND)


def follow(tx: Tx, followed: Followed) -> None:
    """Remember how far an organization has come."""
    tx.run(_FOLLOW, **followed._asdict())


def stored(reader: Reader, organization_id: int, after: bytes, limit: int) -> list[Text]:
    """Messages by id after one."""
    return reader.all(Text, _STORED, organization_id=organization_id, after=after, limit=limit)


def subjects(reader: Reader, organization_id: int, after: bytes, limit: int) -> list[Text]:
    """Subjects by conversation after one."""
    return reader.all(Text, _SUBJECTS, organization_id=organization_id, after=after, limit=limit)


def message(reader: Reader, organization_id: int, message_id: bytes) -> Text | None:
    """What a message says now: nothing once it is deleted."""
    return reader.one(Text, _MESSAGE, organization_id=organization_id, id=message_id)


def subject(reader: Reader, organization_id: int, conversation_id: bytes) -> Text | None:
    """What a conversation is about now."""
    return reader.one(Text, _SUBJECT, organization_id=organization_id, id=conversation_id)


def put(tx: Tx, organization_id: int, text: Text) -> None:
    """Let it be found by its words, and by those alone."""
    words = " ".join(searchable(text.body))
    digest = blake2b(words.encode(), digest_size=16).digest()
    known = tx.one(
        _Document,
        _DOCUMENT,
        organization_id=organization_id,
        conversation_id=text.conversation_id,
        message_id=text.message_id,
    )
    if known is not None:
        if known.digest == digest:  # most changes of a conversation leave its subject alone
            return
        tx.run(_REMOVE_WORDS, id=known.id)
        tx.run(_REMOVE, organization_id=organization_id, id=known.id)
    if words:
        added = tx.value(
            _ADD,
            organization_id=organization_id,
            conversation_id=text.conversation_id,
            message_id=text.message_id,
            digest=digest,
        )
        tx.run(_ADD_WORDS, id=added, scope=_scope(organization_id), body=words)


def _scope(organization_id: int) -> str:
    """A word that all documents of an organization have, and no other."""
    return f"o{organization_id}"


def forget_gone(tx: Tx, organization_id: int) -> None:
    """Messages and conversations that are there no more leave no word behind."""
    tx.run(_REMOVE_WORDS_OF_GONE, organization_id=organization_id)
    tx.run(_REMOVE_GONE, organization_id=organization_id)
