"""Invitations and password resets. None obeys `Idempotency-Key`: tokens must not be kept with answers."""

from deskterm.protocol.wire import ways_in as wire
from deskterm.protocol.wire.requests import Page
from deskterm.protocol.wire.responses import SignedIn
from deskterm.server.desk import invitations, password_resets
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.handlers.auth import device_of, signed_in
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.sessions import RESET_PREFIX, new_link_token
from deskterm.server.views import ways_in as views


async def list_invitations(call: Call) -> Answer:
    """Those that can still be accepted."""
    before, now = position(call.query, LAST), call.services.clock.now()
    rows = call.db.read(
        lambda reader: invitations.list_invitations(
            reader, call.principal, now=now, before=before, limit=call.query.limit
        )
    )
    return Answer(200, page([views.invitation(each) for each in rows], call.query))


async def invite(call: Call) -> Answer:
    """Ask somebody in; the token is in this answer and, where mail is sent, in one to them."""
    services = call.services
    token_of, mailed = services.link_tokens.invitation, services.config.mail is not None
    row = await call.db.write(
        lambda tx: invitations.do_invite(tx, call.principal, call.body, token_of, mailed=mailed)
    )
    return Answer(201, {**views.invitation(row), "token": token_of(row.id)})


async def revoke_invitation(call: Call) -> Answer:
    """Take one back."""
    invitation_id = call.path["invitation_id"]
    await call.db.write(lambda tx: invitations.do_revoke_invitation(tx, call.principal, invitation_id))
    return Answer(204)


async def accept_invitation(call: Call) -> Answer:
    """Join, and be signed in."""
    token, principal = await call.services.ways_in.join(call.body, device_of(call))
    return Answer(200, signed_in(call, token, principal))


async def make_password_reset(call: Call) -> Answer:
    """Let a member set a new password; the token is in this answer and nowhere else."""
    token, member_id = new_link_token(RESET_PREFIX), call.path["member_id"]
    row = await call.services.db.write(
        lambda tx: password_resets.do_make_reset(
            tx, call.principal, member_id, token, call.body.valid_minutes
        )
    )
    return Answer(201, views.password_reset(row, token))


async def mail_password_reset(call: Call) -> Answer:
    """Mail a token to whoever has this address; the answer is the same for everybody."""
    services = call.services
    services.ways_in.count(device_of(call))
    if services.config.mail is not None:
        token_of = services.link_tokens.reset
        await services.db.write(lambda tx: password_resets.do_mail_reset(tx, call.body.email, token_of))
    return Answer(202, {})


async def accept_password_reset(call: Call) -> Answer:
    """Set the new password, and be signed in."""
    token, principal = await call.services.ways_in.reset(call.body, device_of(call))
    return Answer(200, signed_in(call, token, principal))


async def go_back(call: Call) -> Answer:
    """Be signed in by what an e-mail about replies said."""
    token, principal = await call.services.ways_in.back(call.body.token, device_of(call))
    return Answer(200, signed_in(call, token, principal))


ROUTES = (
    Route(
        "GET",
        "/invitations",
        list_invitations,
        "Who was asked in and has not answered yet, newest first",
        Who.ADMINS,
        query=Page,
        answers={200: wire.Invitations},
    ),
    Route(
        "POST",
        "/invitations",
        invite,
        "Ask somebody in; the token is shown once",
        Who.ADMINS,
        body=wire.Invite,
        answers={201: wire.NewInvitation},
        idempotent=False,
    ),
    Route(
        "DELETE",
        "/invitations/{invitation_id}",
        revoke_invitation,
        "Take an invitation back",
        Who.ADMINS,
        answers={204: None},
        idempotent=False,
    ),
    Route(
        "POST",
        "/invitations/accept",
        accept_invitation,
        "Join an organization by an invitation's token",
        Who.PUBLIC,
        body=wire.AcceptInvitation,
        answers={200: SignedIn},
        rate="auth",
    ),
    Route(
        "POST",
        "/members/{member_id}/password-reset",
        make_password_reset,
        "A token with which a member sets a new password; it is shown once",
        Who.ADMINS,
        body=wire.MakeReset,
        answers={201: wire.PasswordReset},
        idempotent=False,
    ),
    Route(
        "POST",
        "/password-resets",
        mail_password_reset,
        "Have a token mailed with which one sets a new password",
        Who.PUBLIC,
        body=wire.MailReset,
        answers={202: wire.Requested},
        rate="auth",
    ),
    Route(
        "POST",
        "/password-resets/accept",
        accept_password_reset,
        "Set a new password by a reset's token",
        Who.PUBLIC,
        body=wire.AcceptReset,
        answers={200: SignedIn},
        rate="auth",
    ),
    Route(
        "POST",
        "/ways-back",
        go_back,
        "Sign in as the customer whom an e-mail about replies leads back, once",
        Who.PUBLIC,
        body=wire.GoBack,
        answers={200: SignedIn},
        rate="auth",
    ),
)
