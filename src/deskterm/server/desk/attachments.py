"""Files: kept when they are uploaded, taken by a message, and from then on as visible as that message."""

from typing import NamedTuple

from deskterm.server.desk.threads import access_message
from deskterm.server.errors import LimitReached, NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import attachments
from deskterm.server.storage.attachments import AttachmentRow, Content
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views.viewer import Viewer

#: How many files of one person may wait for their messages.
MOST_WAITING = 60
#: For how long a file waits for a message.
WAITS_MS = 24 * 3600 * 1000


#: Website visitors' files fill half of an organization's room at most: customers and agents have the rest.
VISITORS_PART = 2


class Coming(NamedTuple):
    """What else is on its way in: files of the same person, and bytes for the same organization."""

    files: int = 0
    size: int = 0


NOTHING = Coming()


class Upload(NamedTuple):
    """A file that has come in."""

    filename: str
    media_type: str
    size: int
    sha256: bytes


def check_room(reader: Reader, principal: Principal, size: int, quota: int, coming: Coming = NOTHING) -> None:
    """`LimitReached` unless a file of this size may come beside those that are `coming`."""
    organization_id, size = principal.organization_id, size + coming.size
    if attachments.waiting(reader, organization_id, principal.actor_id) + coming.files >= MOST_WAITING:
        raise LimitReached("{most} files of yours wait for their messages already.", most=MOST_WAITING)
    if attachments.total_size(reader, organization_id) + size > quota:
        raise LimitReached("The organization's room for files is used up.")
    if principal.role is not None:
        return
    if attachments.size_of_visitors(reader, organization_id) + size > quota // VISITORS_PART:
        raise LimitReached("The organization's room for files of visitors is used up.")


def do_keep_upload(tx: Tx, principal: Principal, upload: Upload, quota: int) -> AttachmentRow:
    """Store a file of the principal's; it waits for a message."""
    check_room(tx, principal, upload.size, quota)
    attachment_id = tx.ids.new_bytes()
    attachments.insert(
        tx,
        principal.organization_id,
        attachment_id=attachment_id,
        uploader_id=principal.actor_id,
        **upload._asdict(),
    )
    return AttachmentRow(attachment_id, None, principal.actor_id, *upload)


def access_attachment(reader: Reader, viewer: Viewer, attachment_id: bytes) -> AttachmentRow:
    """The file if the viewer may read its message now; one that waits is its uploader's. Else `NotFound`."""
    row = attachments.by_id(reader, viewer.principal.organization_id, attachment_id)
    if row is None:
        raise NotFound()
    if row.message_id is None:
        if row.uploader_id != viewer.principal.actor_id:
            raise NotFound()
    elif access_message(reader, viewer, row.message_id).deleted_at is not None:
        raise NotFound()
    return row


def do_forget_waiting(tx: Tx, limit: int) -> list[Content]:
    """Remove files that no message took in time; answers what they held."""
    return attachments.forget_waiting(tx, tx.now - WAITS_MS, limit)
