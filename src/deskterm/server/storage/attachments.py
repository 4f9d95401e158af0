"""Rows of attachments: files wait for a message, which takes them for good."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class AttachmentRow(NamedTuple):
    """A stored file."""

    id: bytes
    message_id: bytes | None
    uploader_id: bytes
    filename: str
    media_type: str
    size: int
    sha256: bytes


class Content(NamedTuple):
    """What some files have in common: their bytes."""

    sha256: bytes
    size: int


_SELECT = """
    SELECT id, message_id, uploader_id, filename, media_type, size, sha256 FROM attachment
    WHERE organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND id = :id")
_OF_MESSAGE = statement(f"{_SELECT} AND message_id = :message_id ORDER BY place, id")
_TAKE = statement("""
    UPDATE attachment SET message_id = :message_id, conversation_id = :conversation_id, place = :place
    WHERE organization_id = :organization_id AND id = :id""")

_INSERT = statement("""
    INSERT INTO attachment (organization_id, id, uploader_id, filename, media_type, size, sha256, created_at)
    VALUES (:organization_id, :id, :uploader_id, :filename, :media_type, :size, :sha256, :now)""")
_TOTAL = statement("SELECT coalesce(sum(size), 0) FROM attachment WHERE organization_id = :organization_id")
_OF_VISITORS = statement("""
    SELECT coalesce(sum(a.size), 0) FROM attachment a
    JOIN contact k ON k.organization_id = a.organization_id AND k.id = a.uploader_id
    WHERE a.organization_id = :organization_id AND k.user_id IS NULL""")
_WAITING = statement("""
    SELECT count(*) FROM attachment WHERE organization_id = :organization_id
    AND uploader_id = :uploader_id AND message_id IS NULL""")
_REFERRED = statement("SELECT 1 FROM attachment WHERE sha256 = :sha256 LIMIT 1")
_CONTENTS = statement("SELECT DISTINCT sha256, size FROM attachment ORDER BY sha256")
_CONTENTS_OF = statement("""
    SELECT DISTINCT sha256, size FROM attachment WHERE organization_id = :organization_id ORDER BY sha256""")
_LEFT = statement("""
    SELECT sha256, size FROM attachment WHERE message_id IS NULL AND created_at < :before
    ORDER BY created_at, organization_id, id LIMIT :limit""")
_FORGET = statement("""
    DELETE FROM attachment WHERE message_id IS NULL AND (organization_id, id) IN (
        SELECT organization_id, id FROM attachment WHERE message_id IS NULL AND created_at < :before
        ORDER BY created_at, organization_id, id LIMIT :limit)""")


def by_id(reader: Reader, organization_id: int, attachment_id: bytes) -> AttachmentRow | None:
    """The file with this id."""
    return reader.one(AttachmentRow, _BY_ID, organization_id=organization_id, id=attachment_id)


def of_message(reader: Reader, organization_id: int, message_id: bytes) -> list[AttachmentRow]:
    """The files of a message in its author's order."""
    return reader.all(AttachmentRow, _OF_MESSAGE, organization_id=organization_id, message_id=message_id)


def take(
    tx: Tx,
    organization_id: int,
    attachment_id: bytes,
    *,
    message_id: bytes,
    conversation_id: bytes,
    place: int,
) -> None:
    """Give a waiting file to a message, as the one at `place`."""
    tx.run(
        _TAKE,
        organization_id=organization_id,
        id=attachment_id,
        message_id=message_id,
        conversation_id=conversation_id,
        place=place,
    )


def insert(
    tx: Tx,
    organization_id: int,
    *,
    attachment_id: bytes,
    uploader_id: bytes,
    filename: str,
    media_type: str,
    size: int,
    sha256: bytes,
) -> None:
    """Store a file that waits for its message."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=attachment_id,
        uploader_id=uploader_id,
        filename=filename,
        media_type=media_type,
        size=size,
        sha256=sha256,
        now=tx.now,
    )


def total_size(reader: Reader, organization_id: int) -> int:
    """Bytes of all files of an organization, equal ones counted each."""
    return int(reader.value(_TOTAL, organization_id=organization_id))


def size_of_visitors(reader: Reader, organization_id: int) -> int:
    """Bytes of the files that contacts without an account have sent."""
    return int(reader.value(_OF_VISITORS, organization_id=organization_id))


def waiting(reader: Reader, organization_id: int, uploader_id: bytes) -> int:
    """How many files of this person no message has taken."""
    return int(reader.value(_WAITING, organization_id=organization_id, uploader_id=uploader_id))


def is_referred(reader: Reader, sha256: bytes) -> bool:
    """Whether any file has this content."""
    return reader.value(_REFERRED, sha256=sha256) is not None


def contents(reader: Reader) -> list[Content]:
    """The content of all files, once each."""
    return reader.all(Content, _CONTENTS)


def contents_of(reader: Reader, organization_id: int) -> list[Content]:
    """The content of an organization's files, once each."""
    return reader.all(Content, _CONTENTS_OF, organization_id=organization_id)


def forget_waiting(tx: Tx, before: int, limit: int) -> list[Content]:
    """Remove files that no message took since `before`; answers what they held."""
    left = tx.all(Content, _LEFT, before=before, limit=limit)
    if left:
        tx.run(_FORGET, before=before, limit=limit)
    return left
