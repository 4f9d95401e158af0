"""`deskterm logout`: end the session on the server and forget its token here."""

import argparse
import asyncio
import sys

from deskterm.cli import exits
from deskterm.client.accounts import Account, KnownAccount
from deskterm.client.address import normalise
from deskterm.client.credentials import ENVIRONMENT, Credentials, environment_server
from deskterm.client.errors import BadAddress
from deskterm.client.first_page import wipe
from deskterm.client.paths import state_folder
from deskterm.client.signin import sign_out
from deskterm.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to sign out; without anything, whoever used the console last."""
    parser.add_argument("email", nargs="?", help="your e-mail address")
    parser.add_argument("--server", metavar="URL", help="the server to sign out from (or DESKTERM_SERVER)")


def run(arguments: argparse.Namespace) -> int:
    """Sign out; answers the exit code."""
    credentials = Credentials()
    server = arguments.server or environment_server()
    try:
        known = _wanted(credentials, normalise(server) if server else None, arguments.email)
    except BadAddress as error:
        return exits.fail(exits.USAGE, error.sentence)
    found = credentials.find(known.account) if known else None
    if known is None or found is None:
        return exits.fail(exits.NOT_FOUND, "Nobody is signed in here.")
    account = known.account
    troubles = asyncio.run(sign_out(account.server, account.email, found.token, credentials))
    for trouble in troubles:
        exits.fail(exits.OK, trouble)
    first_page = Settings(home=state_folder()).first_page
    if first_page is not None:
        wipe(first_page)
    print(f"Signed out {account.email} at {account.server}. The token is forgotten here.")
    if found.store == ENVIRONMENT:
        print("DESKTERM_TOKEN is still set; unset it.", file=sys.stderr)
    return exits.OK


def _wanted(credentials: Credentials, server: str | None, email: str | None) -> KnownAccount | None:
    for each in credentials.accounts.all():
        account: Account = each.account
        if (server is None or account.server == server) and (email is None or account.email == email.lower()):
            return each
    return None
