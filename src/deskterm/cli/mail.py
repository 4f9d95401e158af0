"""`deskterm mail`: whether the server that runs here can send e-mail, and whether a customer wants any."""

import argparse
import asyncio

from deskterm.cli import exits
from deskterm.cli.data import add_data_argument, default_data
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import say
from deskterm.cli.way_in import signed_in
from deskterm.client.errors import ClientError
from deskterm.server.control import OperatorRefused, ask_server
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm mail test ADDRESS`, `mail on`, `mail off`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="test|on|off")
    for word in ("on", "off"):
        add_place_arguments(verbs.add_parser(word, help=f"turn e-mail about unread replies {word}"))
    test = verbs.add_parser("test", help="send one line to an address")
    test.add_argument("address", metavar="ADDRESS", help="to whom")
    add_data_argument(test)


def run(arguments: argparse.Namespace) -> int:
    """Do it; answers the exit code."""
    return _test(arguments) if arguments.what == "test" else _turn(arguments)


def _turn(arguments: argparse.Namespace) -> int:
    """Say on the server whether one wants e-mail."""

    async def turn() -> None:
        async with signed_in(arguments) as api:
            await api.want_mail(on=arguments.what == "on")

    try:
        asyncio.run(turn())
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm mail: {sentence(error)}")
    say(tr("E-mail about replies that you have not read is {what}.", what=tr(arguments.what)))
    return exits.OK


def _test(arguments: argparse.Namespace) -> int:
    """Have a line sent and say what the mail server said."""
    data = (arguments.data or default_data()).absolute()
    try:
        said = asyncio.run(ask_server(data, "mail", {"to": arguments.address}))
    except OperatorRefused as error:
        return exits.fail(exits.INVALID, f"deskterm mail: {error.detail}")
    if said is None:
        return exits.fail(exits.NOT_FOUND, tr("deskterm mail: no server runs on {data}.", data=data))
    if not said["configured"]:
        return exits.fail(exits.NOT_FOUND, tr("deskterm mail: the server sends none; start it with --smtp."))
    if said["problem"]:
        return exits.fail(
            exits.TRY_AGAIN, tr("deskterm mail: it was not taken: {problem}", problem=said["problem"])
        )
    say(tr("The mail server has taken it. Look whether it arrives at {address}.", address=arguments.address))
    return exits.OK
