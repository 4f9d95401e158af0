"""What a website's launcher needs to know before anybody has written."""

from aiohttp import web

from deskterm.protocol.wire import widget as wire
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.handlers.visitors import publishable_key
from deskterm.server.http.problems import JSON
from deskterm.server.http.route import Route, Who
from deskterm.server.views.widget import widget
from deskterm.server.widget.files import etag_of


async def get_widget(call: Call) -> web.Response:
    """Look and words of the chat; browsers keep them and ask each time whether they have changed."""
    services = call.services
    key = publishable_key(call, opens=False)
    shown = services.db.within(key.key).read(
        lambda reader: widget(reader, key.key, key.id, services.presence)
    )
    text = Answer(200, shown).encoded().decode()
    etag = etag_of(text)
    headers = {"ETag": etag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if call.request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, content_type=JSON, headers=headers)


ROUTES = (
    Route(
        "GET",
        "/widget",
        get_widget,
        "The chat's look and words, for a website with its publishable key",
        Who.PUBLIC,
        answers={200: wire.Widget, 304: None},
    ),
)
