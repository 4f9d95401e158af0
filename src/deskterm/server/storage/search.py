"""The words of messages and subjects, to be found: fed from the event log, so that no send waits for it.

A document is one message, or the subject of a conversation. What it says is kept as words only; which
conversation it belongs to stands in `search_doc`. Each organization remembers up to where it has followed its
log; where there is no log to follow (a new table, a restored archive), it begins with what is stored.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement
from deskterm.text.search import searchable

#: More words than anybody looks for.
MOST_WORDS = 20
#: How many conversations are asked about at a time; as many are bound each time, so that one text will do.
CHUNK = 200
_GOES_ON = " *"


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


class Found(NamedTuple):
    """Conversations in which words are; if there are more, the oldest document that was looked at."""

    conversations: set[bytes]
    oldest: int | None


class _Place(NamedTuple):
    id: int
    conversation_id: bytes


class _Span(NamedTuple):
    first: int | None
    last: int | None


class _Where(NamedTuple):
    conversation_id: bytes


class _Document(NamedTuple):
    id: int
    digest: bytes


#: The documents of one organization: their numbers begin with it, so that no other's are gone through.
OWN = "BETWEEN :organization_id * 1099511627776 AND :organization_id * 1099511627776 + 1099511627775"  # 2^40

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
_ADD = statement(f"""
    INSERT INTO search_doc (id, organization_id, conversation_id, message_id, digest)
    VALUES ((SELECT coalesce(max(id), :organization_id * 1099511627776) + 1 FROM search_doc WHERE id {OWN}),
        :organization_id, :conversation_id, :message_id, :digest) RETURNING id""")
_REMOVE = statement("DELETE FROM search_doc WHERE organization_id = :organization_id AND id = :id")
_ADD_WORDS = statement("INSERT INTO search (rowid, body) VALUES (:id, :body)")
_REMOVE_WORDS = statement("DELETE FROM search WHERE rowid = :id")
_GONE = """SELECT d.id FROM search_doc d WHERE d.organization_id = :organization_id AND NOT EXISTS (
    SELECT 1 FROM message m WHERE m.organization_id = d.organization_id AND m.id = d.message_id
    UNION ALL SELECT 1 FROM conversation c WHERE d.message_id IS NULL
        AND c.organization_id = d.organization_id AND c.id = d.conversation_id)"""
_REMOVE_WORDS_OF_GONE = statement(f"DELETE FROM search WHERE rowid IN ({_GONE})")
_REMOVE_GONE = statement(f"DELETE FROM search_doc WHERE id IN ({_GONE})")
_NEWEST = statement(f"""
    SELECT d.id, d.conversation_id
    FROM (SELECT rowid AS id FROM search WHERE search MATCH :match AND rowid {OWN}
        ORDER BY rowid DESC LIMIT :most) AS f
    CROSS JOIN search_doc d WHERE d.id = f.id AND d.organization_id = :organization_id""")
_THESE = ", ".join(f":id_{at}" for at in range(CHUNK))
_SPAN = statement(f"""
    SELECT min(id), max(id) FROM search_doc WHERE organization_id = :organization_id
        AND conversation_id IN ({_THESE}) AND id < :oldest""")
_OLDER = statement(f"""
    SELECT conversation_id FROM search_doc WHERE organization_id = :organization_id
        AND conversation_id IN ({_THESE}) AND +id BETWEEN :first AND :last AND +id IN
        (SELECT rowid FROM search WHERE search MATCH :match AND rowid BETWEEN :first AND :last)""")
_COUNT = statement(f"""
    SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH :match AND rowid {OWN} LIMIT :most) AS f""")


def newest(reader: Reader, organization_id: int, match: str, most: int) -> Found:
    """The conversations of the newest `most` places at which it is found."""
    rows = reader.all(_Place, _NEWEST, organization_id=organization_id, match=match, most=most)
    oldest = min(each.id for each in rows) if len(rows) == most else None
    return Found({each.conversation_id for each in rows}, oldest)


def older(reader: Reader, organization_id: int, match: str, ids: Sequence[bytes], oldest: int) -> set[bytes]:
    """Those of some conversations in which it is found before the document `oldest`."""
    found: set[bytes] = set()
    for at in range(0, len(ids), CHUNK):
        these = ids[at : at + CHUNK]
        bound = {f"id_{place}": these[min(place, len(these) - 1)] for place in range(CHUNK)}
        values = {"organization_id": organization_id, **bound}
        span = reader.one(_Span, _SPAN, oldest=oldest, **values)
        if span is not None and span.first is not None:
            rows = reader.all(_Where, _OLDER, match=match, first=span.first, last=span.last, **values)
            found.update(each.conversation_id for each in rows)
    return found


def match(text: str, *, phrase: bool) -> str | None:
    """What finds documents with these words one after another; None if there is no word in `text`.

    Unless it is a `phrase`, the last word may go on.
    """
    words = searchable(text)[:MOST_WORDS]
    if not words:
        return None
    return f'"{" ".join(words)}"{"" if phrase else _GOES_ON}'


def is_rare(reader: Reader, organization_id: int, match: str, most: int) -> bool:
    """Whether fewer than `most` documents are found.

    What a word goes on to is gathered whole before anything is counted, so its own places are counted first.
    """
    whole = match.removesuffix(_GOES_ON)
    return all(
        reader.value(_COUNT, organization_id=organization_id, match=each, most=most) < most
        for each in dict.fromkeys((whole, match))
    )


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
        tx.run(_ADD_WORDS, id=added, body=words)


def forget_gone(tx: Tx, organization_id: int) -> None:
    """Messages and conversations that are there no more leave no word behind."""
    tx.run(_REMOVE_WORDS_OF_GONE, organization_id=organization_id)
    tx.run(_REMOVE_GONE, organization_id=organization_id)
