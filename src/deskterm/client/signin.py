"""Signing in and out: the server's part first, then keeping or forgetting the token."""

import asyncio
from dataclasses import dataclass, field

from deskterm.client.accounts import Account
from deskterm.client.address import normalise
from deskterm.client.credentials import Credentials, Kept
from deskterm.client.errors import ClientError
from deskterm.protocol.records import Me


@dataclass(slots=True, frozen=True)
class Admission:
    """A finished sign-in. Give `server` and `token` to `Desk.open`; tell the person `kept`."""

    server: str
    me: Me
    kept: Kept
    token: str = field(repr=False)


async def sign_in(
    address: str,
    email: str,
    password: str,
    credentials: Credentials,
    *,
    organization: str | None = None,
) -> Admission:
    """Sign in at `address` as typed. Raises BadAddress, what `Api.probe` raises, and ApiError.

    A token that cannot be kept is no failure: `kept` says so.
    """
    from deskterm.client.api import Api  # httpx and pydantic: not before the first frame

    server = normalise(address)
    api = Api(server)
    try:
        await api.probe()
        signed = await api.login(email.strip(), password, organization)
    finally:
        await api.close()
    account = Account(server, email.strip().lower())
    name = signed.me.organization.name
    kept = await asyncio.to_thread(credentials.keep, account, signed.token, name=name)
    return Admission(server, signed.me, kept, signed.token)


async def sign_out(server: str, email: str, token: str, credentials: Credentials) -> tuple[str, ...]:
    """End the session on the server and forget the token here; answers with what did not work, in words."""
    from deskterm.client.api import Api

    api = Api(server, token)
    troubles: tuple[str, ...] = ()
    try:
        await api.logout()
    except ClientError as error:
        troubles = (error.sentence,)
    finally:
        await api.close()
    forgotten = await asyncio.to_thread(credentials.forget, Account(server, email.strip().lower()))
    return troubles + forgotten
