"""`deskterm accounts`: where one is signed in, where each token is kept, and moving one elsewhere."""

import argparse
import json

from deskterm.cli import exits
from deskterm.cli.logout import describe, wipe_copy
from deskterm.cli.place import add_place_arguments, said_server
from deskterm.cli.say import say
from deskterm.client.accounts.credentials import LASTING, Credentials
from deskterm.client.accounts.known import KnownAccount
from deskterm.client.accounts.stores import StoreError
from deskterm.client.errors import BadAddress
from deskterm.text.safe import safe_line
from deskterm.text.width import cells
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which accounts, and what about them."""
    add_place_arguments(parser)
    parser.add_argument(
        "-o", "--output", choices=("text", "json"), default="text", help="text is the default"
    )
    parser.add_argument("--move-to", choices=LASTING, help="keep the token there instead")
    parser.add_argument(
        "--forget", action="store_true", help="take an account off the list; it is signed out"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print one line per account, the one that `deskterm` opens first; answers the exit code."""
    credentials = Credentials()
    try:
        server = said_server(arguments) if arguments.server else None
    except BadAddress as error:
        return exits.fail(exits.USAGE, error.sentence)
    known = credentials.accounts.fitting(server, arguments.organization, arguments.email)
    if not known and arguments.output == "text":
        return exits.fail(exits.NOT_FOUND, tr("No account is known here. Sign in with `deskterm login`."))
    if arguments.move_to or arguments.forget:
        if len(known) > 1:
            several = "\n".join(f"  {safe_line(describe(each), None)}" for each in known)
            return exits.fail(exits.USAGE, tr("Several accounts fit; say more:\n{several}", several=several))
        return _forget(known[0], credentials) if arguments.forget else _move(known[0], arguments, credentials)
    first = credentials.accounts.all()[:1]
    if arguments.output == "json":
        say(json.dumps([_document(each, each in first) for each in known], ensure_ascii=True, indent=2))
        return exits.OK
    for line in _table([_row(each, each in first) for each in known]):
        say(line)
    return exits.OK


def _move(known: KnownAccount, arguments: argparse.Namespace, credentials: Credentials) -> int:
    try:
        kept = credentials.move(known.account, arguments.move_to)
    except StoreError as error:
        return exits.fail(exits.CONFLICT, str(error))
    say(tr("The token is kept in {where}.", where=kept.where))
    return exits.OK


def _forget(known: KnownAccount, credentials: Credentials) -> int:
    if known.store:
        return exits.fail(
            exits.CONFLICT,
            tr("Sign out first: deskterm logout {account}", account=safe_line(describe(known), None)),
        )
    credentials.accounts.forget(known.account)
    wipe_copy(known.account)
    say(tr("{email} at {server} is off the list.", email=known.account.email, server=known.account.server))
    return exits.OK


def _row(known: KnownAccount, default: bool) -> tuple[str, ...]:
    account = known.account
    row = (
        "*" if default else "",
        account.email,
        known.role or "",
        known.place,
        account.server,
        _where(known),
    )
    return tuple(safe_line(each, None) for each in row)


def _where(known: KnownAccount) -> str:
    if known.token_command:
        return tr("token from a command")
    return tr("token in {store}", store=known.store) if known.store else tr("signed out")


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    padded = (
        [cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows
    )
    return ["  ".join(row).rstrip() for row in padded]


def _document(known: KnownAccount, default: bool) -> dict[str, object]:
    account = known.account
    return {
        "server": account.server,
        "email": account.email,
        "organization": account.organization or None,
        "organization_name": known.name,
        "name": known.person,
        "role": known.role,
        "store": "command" if known.token_command else known.store,
        "signed_in": bool(known.store or known.token_command),
        "default": default,
    }
