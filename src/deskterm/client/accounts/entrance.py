"""The way in: from what the command line, the environment and this machine know to an open desk.

Nothing heavy is imported here before it is needed, so that the first frame does not wait for it.
"""

import asyncio
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import ENVIRONMENT, Credentials, Found, Kept, environment_token
from deskterm.client.accounts.guests import Guests, Known, Present, Wish, belongs, own_account
from deskterm.client.accounts.known import Account
from deskterm.client.errors import ApiError, ClientError, Offline
from deskterm.client.local.first_page import Owner
from deskterm.protocol.records import Role

if TYPE_CHECKING:
    from deskterm.client.accounts.signin import Admission
    from deskterm.client.desk import Desk
    from deskterm.protocol.demo import DemoPerson

__all__ = ["Entrance", "Known", "OnlyCustomers", "Wish", "organizations", "probe"]


class OnlyCustomers(ClientError):
    """An agent came to the customers' screen."""

    def __init__(self, name: str, organization: str) -> None:
        super().__init__(
            f"This is the customers' screen, and {name} answers customers at {organization}. "
            "Run `deskterm` instead, or sign in as a customer."
        )


class Entrance(Guests):
    """Opens desks for one run of the console, and knows whose they are."""

    def __init__(self, wish: Wish | None = None, credentials: Credentials | None = None) -> None:
        super().__init__(wish, credentials)
        self._opened: WeakKeyDictionary[Desk, Present] = WeakKeyDictionary()
        self.cache: Path | None = None
        """The folder of the copies that desks open from while their server is not there."""

    async def open(self) -> "Desk":
        """The desk of whoever is signed in here.

        Raises ApiError `unauthenticated` if nobody is, with a sentence only if there is something to say, and
        any other ClientError.
        """
        if self.wish.person is not None:
            return await self.open_as(self.wish.person)
        known = await asyncio.to_thread(self.known)
        if not known.server:
            raise _nobody(_token_without_server())
        chosen = await asyncio.to_thread(self.chosen)
        if given := environment_token():
            server = normalise(known.server)
            desk = await self._open(server, given.token, Owner.of(server, ""))
            return await self._check_organization(self._note(desk, given), self.wish.organization)
        if chosen is None:
            raise _nobody()
        return await self._check_organization(await self._open_kept(chosen.account), self.wish.organization)

    async def open_account(self, account: Account) -> "Desk":
        """The desk of one of the known accounts, by its own token and no other. Raises as `open` does."""
        return await self._open_kept(account)

    async def open_as(self, person: "DemoPerson") -> "Desk":
        """The desk of a person of the demo; nothing of it is kept on this machine."""
        from deskterm.client.http.api import Api  # httpx and pydantic: not before the first frame

        api = Api(normalise(self.wish.server or ""))
        try:
            await api.probe()
            signed = await api.login(person.email, person.password, person.organization)
        finally:
            await api.close()
        desk = await self._open(api.server, signed.token)
        return self._note(desk, Found(signed.token, "demo", "nothing: this is the demo"))

    async def sign_in(
        self, address: str, email: str, password: str, organization: str | None = None
    ) -> tuple["Desk", Kept]:
        """Sign in, keep the token, and open the desk. Raises what `client.signin.sign_in` does."""
        from deskterm.client.accounts.signin import sign_in

        return await self._admitted(
            await sign_in(address, email, password, self.credentials, organization=organization)
        )

    async def sign_in_with_token(self, address: str, token: str) -> tuple["Desk", Kept]:
        """The same with a token that somebody has. Raises what `client.signin.sign_in_with_token` does."""
        from deskterm.client.accounts.signin import sign_in_with_token

        return await self._admitted(await sign_in_with_token(address, token, self.credentials))

    async def come_in(self, address: str, token: str, password: str, name: str) -> tuple["Desk", Kept]:
        """Join by an invitation, or set a new password. Raises what `client.signin.come_in` does."""
        from deskterm.client.accounts.signin import come_in

        admitted = await come_in(address, token, password, self.credentials, name=name)
        return await self._admitted(admitted)

    async def mail_reset(self, address: str, email: str) -> None:
        """Have a token mailed that sets a new password; the answer is the same whoever it is."""
        from deskterm.client.http.api import Api

        api = Api(normalise(address))
        try:
            await api.mail_password_reset(email)
        finally:
            await api.close()

    async def join(self, organization: str) -> Account:
        """Sign in to another organization of the present person; answers with the account to go to."""
        from deskterm.client.accounts.signin import admit

        present = self.present
        if present is None:
            raise _nobody()
        own = own_account(present)
        try:
            signed = await own.switch(organization)
        finally:
            await own.close()
        admitted = await admit(
            present.account.server, signed.token, signed.me, self.credentials, organization=organization
        )
        return admitted.account

    def came_in(self, desk: "Desk") -> None:
        """This desk is on the screen now, or none of ours."""
        self.present = self._opened.get(desk)
        self.wanted = self.present.account if self.present else None

    def is_wanted(self, desk: "Desk") -> bool:
        """Whether a desk that just opened is the one that was asked for last."""
        present = self._opened.get(desk)
        return self.wanted is None or present is None or present.account == self.wanted

    def forget(self) -> None:
        """Drop the token of whoever signed out, beside the event loop: a keyring may take its time."""
        present, self.present = self.present, None
        if present is not None and present.store != ENVIRONMENT:
            threading.Thread(target=self.credentials.forget, args=(present.account,)).start()

    async def _admitted(self, admitted: "Admission") -> tuple["Desk", Kept]:
        desk = await self._open(admitted.server, admitted.token)
        self.wanted = admitted.account
        kept = admitted.kept
        self._opened[desk] = Present(admitted.account, admitted.token, kept.store, kept.where)
        return desk, kept

    async def _open_kept(self, account: Account) -> "Desk":
        found = await asyncio.to_thread(self.credentials.kept, account)
        if found is None:
            raise _nobody()
        desk = await self._open(account.server, found.token, self.owner_of(account))
        self._opened[desk] = Present(account, found.token, found.store, found.where)
        me = desk.replica.me
        if me and not belongs(me, account):
            await desk.close()
            raise _nobody("The saved sign-in is not of this account. Sign in again.")
        await asyncio.to_thread(self.remember, account, found.store, me)
        return desk

    def _note(self, desk: "Desk", found: Found) -> "Desk":
        from deskterm.client.accounts.signin import account_of

        if desk.replica.me is not None:
            account = account_of(desk.api.server, desk.replica.me)
            self._opened[desk] = Present(account, found.token, found.store, found.where)
        return desk

    async def _check_organization(self, desk: "Desk", wanted: str | None) -> "Desk":
        me = desk.replica.me
        if wanted and me and me.organization.slug not in (None, wanted):
            await desk.close()
            raise _nobody(f"You are signed in to {me.organization.name}. Sign in to {wanted}.")
        return desk

    async def _open(self, server: str, token: str, owner: Owner | None = None) -> "Desk":
        """A desk; of an `owner` whose server is not there, as it was when it was last seen here."""
        from deskterm.client.desk import Desk

        try:
            desk = await Desk.open(server, token)
        except ApiError as error:
            if error.code == "unauthenticated":
                raise _nobody("Your session has ended. Sign in again.") from None
            if error.status < 500:
                raise
            desk = await self._open_copy(server, token, owner, error)
        except Offline as error:
            desk = await self._open_copy(server, token, owner, error)
        me = desk.replica.me
        if self.wish.customers_only and me and me.role is not Role.CUSTOMER:
            await desk.close()
            raise OnlyCustomers(me.name, me.organization.name)
        return desk

    async def _open_copy(self, server: str, token: str, owner: Owner | None, error: ClientError) -> "Desk":
        from deskterm.client.cache.file import cache_file
        from deskterm.client.desk import Desk

        if self.cache is None or owner is None:
            raise error
        desk = await Desk.open_copy(server, token, cache_file(self.cache, owner), error.sentence)
        if desk is None:
            raise error
        return desk


async def probe(address: str) -> str:
    """Make sure that a deskterm server answers at `address`, as typed; answers its version."""
    from deskterm.client.http.api import Api

    api = Api(normalise(address))
    try:
        return (await api.probe()).version
    finally:
        await api.close()


def organizations(error: ApiError) -> str:
    """The organizations to choose from, where a sign-in was refused for want of a choice; else nothing."""
    for each in error.extra.get("errors", ()):
        if isinstance(each, dict) and each.get("loc") == ["body", "organization"]:
            values = each.get("values")
            return str(values.get("slugs", "")) if isinstance(values, dict) else ""
    return ""


def _nobody(sentence: str = "") -> ApiError:
    return ApiError("unauthenticated", 401, sentence)


def _token_without_server() -> str:
    if os.environ.get("DESKTERM_TOKEN", "").strip():
        return "DESKTERM_TOKEN is set, but no server: name it with --server or DESKTERM_SERVER."
    return ""
