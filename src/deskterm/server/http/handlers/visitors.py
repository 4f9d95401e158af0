"""Website visitors let in."""

from typing import Final

from aiohttp import web

from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import visitors as wire
from deskterm.server import identity
from deskterm.server.desk.api_keys import identity_secret
from deskterm.server.desk.visitors import do_open_session
from deskterm.server.errors import Forbidden, Unauthenticated
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.device import user_agent
from deskterm.server.http.route import Route, Who
from deskterm.server.origins import allowed_by, is_own
from deskterm.server.sessions import NEVER, token_hash
from deskterm.server.storage import api_keys, organizations, visitors
from deskterm.server.storage.api_keys import UsedKeyRow
from deskterm.server.storage.database import Tx
from deskterm.server.storage.sessions import PlaceRow
from deskterm.server.views.people import contact
from deskterm.server.views.times import rfc3339

KEY_HEADER: Final = "X-Deskterm-Key"


async def open_session(call: Call) -> Answer:
    """A token for a visitor, whom the website may say more about."""
    services = call.services
    key = publishable_key(call)
    services.limits.by_key(key.key, key.id, visitor=True)
    who = _identity(call, key)
    if who is None and not _is_known(call, key):
        services.limits.newcomer(call.request)
    place = PlaceRow(
        call.address, user_agent(call.request), call.body.page_url or None, call.body.referrer or None
    )

    def open_(tx: Tx) -> Answer:
        visit = do_open_session(tx, key, call.body, who, place, services.link_tokens)
        return Answer(
            201,
            {
                "token": visit.token,
                "expires_at": rfc3339(visit.expires_at),
                "session": visit.session,
                "contact": contact(visit.contact),
            },
        )

    return await services.db.within(key.key).write(open_)


def _is_known(call: Call, key: UsedKeyRow) -> bool:
    """Whether somebody comes back."""
    session = call.body.session
    if session is None:
        return call.body.way_back is not None
    digest, now = token_hash(session), call.services.clock.now()
    db = call.services.db.within(key.key)
    return db.read(lambda reader: visitors.by_session(reader, key.key, digest, now)) is not None


def publishable_key(call: Call, *, opens: bool = True) -> UsedKeyRow:
    """The website's key of a request that comes from where it may: 401, 403.

    Who `opens` something needs an origin and a chat that is on; else a page of our own asks, which browsers
    say of a POST only, or a website that is told that the chat is off.
    """
    digest = token_hash(call.request.headers.get(KEY_HEADER, ""))
    key = call.services.db.read(lambda reader: api_keys.by_hash(reader, digest))
    if key is None or key.kind != KeyKind.PUBLISHABLE:
        raise Unauthenticated("There is no such publishable key.")
    if call.services.clock.now() >= (key.expires_at or NEVER):
        raise Unauthenticated("The publishable key has expired.")
    settings = call.services.db.within(key.key).read(
        lambda reader: organizations.stored_settings(reader, key.key)
    )
    if opens and not organizations.parse_settings(settings).widget["enabled"]:
        raise Forbidden("The organization has switched its chat off.")
    asks_itself = not opens and "Origin" not in call.request.headers
    if not asks_itself and not _comes_from(call.request, allowed_by(key.allowed_origins, settings)):
        raise Forbidden("This website may not use the key.")
    return key


def _comes_from(request: web.Request, allowed: frozenset[str]) -> bool:
    """The widget's own page is of this server: browsers show it on allowed websites only."""
    origin = request.headers.get("Origin")
    return origin is not None and (origin in allowed or is_own(origin, request.host))


def _identity(call: Call, key: UsedKeyRow) -> identity.Identity | None:
    token = call.body.identity_token
    if token is None:
        return None
    services, now = call.services, call.services.clock.now()
    ids = services.db.within(key.key).read(lambda reader: api_keys.identity_keys(reader, key.key, now))
    secrets = [identity_secret(each, services.root) for each in ids]
    return identity.verified(token, secrets, to_text(key.organization), now)


ROUTES = (
    Route(
        "POST",
        "/visitors/session",
        open_session,
        "Let a website's visitor in: with a publishable key, from an allowed origin",
        Who.PUBLIC,
        body=wire.OpenVisitorSession,
        answers={201: wire.VisitorSession},
    ),
)
