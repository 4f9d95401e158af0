"""Where e-mail about replies is ended: a page with one button, and mail programs' one click (RFC 8058)."""

from typing import Final

from aiohttp import web

from deskterm.server.desk.ways_back import do_end_mail
from deskterm.server.errors import DeskError
from deskterm.server.http.endpoint import Runtime, new_request_id
from deskterm.server.http.problems import problem_response
from deskterm.server.link_tokens import LinkTokens

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>E-mail about replies</title><main>{words}</main></html>
"""
_QUESTION: Final = """<p>No more e-mail about replies that you have not read?</p>
<form method="post"><button>Send no more</button></form>"""
_DONE: Final = "<p>No more e-mail about replies comes to you.</p>"
_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Server": "deskterm",
}


def add_mail_off(app: web.Application, runtime: Runtime) -> None:
    """Serve it at the application's root. Looking at it changes nothing: mail scanners follow every link."""
    page = _OffPage(runtime)
    app.router.add_get("/mail-off/{token}", page.ask)
    app.router.add_post("/mail-off/{token}", page.end)


class _OffPage:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def ask(self, request: web.Request) -> web.Response:
        """The button, whatever the token is."""
        return _page(_QUESTION)

    async def end(self, request: web.Request) -> web.Response:
        """No more e-mail for whom the token is of."""
        services = self._runtime.services
        token, tokens = request.match_info["token"], LinkTokens(services.root)
        try:
            services.limits.request(request, None)
            await services.db.write(lambda tx: do_end_mail(tx, tokens, token))
        except DeskError as refusal:
            return problem_response(refusal, new_request_id())
        return _page(_DONE)


def _page(words: str) -> web.Response:
    headers = {**_HEADERS, "X-Request-Id": new_request_id()}
    return web.Response(text=_PAGE.format(words=words), content_type="text/html", headers=headers)
