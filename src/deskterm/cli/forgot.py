"""`deskterm forgot`: have a token mailed that sets a new password."""

import argparse
import asyncio

from deskterm.cli import exits
from deskterm.cli.ask import Refused, ask
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.say import say
from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import environment_server
from deskterm.client.errors import ClientError
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where, and whose."""
    parser.add_argument("--server", metavar="URL", help="the server to talk to (or DESKTERM_SERVER)")
    parser.add_argument("address", metavar="EMAIL", help="the address you sign in with")


def run(arguments: argparse.Namespace) -> int:
    """Ask for it; the answer is the same whoever it is."""
    try:
        server = ask(arguments.server or environment_server(), tr("Server"))
        asyncio.run(_ask(server, ask(arguments.address, "E-mail", email=True)))
    except Refused as refusal:
        return exits.fail(exits.USAGE, f"deskterm forgot: {refusal}")
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm forgot: {sentence(error)}")
    say(
        tr(
            "If somebody signs in with this address and the server sends e-mail, a token is on its "
            "way.\nSet the new password with it: deskterm join --server {server}",
            server=server,
        )
    )
    return exits.OK


async def _ask(server: str, email: str) -> None:
    from deskterm.client.http.api import Api

    api = Api(normalise(server))
    try:
        await api.mail_password_reset(email)
    finally:
        await api.close()
