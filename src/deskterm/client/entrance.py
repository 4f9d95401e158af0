"""The way in: from what the command line, the environment and this machine know to an open desk.

Nothing heavy is imported here before it is needed, so that the first frame does not wait for it.
"""

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskterm.client.accounts import Account, KnownAccount
from deskterm.client.address import normalise
from deskterm.client.credentials import Credentials, environment_server
from deskterm.client.errors import ApiError, BadAddress
from deskterm.protocol.demo import DemoPerson

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: Who somebody is by `DESKTERM_TOKEN` alone: the token names them, nothing is looked up.
_ANYBODY = ""


@dataclass(slots=True, frozen=True)
class Entrance:
    """Where the console goes in, and as whom, as far as that was said.

    `server` is as typed. `person` signs in without asking, which the demo does; `people` are offered to choose
    from instead of a sign-in, and `join` is what to type in a second terminal to come in there as somebody else.
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


class SignInNeeded(Exception):
    """There is no token, or none of use; `reason` is a sentence for people, or nothing."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def known(entrance: Entrance, credentials: Credentials) -> Known:
    """Server, e-mail and organization that were said, or were used here last. Reads one small file."""
    said = entrance.server or environment_server()
    last = _last_account(said, credentials)
    return Known(
        server=said or (last.account.server if last else ""),
        email=last.account.email if last else "",
        organization=entrance.organization or "",
    )


async def enter(entrance: Entrance, credentials: Credentials) -> "Desk":
    """Open the desk of whoever is signed in already; SignInNeeded if nobody is, else any `ClientError`."""
    if entrance.person is not None:
        return await enter_as(entrance.server or "", entrance.person)
    where = known(entrance, credentials)
    if not where.server:
        raise SignInNeeded(_no_server())
    server = normalise(where.server)
    found = await asyncio.to_thread(credentials.find, Account(server, where.email or _ANYBODY))
    if found is None:
        raise SignInNeeded()
    desk = await _open(server, found.token)
    me = desk.replica.me
    if entrance.organization and me and me.organization.slug not in (None, entrance.organization):
        await desk.close()
        raise SignInNeeded(f"You are signed in to {me.organization.name}. Sign in to {entrance.organization}.")
    return desk


async def enter_as(server: str, person: DemoPerson) -> "Desk":
    """Sign a person of the demo in and open their desk; nothing is kept on this machine."""
    from deskterm.client.api import Api

    api = Api(normalise(server))
    try:
        await api.probe()
        signed = await api.login(person.email, person.password, person.organization)
    finally:
        await api.close()
    return await _open(api.server, signed.token)


async def probe(address: str) -> str:
    """Make sure that a deskterm server answers at `address`, as typed; answers its version."""
    from deskterm.client.api import Api

    api = Api(normalise(address))
    try:
        return (await api.probe()).version
    finally:
        await api.close()


async def _open(server: str, token: str) -> "Desk":
    from deskterm.client.desk import Desk

    try:
        return await Desk.open(server, token)
    except ApiError as error:
        if error.status == 401:
            raise SignInNeeded("Your session has ended. Sign in again.") from None
        raise


def _last_account(server: str | None, credentials: Credentials) -> KnownAccount | None:
    if server is None:
        return next(iter(credentials.accounts.all()), None)
    try:
        wanted = normalise(server)
    except BadAddress:
        return None
    return next((each for each in credentials.accounts.all() if each.account.server == wanted), None)


def _no_server() -> str:
    if os.environ.get("DESKTERM_TOKEN", "").strip():
        return "DESKTERM_TOKEN is set, but no server: name it with --server or DESKTERM_SERVER."
    return ""
