"""`deskterm join`: come in by the token of an invitation, a reset or an e-mail, and stay signed in."""

import argparse
import asyncio
import sys

from deskterm.cli import exits
from deskterm.cli.ask import Refused, ask, ask_password
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.login import tell
from deskterm.cli.say import secret_answer_to
from deskterm.client.accounts.credentials import Credentials, environment_server
from deskterm.client.accounts.signin import Admission, come_in
from deskterm.client.errors import ApiError, ClientError
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where and with what; what is not given is asked for."""
    parser.add_argument("--server", metavar="URL", help="the server to talk to (or DESKTERM_SERVER)")
    parser.add_argument("--name", help="your name, if you are new there")
    parser.add_argument(
        "--stdin", action="store_true", help="read token and password from standard input, a line each"
    )


def run(arguments: argparse.Namespace) -> int:
    """Come in and say where the token of the sign-in went; answers the exit code."""
    try:
        tell(_come_in(arguments))
    except Refused as refusal:
        return exits.fail(exits.USAGE, f"deskterm join: {refusal}")
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm join: {_words(error)}")
    return exits.OK


def _come_in(arguments: argparse.Namespace) -> Admission:
    server = ask(arguments.server or environment_server(), tr("Server"))
    if arguments.stdin:
        token, password = (sys.stdin.readline().strip("\r\n") for _ in range(2))
        name = arguments.name or ""
    elif not sys.stdin.isatty():
        raise Refused(tr("There is no terminal to ask on; give token and password with --stdin."))
    else:
        token = secret_answer_to(tr("Token: ")).strip()
        name = ask(arguments.name, tr("Your name")) if token.startswith("dk_i_") else ""
        password = "" if token.startswith("dk_b_") else ask_password(False)
    return asyncio.run(come_in(server, token, password, Credentials(), name=name))


def _words(error: ClientError) -> str:
    if isinstance(error, ApiError) and error.code == "gone":
        return tr("This token was used already, was taken back, or has expired. Ask for a new one.")
    if isinstance(error, ApiError) and error.code == "invalid_credentials":
        return tr("You have an account with this address: give the password that it has.")
    return sentence(error)
