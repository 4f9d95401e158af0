"""A conversation as one file: plain text, Markdown or JSON."""

from typing import Any

from aiohttp import web

from deskterm.protocol.wire.transcripts import TranscriptQuery
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.http.call import Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader
from deskterm.server.views import conversations as conversation_views
from deskterm.server.views import messages as views
from deskterm.server.views.transcripts import as_json, as_markdown, as_text

_PAGE = 200
_FORMATS = {
    "text": (as_text, "text/plain", "txt"),
    "md": (as_markdown, "text/markdown", "md"),
    "json": (as_json, "application/json", "json"),
}


async def get_transcript(call: Call) -> web.Response:
    """All that the caller may read of it, oldest first."""

    def read(reader: Reader) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        row = access_conversation(reader, call.principal, call.path["conversation_id"])
        shown: list[dict[str, Any]] = []
        seq = 0
        while rows := views.page_after(reader, call.viewer, row.id, seq, _PAGE):
            shown += views.render(reader, call.viewer, rows)
            seq = rows[-1].seq
        return conversation_views.render(reader, call.viewer, [row.id])[0], shown

    conversation, messages = await call.db.read_in_thread(read)
    written, media_type, ending = _FORMATS[call.query.format]
    name = f"conversation-{conversation['number']}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Server": "deskterm",
    }
    text = written(conversation, messages)
    return web.Response(text=text, content_type=media_type, charset="utf-8", headers=headers)


ROUTES = (
    Route(
        "GET",
        "/conversations/{conversation_id}/transcript",
        get_transcript,
        "The whole conversation as a file: plain text, Markdown or JSON",
        Who.AGENTS,
        query=TranscriptQuery,
        answers={200: None},
        gives_file=True,
    ),
)
