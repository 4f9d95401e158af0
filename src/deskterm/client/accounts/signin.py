"""Signing in and out: the server's part first, then keeping or forgetting the token."""

import asyncio
from dataclasses import dataclass, field

from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import Credentials, Kept
from deskterm.client.accounts.known import Account, KnownAccount
from deskterm.client.accounts.stores import CommandStore, StoreError
from deskterm.client.errors import ApiError, ClientError
from deskterm.protocol.records import Me


@dataclass(slots=True, frozen=True)
class Admission:
    """A finished sign-in. Give `account.server` and `token` to `Desk.open`; tell the person `kept`."""

    account: Account
    me: Me
    kept: Kept
    token: str = field(repr=False)

    @property
    def server(self) -> str:
        """The normalised address."""
        return self.account.server


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
    from deskterm.client.http.api import Api  # httpx and pydantic: not before the first frame

    server = normalise(address)
    api = Api(server)
    try:
        await api.probe()
        signed = await api.login(email.strip(), password, organization)
    finally:
        await api.close()
    return await admit(server, signed.token, signed.me, credentials, email=email, organization=organization)


async def sign_in_with_token(address: str, token: str, credentials: Credentials) -> Admission:
    """The same with a token that somebody has, such as one of another machine."""
    server, token, me = await _whose(address, token)
    return await admit(server, token, me, credentials)


async def sign_in_with_command(address: str, command: tuple[str, ...], credentials: Credentials) -> Admission:
    """The same with a token that a password manager's command gives each time; only the command is kept.

    StoreError if the command gives none.
    """
    store = CommandStore(command)
    token = await asyncio.to_thread(store.get, Account("", ""))
    if token is None:
        raise StoreError("The token command printed nothing.")
    server, token, me = await _whose(address, token)
    account = account_of(server, me)
    role = me.role.value if me.role else None
    entry = KnownAccount(account, store.name, me.organization.name, me.name, role, token_command=command)
    troubles: list[str] = []
    await asyncio.to_thread(credentials.remember, entry, troubles)
    return Admission(account, me, Kept(store.name, store.describe(), tuple(troubles)), token)


async def come_in(
    address: str, token: str, password: str, credentials: Credentials, *, name: str = ""
) -> Admission:
    """Join by an invitation, set a new password by a reset, go back from an e-mail: the token says what."""
    from deskterm.client.http.api import Api

    server, token = normalise(address), token.strip()
    api = Api(server)
    try:
        await api.probe()
        if token.startswith("dk_r_"):
            signed = await api.accept_reset(token, password)
        elif token.startswith("dk_b_"):
            signed = await api.go_back(token)
        else:
            signed = await api.accept_invitation(token, name, password)
    finally:
        await api.close()
    return await admit(server, signed.token, signed.me, credentials)


async def _whose(address: str, token: str) -> tuple[str, str, Me]:
    """The normalised server, the token and its owner. ApiError `invalid_token` if it is of no use."""
    from deskterm.client.http.api import Api

    server, token = normalise(address), token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ApiError("invalid_token", 401, "That is no token: one has neither spaces nor line breaks.")
    api = Api(server, token)
    try:
        await api.probe()
        return server, token, await api.me()
    except ApiError as error:
        if error.code != "unauthenticated":
            raise
        raise ApiError(
            "invalid_token", 401, "The server does not know this token, or it has ended."
        ) from None
    finally:
        await api.close()


async def admit(
    server: str,
    token: str,
    me: Me,
    credentials: Credentials,
    *,
    email: str | None = None,
    organization: str | None = None,
) -> Admission:
    """Keep a token that the server just took, under what it says of its owner, else what was typed."""
    if not (me.organization.slug or organization):
        organization = await _organization(server, token)
    account = account_of(server, me, email=email, organization=organization)
    kept = await asyncio.to_thread(
        credentials.keep,
        account,
        token,
        name=me.organization.name,
        person=me.name,
        role=me.role.value if me.role else None,
    )
    return Admission(account, me, kept, token)


def account_of(server: str, me: Me, *, email: str | None = None, organization: str | None = None) -> Account:
    """Whose session it is, by what the server says; where it is silent, by what was asked for."""
    address = me.email or (email or "").strip() or me.name
    return Account(server, address.lower(), me.organization.slug or organization or "")


async def _organization(server: str, token: str) -> str:
    """The short name of a customer's organization, which `/me` does not tell them; empty if nothing does."""
    from deskterm.client.accounts.own_account import OwnAccount

    own = OwnAccount(server, token)
    try:
        return next((each.slug for each in await own.organizations() if each.current), "")
    except ClientError:  # a server of before: it does without
        return ""
    finally:
        await own.close()


async def sign_out(account: Account, token: str, credentials: Credentials) -> tuple[str, ...]:
    """End the session on the server and forget the token here; answers with what did not work, in words."""
    from deskterm.client.http.api import Api

    api = Api(account.server, token)
    troubles: tuple[str, ...] = ()
    try:
        await api.logout()
    except ClientError as error:
        troubles = (error.sentence,)
    finally:
        await api.close()
    return troubles + await asyncio.to_thread(credentials.forget, account)
