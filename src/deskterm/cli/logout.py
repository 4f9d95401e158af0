"""`deskterm logout`: end sessions on their servers and forget their tokens here."""

import argparse
import asyncio
import sys

from deskterm.cli import exits
from deskterm.cli.place import add_place_arguments, said_server
from deskterm.cli.say import answer_to, complain, say
from deskterm.client.accounts.credentials import Credentials, environment_token
from deskterm.client.accounts.guests import Guests
from deskterm.client.accounts.known import Account, KnownAccount
from deskterm.client.accounts.signin import sign_out
from deskterm.client.cache.file import cache_file, remove
from deskterm.client.errors import BadAddress
from deskterm.client.local.first_page import wipe
from deskterm.client.local.paths import state_folder
from deskterm.settings import Settings
from deskterm.text.safe import safe_line
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to sign out; without anything, whoever used the console last."""
    parser.add_argument("address", nargs="?", metavar="EMAIL", help="your e-mail address")
    add_place_arguments(parser)
    parser.add_argument("--all", action="store_true", help="every account that fits")


def run(arguments: argparse.Namespace) -> int:
    """Sign out; answers the exit code."""
    credentials = Credentials()
    try:
        server = said_server(arguments)
    except BadAddress as error:
        return exits.fail(exits.USAGE, error.sentence)
    email = arguments.address or arguments.email
    fitting = credentials.accounts.fitting(server, arguments.organization, email)
    signed_in = [each for each in fitting if each.store or each.token_command]
    said = server or arguments.organization or email
    if said and len(signed_in) > 1 and not arguments.all:
        several = "\n".join(f"  {safe_line(describe(each), None)}" for each in signed_in)
        return exits.fail(
            exits.USAGE, tr("Several accounts fit; say more, or --all:\n{several}", several=several)
        )
    gone = [_sign_out(each, credentials) for each in (signed_in if arguments.all else signed_in[:1])]
    if environment_token():
        complain("DESKTERM_TOKEN is still set; unset it.")
    if not any(gone):
        return exits.fail(exits.NOT_FOUND, tr("Nobody is signed in here."))
    return exits.OK


def describe(known: KnownAccount) -> str:
    """An account as options name it."""
    account = known.account
    where = f" --organization {account.organization}" if account.organization else ""
    return f"{account.email} --server {account.server}{where}"


def _gives_up_outbox(account: Account) -> bool:
    """Whether to go on: what was not sent is thrown away after a question; without a terminal it stays."""
    from deskterm.client.outbox.file import left_in, outbox_file, wipe_file

    folder = Settings(home=state_folder()).outbox
    path = outbox_file(folder, account.server, account.email) if folder else None
    left = left_in(path, account.organization) if path else 0
    if path is None or not left:
        return True
    if not sys.stdin.isatty():
        complain(tr("{count} not sent yet: it waits in the outbox for the next sign-in.", count=left))
        return True
    answer = answer_to(
        tr("{count} not sent yet, and thrown away by signing out. Sign out? [y/N]", count=left) + " "
    )
    if answer.strip().lower() not in ("y", "yes"):
        say("Still signed in.")
        return False
    wipe_file(path, account.organization)
    return True


def wipe_copy(account: Account) -> None:
    """Keep nothing on this machine of what this account has read."""
    folder = Settings(home=state_folder()).cache
    if folder is not None:
        remove(cache_file(folder, Guests().owner_of(account)))


def _sign_out(known: KnownAccount, credentials: Credentials) -> bool:
    account = known.account
    found = credentials.kept(account)
    if found is None:
        return False
    if not _gives_up_outbox(account):
        return True
    for trouble in asyncio.run(sign_out(account, found.token, credentials)):
        exits.fail(exits.OK, trouble)
    pages = Settings(home=state_folder()).first_page
    if pages is not None:
        wipe(pages, Guests().owner_of(account))
    wipe_copy(account)
    where = " · " + known.place if known.name else ""
    say(
        tr(
            "Signed out {email} at {server}{where}. The token is forgotten here.",
            email=account.email,
            server=account.server,
            where=where,
        )
    )
    return True
