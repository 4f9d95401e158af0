"""Who a website says its visitor is: a JWT (HS256) that its backend signed with an identity key."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import jwt

from deskterm.protocol.wire.people import as_email, as_line
from deskterm.server.errors import Unauthenticated

ALGORITHM = "HS256"
#: How long a token may be good for, and how far the clocks of two machines may differ, in seconds.
LONGEST, LEEWAY = 3600, 60
#: Characters of `sub` and `jti`.
ID_LIMIT = 200
_REQUIRED = ["aud", "exp", "iat", "jti", "sub"]


class Identity(NamedTuple):
    """What the token says; `expires_at` in milliseconds. An e-mail address counts only if it was verified."""

    subject: str
    token_id: str
    expires_at: int
    name: str | None
    email: str | None
    email_verified: bool


class BadIdentity(Unauthenticated):
    title = "The identity token is not good"


def verified(token: str, secrets: Iterable[str], audience: str, now: int) -> Identity:
    """The identity that one of the keys signed for this organization; `BadIdentity` says what is wrong.

    Times are judged by our clock, `now` in milliseconds.
    """
    claims = _claims(token, secrets, audience)
    issued, expires = claims["iat"], claims["exp"]
    begins = claims.get("nbf", issued)
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in (issued, expires, begins)):
        raise BadIdentity("iat, exp and nbf must be whole seconds.")
    seconds = now / 1000
    if seconds >= expires:
        raise BadIdentity("It has expired.")
    if max(issued, begins) > seconds + LEEWAY:
        raise BadIdentity("It is from the future.")
    if expires - issued > LONGEST or expires - seconds > LONGEST + LEEWAY:
        raise BadIdentity(f"It may be good for at most {LONGEST} seconds.")
    return Identity(
        subject=_id(claims, "sub"),
        token_id=_id(claims, "jti"),
        expires_at=expires * 1000,
        name=_said(claims, "name", as_line),
        email=_said(claims, "email", as_email),
        email_verified=claims.get("email_verified") is True,
    )


def _claims(token: str, secrets: Iterable[str], audience: str) -> dict[str, Any]:
    why = "The organization has no identity key."
    for secret in secrets:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                secret,
                algorithms=[ALGORITHM],
                audience=audience,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidSignatureError:
            why = "No identity key of this organization has signed it."
        except jwt.InvalidTokenError as error:
            raise BadIdentity(f"{error}.") from None
        else:
            return claims
    raise BadIdentity(why)


def _id(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= ID_LIMIT or not value.isprintable():
        raise BadIdentity(f"{name} must be text of 1 to {ID_LIMIT} characters.")
    return value


def _said(claims: dict[str, Any], name: str, read: Any) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    try:
        return str(read(value))
    except ValueError:
        raise BadIdentity(f"{name} cannot be one.") from None
