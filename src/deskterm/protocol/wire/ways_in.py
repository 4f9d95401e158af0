"""What clients may ask about invitations and password resets, and what is answered."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from deskterm.protocol.records import Role
from deskterm.protocol.wire.requests import Email, Line, Request
from deskterm.protocol.wire.responses.base import Id, Named, Response, Time, listing

#: How long a link works unless one asks for longer, in minutes; and the longest.
MINUTES, MOST_MINUTES = 15, 7 * 24 * 60

Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
NewPassword = Annotated[str, StringConstraints(min_length=8, max_length=256)]


class Invite(Request):
    """`POST /invitations`. Inviting an address again replaces what it was sent before."""

    email: Email
    role: Literal[Role.ADMIN, Role.STAFF, Role.CUSTOMER]
    max_concurrent: Annotated[int, Field(ge=0, le=10_000)] | None = None
    valid_minutes: Minutes = MINUTES


class AcceptInvitation(Request):
    """`POST /invitations/accept`. Whoever has an account gives its password and keeps its name."""

    token: Token
    name: Line | None = None
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class MakeReset(Request):
    """`POST /members/{id}/password-reset`"""

    valid_minutes: Minutes = MINUTES


class MailReset(Request):
    """`POST /password-resets`"""

    email: Email


class Requested(Response):
    """That it was asked for, whoever it was."""


class AcceptReset(Request):
    """`POST /password-resets/accept`"""

    token: Token
    password: NewPassword


class GoBack(Request):
    """`POST /ways-back`, with the token of an e-mail about replies."""

    token: Token


class Invitation(Response):
    """Somebody who was asked to join and has not answered yet."""

    id: Id
    email: str
    role: Role
    max_concurrent: int | None
    invited_by: Named | None
    created_at: Time
    expires_at: Time


class NewInvitation(Invitation):
    """The same with its token, which is shown this once."""

    token: str


class PasswordReset(Response):
    """A token with which a member sets a new password. It is shown this once."""

    token: str
    member_id: Id
    expires_at: Time


Invitations = listing(Invitation)
