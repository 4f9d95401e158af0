"""The way in: from what the command line, the environment and this machine know to an open desk.

Nothing heavy is imported here before it is needed, so that the first frame does not wait for it.
"""

import asyncio
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.client.accounts import Account, KnownAccount
from deskterm.client.address import normalise
from deskterm.client.credentials import Credentials, Kept, environment_server
from deskterm.client.errors import ApiError, BadAddress, ClientError
from deskterm.client.first_page import Owner
from deskterm.protocol.demo import DemoPerson
from deskterm.protocol.records import Role

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


@dataclass(slots=True, frozen=True)
class Wish:
    """Where somebody wants to go, and as whom, as far as they said so.

    `server` is as typed. `person` signs in without asking, as the demo does; `people` are offered to choose
    from instead of a sign-in, and `join` is what to type in a second terminal to come in as somebody else.
    `customers_only` refuses agents.
    """

    server: str | None = None
    organization: str | None = None
    person: DemoPerson | None = None
    people: tuple[DemoPerson, ...] = ()
    join: str = ""
    customers_only: bool = False


@dataclass(slots=True, frozen=True)
class Known:
    """What can stand in the sign-in form from the start."""

    server: str = ""
    email: str = ""
    organization: str = ""


class OnlyCustomers(ClientError):
    """An agent came to the customers' screen."""

    def __init__(self, name: str, organization: str) -> None:
        super().__init__(
            f"This is the customers' screen, and {name} answers customers at {organization}. "
            "Run `deskterm` instead, or sign in as a customer."
        )


class Entrance:
    """Opens desks for one run of the console, and remembers whose token to forget when they sign out."""

    def __init__(self, wish: Wish | None = None, credentials: Credentials | None = None) -> None:
        self.wish = wish or Wish()
        self.credentials = credentials or Credentials()
        self._account: Account | None = None

    @property
    def remembers(self) -> bool:
        """Whether the inbox that was last seen here may be shown before it is known who comes."""
        wish = self.wish
        return wish.person is None and not (wish.people or wish.customers_only or wish.organization)

    def owner(self) -> Owner:
        """Who will come in, as far as this machine knows."""
        known = self.known()
        try:
            return Owner.of(normalise(known.server), known.email)
        except BadAddress:
            return Owner.of("", "")

    def known(self) -> Known:
        """Server, e-mail and organization that were said, or were used here last. Reads one small file."""
        said = self.wish.server or environment_server()
        last = self._last_account(said)
        return Known(
            server=said or (last.account.server if last else ""),
            email=last.account.email if last else "",
            organization=self.wish.organization or "",
        )

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
        account = Account(normalise(known.server), known.email)
        found = await asyncio.to_thread(self.credentials.find, account)
        if found is None:
            raise _nobody()
        desk = await self._open(account.server, found.token)
        self._account = account
        me = desk.replica.me
        wanted = self.wish.organization
        if wanted and me and me.organization.slug not in (None, wanted):
            await desk.close()
            raise _nobody(f"You are signed in to {me.organization.name}. Sign in to {wanted}.")
        return desk

    async def open_as(self, person: DemoPerson) -> "Desk":
        """The desk of a person of the demo; nothing of it is kept on this machine."""
        from deskterm.client.api import Api  # httpx and pydantic: not before the first frame

        api = Api(normalise(self.wish.server or ""))
        try:
            await api.probe()
            signed = await api.login(person.email, person.password, person.organization)
        finally:
            await api.close()
        return await self._open(api.server, signed.token)

    async def sign_in(
        self, address: str, email: str, password: str, organization: str | None = None
    ) -> tuple["Desk", Kept]:
        """Sign in, keep the token, and open the desk. Raises what `client.signin.sign_in` does."""
        from deskterm.client.signin import sign_in

        admitted = await sign_in(address, email, password, self.credentials, organization=organization)
        desk = await self._open(admitted.server, admitted.token)
        self._account = Account(admitted.server, email.strip().lower())
        return desk, admitted.kept

    def forget(self) -> None:
        """Drop the token of whoever signed out, beside the event loop: a keyring may take its time."""
        account, self._account = self._account, None
        if account is not None:
            threading.Thread(target=self.credentials.forget, args=(account,)).start()

    async def _open(self, server: str, token: str) -> "Desk":
        from deskterm.client.desk import Desk

        try:
            desk = await Desk.open(server, token)
        except ApiError as error:
            if error.code == "unauthenticated":
                raise _nobody("Your session has ended. Sign in again.") from None
            raise
        me = desk.replica.me
        if self.wish.customers_only and me and me.role is not Role.CUSTOMER:
            await desk.close()
            raise OnlyCustomers(me.name, me.organization.name)
        return desk

    def _last_account(self, server: str | None) -> KnownAccount | None:
        known = self.credentials.accounts.all()
        if server is None:
            return known[0] if known else None
        try:
            wanted = normalise(server)
        except BadAddress:
            return None
        return next((each for each in known if each.account.server == wanted), None)


async def probe(address: str) -> str:
    """Make sure that a deskterm server answers at `address`, as typed; answers its version."""
    from deskterm.client.api import Api

    api = Api(normalise(address))
    try:
        return (await api.probe()).version
    finally:
        await api.close()


def organizations(error: ApiError) -> str:
    """The organizations to choose from, where a sign-in was refused for want of a choice; else nothing."""
    for each in error.extra.get("errors", ()):
        if isinstance(each, dict) and each.get("loc") == ["body", "organization"]:
            return str(each.get("msg", "")).removeprefix("must be one of: ")
    return ""


def _nobody(sentence: str = "") -> ApiError:
    return ApiError("unauthenticated", 401, sentence)


def _token_without_server() -> str:
    if os.environ.get("DESKTERM_TOKEN", "").strip():
        return "DESKTERM_TOKEN is set, but no server: name it with --server or DESKTERM_SERVER."
    return ""
