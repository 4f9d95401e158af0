"""Files: uploaded before the message that takes them, downloaded by whoever may read that message."""

from typing import Any
from urllib.parse import quote

from aiohttp import web

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire.attachments import StoredAttachment
from deskterm.protocol.wire.requests import UploadQuery
from deskterm.server.desk import attachments as desk
from deskterm.server.desk.attachments import Upload
from deskterm.server.errors import Gone
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.idempotency import Idempotency
from deskterm.server.http.route import Route, Who
from deskterm.server.http.uploads import received
from deskterm.server.media_types import media_type
from deskterm.server.storage.attachments import AttachmentRow
from deskterm.server.storage.database import Tx
from deskterm.text.filename import safe_filename

_ASCII_NAME = "file"


async def upload_attachment(call: Call) -> Answer:
    """Keep a file; under an `Idempotency-Key` the same file comes once."""
    services, principal, quota = call.services, call.principal, call.services.config.file_quota
    Idempotency.of(call.request, principal, b"")  # refuses a bad key before the file has come
    size = call.request.content_length
    size = services.config.file_limit if size is None else size
    with services.arriving.beside(principal, size) as coming:
        call.db.read(lambda reader: desk.check_room(reader, principal, size, quota, coming))
        services.limits.upload(call.request, principal, size)
        return await _keep(call, quota)


async def _keep(call: Call, quota: int) -> Answer:
    services, principal = call.services, call.principal
    async with received(call.request, services) as incoming, services.files.keeping(incoming) as sha256:
        services.sessions.authenticate(call.request.headers["Authorization"])  # it may have taken long
        upload = Upload(
            safe_filename(call.query.filename), media_type(incoming.beginning), incoming.size, sha256
        )

        def keep(tx: Tx) -> Answer:
            return Answer(201, _attachment(desk.do_keep_upload(tx, principal, upload, quota)))

        idempotency = Idempotency.of(call.request, principal, sha256)
        if idempotency is None:
            return await call.db.write(keep)
        return await idempotency.run(call.db, keep)


async def download_attachment(call: Call) -> web.StreamResponse:
    """The bytes, or a range of them."""
    row = call.db.read(lambda reader: desk.access_attachment(reader, call.viewer, call.path["attachment_id"]))
    path = await call.services.files.find(row.sha256)
    if path is None:
        raise Gone("The server no longer has this file.")
    return web.FileResponse(path, headers=_headers(row))


def _attachment(row: AttachmentRow) -> dict[str, Any]:
    return {
        "id": to_text(row.id),
        "filename": row.filename,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256.hex(),
    }


def _headers(row: AttachmentRow) -> dict[str, str]:
    """Whatever the bytes are, a browser saves them and runs nothing."""
    plain = row.filename if row.filename.isascii() else _ASCII_NAME
    name = f"filename=\"{plain}\"; filename*=UTF-8''{quote(row.filename, safe='')}"
    return {
        "Content-Type": row.media_type,
        "Content-Disposition": f"attachment; {name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Server": "deskterm",
    }


ROUTES = (
    Route(
        "POST",
        "/attachments",
        upload_attachment,
        "Upload a file; the body is the file, a message takes it by its id within a day",
        Who.EVERYONE,
        query=UploadQuery,
        answers={201: StoredAttachment},
        takes_file=True,
    ),
    Route(
        "GET",
        "/attachments/{attachment_id}",
        download_attachment,
        "A file's bytes, or a range of them; as visible as its message",
        Who.EVERYONE,
        answers={200: None, 206: None},
        gives_file=True,
    ),
)
