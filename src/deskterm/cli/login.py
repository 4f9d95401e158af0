"""`deskterm login`: sign in without opening the console."""

import argparse
import asyncio
import os
import shlex
import sys

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import answer_to, complain, say, secret_answer_to
from deskterm.client.accounts.credentials import STORES_VARIABLE, Credentials
from deskterm.client.accounts.entrance import Wish, organizations
from deskterm.client.accounts.guests import Guests, Known
from deskterm.client.accounts.signin import Admission, sign_in, sign_in_with_command, sign_in_with_token
from deskterm.client.accounts.stores import StoreError
from deskterm.client.errors import ApiError, ClientError
from deskterm.text.words import later, tr

_NOBODY_TO_ASK = later(
    "deskterm login: there is no terminal to ask on. Give --server, the e-mail and --password-stdin."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who signs in, and where; what is not given is asked for."""
    parser.add_argument("address", nargs="?", metavar="EMAIL", help="your e-mail address")
    add_place_arguments(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    how.add_argument("--token-stdin", action="store_true", help="read a token from standard input")
    how.add_argument(
        "--token-command",
        metavar="COMMAND",
        help="ask this command for a token each time, as `pass show desk`",
    )
    parser.add_argument("--no-file-store", action="store_true", help="never keep the token in a file")


def run(arguments: argparse.Namespace) -> int:
    """Sign in and say where the token went; answers the exit code."""
    if arguments.no_file_store:
        os.environ[STORES_VARIABLE] = "keyring"
    credentials = Credentials()
    wish = Wish(server=arguments.server, organization=arguments.organization, email=arguments.email)
    known = Guests(wish, credentials).known()
    try:
        admitted = _admit(arguments, known, credentials)
    except EOFError:
        return exits.fail(
            exits.USAGE,
            tr(_NOBODY_TO_ASK),
        )
    except KeyboardInterrupt:
        return exits.fail(exits.USAGE, tr("\nNot signed in."))
    except StoreError as error:
        return exits.fail(exits.INVALID, str(error))
    except ClientError as error:
        return _refused(error)
    tell(admitted)
    return exits.OK


def _admit(arguments: argparse.Namespace, known: Known, credentials: Credentials) -> Admission:
    server = known.server or _ask(tr("Server (like https://desk.example.com): "))
    if arguments.token_stdin:
        return asyncio.run(sign_in_with_token(server, sys.stdin.readline(), credentials))
    if arguments.token_command:
        command = tuple(shlex.split(arguments.token_command))
        return asyncio.run(sign_in_with_command(server, command, credentials))
    email = arguments.address or arguments.email or _ask_email(known.email)
    password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else _ask_password(email)
    return asyncio.run(sign_in(server, email, password, credentials, organization=arguments.organization))


def _ask_email(before: str) -> str:
    return _ask(f"E-mail{f' [{before}]' if before else ''}: ") or before


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise EOFError
    return answer_to(question).strip()


def _ask_password(email: str) -> str:
    if not sys.stdin.isatty():
        raise EOFError
    return secret_answer_to(tr("Password of {email}: ", email=email))


def _refused(error: ClientError) -> int:
    if isinstance(error, ApiError) and (slugs := organizations(error)):
        return exits.fail(
            exits.USAGE,
            tr("You are in several organizations: {slugs}. Name one with --organization.", slugs=slugs),
        )
    return exits.fail(exit_code(error), sentence(error))


def tell(admitted: Admission) -> None:
    """Say who is signed in, and where the token is kept."""
    from deskterm.text.safe import safe_line

    me = admitted.me
    role = f" ({me.role})" if me.role else ""
    for trouble in admitted.kept.troubles:
        complain(trouble)
    say(
        tr(
            "Signed in as {name}{role} of {organization} at {server}.",
            name=safe_line(me.name),
            role=role,
            organization=safe_line(me.organization.name),
            server=admitted.server,
        )
    )
    say(tr("The token is kept in {where}.", where=admitted.kept.where))
