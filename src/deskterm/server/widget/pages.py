"""The launcher script and the page in its frame, as browsers fetch them. No API: there is nothing to call.

The page may be framed by the websites that its key allows, runs only the server's own scripts and talks only
to the server.
"""

import html
from typing import Final

from aiohttp import web

from deskterm.protocol.ids import to_bytes
from deskterm.server.errors import DeskError, NotFound
from deskterm.server.http.endpoint import Runtime, new_request_id
from deskterm.server.http.problems import problem_response
from deskterm.server.origins import allowed_by
from deskterm.server.sessions import NEVER
from deskterm.server.storage import api_keys, organizations
from deskterm.server.widget.files import LANGUAGES, LAUNCHER, PAGE, PARTS, etag_of, widget_file

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)


def add_widget(app: web.Application, runtime: Runtime) -> None:
    """Serve the widget's files at the application's root."""
    pages = _Pages(runtime)
    app.router.add_get(f"/{LAUNCHER}", pages.launcher)
    for name in (*PARTS, *LANGUAGES):
        app.router.add_get(f"/widget/{name}", pages.part)
    app.router.add_get("/widget/{key_id}", pages.page)


class _Pages:
    """Answers browsers; each file says by its `ETag` whether it is still the same."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def launcher(self, request: web.Request) -> web.Response:
        """The script that a website names."""
        response = _file(request, LAUNCHER)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    async def part(self, request: web.Request) -> web.Response:
        """What the page is made of."""
        return _file(request, request.path.rpartition("/")[2])

    async def page(self, request: web.Request) -> web.Response:
        """The page of one key; a key that is none is as missing as any page."""
        try:
            origins = sorted(self._origins(request.match_info["key_id"]))
        except DeskError as refusal:
            return problem_response(refusal, new_request_id())
        template = widget_file(PAGE)
        text = template.text.replace("$origins", html.escape(" ".join(origins)))
        response = _answer(request, text, template.media_type, etag_of(text))
        ancestors = " ".join(origins) or "'none'"
        response.headers["Content-Security-Policy"] = _POLICY.format(ancestors=ancestors)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response

    def _origins(self, key_id: str) -> frozenset[str]:
        services = self._runtime.services
        try:
            id_ = to_bytes(key_id)
        except ValueError:
            raise NotFound() from None
        key = services.db.read(lambda reader: api_keys.by_key_id(reader, id_))
        if key is None or services.clock.now() >= (key.expires_at or NEVER):
            raise NotFound()
        settings = services.db.within(key.key).read(
            lambda reader: organizations.stored_settings(reader, key.key)
        )
        return allowed_by(key.allowed_origins, settings)


def _file(request: web.Request, name: str) -> web.Response:
    file = widget_file(name)
    return _answer(request, file.text, file.media_type, file.etag)


def _answer(request: web.Request, text: str, media_type: str, etag: str) -> web.Response:
    """The text, or that it has not changed: browsers keep it and ask each time."""
    headers = {
        "Cache-Control": "no-cache",
        "ETag": etag,
        "Server": "deskterm",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": new_request_id(),
    }
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    response = web.Response(text=text, content_type=media_type, charset="utf-8", headers=headers)
    response.enable_compression()
    return response
