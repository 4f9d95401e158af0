"""`deskterm login`: sign in without opening the console."""

import argparse
import asyncio
import getpass
import sys

from deskterm.cli import exits
from deskterm.cli.console import add_place_arguments
from deskterm.cli.failures import exit_code, sentence
from deskterm.client.credentials import Credentials
from deskterm.client.entrance import Entrance, Wish, organizations
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.signin import Admission, sign_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who signs in, and where; what is not given is asked for."""
    parser.add_argument("email", nargs="?", help="your e-mail address")
    add_place_arguments(parser)
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def run(arguments: argparse.Namespace) -> int:
    """Sign in and say where the token went; answers the exit code."""
    credentials = Credentials()
    known = Entrance(Wish(server=arguments.server), credentials).known()
    try:
        server = known.server or _ask("Server (like https://desk.example.com): ")
        email = (
            arguments.email or _ask(f"E-mail{f' [{known.email}]' if known.email else ''}: ") or known.email
        )
        password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else _ask_password(email)
    except EOFError:
        return exits.fail(
            exits.USAGE,
            "deskterm login: there is no terminal to ask on. Give --server, the e-mail and --password-stdin.",
        )
    except KeyboardInterrupt:
        return exits.fail(exits.USAGE, "\nNot signed in.")
    signing_in = sign_in(server, email, password, credentials, organization=arguments.organization)
    try:
        admitted = asyncio.run(signing_in)
    except ClientError as error:
        return _refused(error)
    _tell(admitted)
    return exits.OK


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise EOFError
    return input(question).strip()


def _ask_password(email: str) -> str:
    if not sys.stdin.isatty():
        raise EOFError
    return getpass.getpass(f"Password of {email}: ")


def _refused(error: ClientError) -> int:
    if isinstance(error, ApiError) and (slugs := organizations(error)):
        return exits.fail(
            exits.USAGE, f"You are in several organizations: {slugs}. Name one with --organization."
        )
    return exits.fail(exit_code(error), sentence(error))


def _tell(admitted: Admission) -> None:
    from deskterm.text.safe import safe_line

    me = admitted.me
    role = f" ({me.role})" if me.role else ""
    for trouble in admitted.kept.troubles:
        print(safe_line(trouble, None), file=sys.stderr)
    print(
        f"Signed in as {safe_line(me.name)}{role} of {safe_line(me.organization.name)} at {admitted.server}."
    )
    print(f"The token is kept in {admitted.kept.where}.")
