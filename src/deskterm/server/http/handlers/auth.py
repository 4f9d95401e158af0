"""Signing in and out, one's password and one's devices.

None of these obeys `Idempotency-Key`: passwords and tokens must not be kept with the answers.
"""

from typing import Any

from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import accounts as desk
from deskterm.server.errors import InvalidCredentials, NotFound
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.device import user_agent
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.principal import Principal
from deskterm.server.sessions import ABSOLUTE_MS, IDLE_MS
from deskterm.server.sign_in import Device
from deskterm.server.storage import accounts, sessions
from deskterm.server.views import people
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer


def device_of(call: Call) -> Device:
    """Where a session is started from."""
    return Device(call.address, user_agent(call.request))


def signed_in(call: Call, token: str, principal: Principal) -> dict[str, Any]:
    """A new session as its owner is told of it."""
    services = call.services
    viewer = Viewer(principal, services.presence)
    return {
        "token": token,
        "expires_at": rfc3339(services.clock.now() + ABSOLUTE_MS),
        "me": services.db.within(principal.organization_id).read(lambda reader: people.me(reader, viewer)),
    }


async def login(call: Call) -> Answer:
    """E-mail and password for a token."""
    token, principal = await call.services.sign_in.sign_in(call.body, device_of(call))
    return Answer(200, signed_in(call, token, principal))


async def switch(call: Call) -> Answer:
    """A token for another organization of the same user; the present one stays good."""
    user_id = call.principal.user_id
    if user_id is None:
        raise NotFound()
    account = call.services.db.read(lambda reader: accounts.by_id(reader, user_id))
    found = call.services.db.read(lambda reader: accounts.memberships(reader, user_id))
    membership = next((each for each in found if each.slug == call.body.organization), None)
    if account is None or membership is None:
        raise NotFound()
    token, principal = await call.services.sign_in.start(account, membership, device_of(call))
    return Answer(200, signed_in(call, token, principal))


async def logout(call: Call) -> Answer:
    """End the session that asks."""
    principal = call.principal
    await call.db.write(lambda tx: desk.do_end_session(tx, principal, principal.session_id))
    return Answer(204)


async def password(call: Call) -> Answer:
    """Set a new password; the present one is asked for and throttled like a sign-in."""
    services, principal = call.services, call.principal
    if principal.email is None:
        raise InvalidCredentials()
    account, _ = await services.sign_in.check(principal.email, call.body.current, device_of(call))
    with services.passwords.place():
        renewed = await services.passwords.hash_chosen(call.body.new, "new")
    await services.db.write(
        lambda tx: desk.do_change_password(
            tx, principal, user_id=account.id, expected=account.password_hash, password_hash=renewed
        )
    )
    return Answer(200, call.db.read(lambda reader: people.me(reader, call.viewer)))


async def list_sessions(call: Call) -> Answer:
    """One's own devices in this organization."""
    principal, now = call.principal, call.services.clock.now()
    user_id = principal.user_id
    if user_id is None:
        return Answer(200, page([], call.query))
    before = position(call.query, LAST)
    found = call.db.read(
        lambda reader: sessions.devices(
            reader,
            principal.organization_id,
            user_id,
            now=now,
            idle_since=now - IDLE_MS,
            before=before,
            limit=call.query.limit + 1,
        )
    )
    return Answer(200, page([people.device(each, principal.session_id) for each in found], call.query))


async def end_session(call: Call) -> Answer:
    """Sign one of one's own devices out."""
    principal, session_id = call.principal, call.path["session_id"]
    await call.db.write(lambda tx: desk.do_end_session(tx, principal, session_id))
    return Answer(204)


ROUTES = (
    Route(
        "POST",
        "/auth/login",
        login,
        "Sign in",
        Who.PUBLIC,
        body=requests.Login,
        answers={200: responses.SignedIn},
        rate="auth",
    ),
    Route(
        "POST",
        "/auth/logout",
        logout,
        "Sign out",
        Who.EVERYONE,
        answers={204: None},
        idempotent=False,
    ),
    Route(
        "POST",
        "/auth/switch",
        switch,
        "Sign in to another of one's organizations",
        Who.MEMBERS,
        body=requests.SwitchOrganization,
        answers={200: responses.SignedIn},
        idempotent=False,
        rate="auth",
    ),
    Route(
        "POST",
        "/auth/password",
        password,
        "Change one's own password; all other sessions end",
        Who.MEMBERS,
        body=requests.ChangePassword,
        answers={200: responses.Me},
        idempotent=False,
        rate="auth",
    ),
    Route(
        "GET",
        "/sessions",
        list_sessions,
        "One's own signed-in devices",
        Who.EVERYONE,
        query=requests.Page,
        answers={200: responses.SessionsOfMine},
    ),
    Route(
        "DELETE",
        "/sessions/{session_id}",
        end_session,
        "Sign a device out",
        Who.EVERYONE,
        answers={204: None},
        idempotent=False,
    ),
)
