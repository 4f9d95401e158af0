"""What is answered about files (see `protocol/wire/responses`)."""

from deskterm.protocol.wire.responses import Attachment


class StoredAttachment(Attachment):
    """`POST /attachments`: a file that waits for its message. `sha256` is hexadecimal."""

    sha256: str
