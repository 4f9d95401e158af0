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


_SELECT = """
    SELECT id, message_id, uploader_id, filename, media_type, size FROM attachment
    WHERE organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND id = :id")
_OF_MESSAGE = statement(f"{_SELECT} AND message_id = :message_id ORDER BY id")
_TAKE = statement("""
    UPDATE attachment SET message_id = :message_id, conversation_id = :conversation_id
    WHERE organization_id = :organization_id AND id = :id""")


def by_id(reader: Reader, organization_id: int, attachment_id: bytes) -> AttachmentRow | None:
    """The file with this id."""
    return reader.one(AttachmentRow, _BY_ID, organization_id=organization_id, id=attachment_id)


def of_message(reader: Reader, organization_id: int, message_id: bytes) -> list[AttachmentRow]:
    """The files of a message in the order of their ids."""
    return reader.all(AttachmentRow, _OF_MESSAGE, organization_id=organization_id, message_id=message_id)


def take(
    tx: Tx, organization_id: int, attachment_id: bytes, *, message_id: bytes, conversation_id: bytes
) -> None:
    """Give a waiting file to a message."""
    tx.run(
        _TAKE,
        organization_id=organization_id,
        id=attachment_id,
        message_id=message_id,
        conversation_id=conversation_id,
    )
