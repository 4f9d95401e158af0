"""`deskterm invite`: ask somebody into the organization; prints the token to hand over."""

import argparse
import asyncio

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import say
from deskterm.cli.way_in import signed_in
from deskterm.client.errors import ClientError
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, as what, for how long."""
    parser.add_argument("address", metavar="EMAIL", help="their e-mail address")
    parser.add_argument("--role", choices=("admin", "staff", "customer"), default="staff")
    parser.add_argument("--max-concurrent", type=int, metavar="N", help="most conversations at once")
    parser.add_argument(
        "--minutes", type=int, metavar="N", help="how long it works: 15 unless you say so, a week at most"
    )
    add_place_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Invite and print the token; answers the exit code."""
    try:
        return asyncio.run(_invite(arguments))
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm invite: {sentence(error)}")


async def _invite(arguments: argparse.Namespace) -> int:
    async with signed_in(arguments) as api:
        made = await api.invite(
            arguments.address,
            arguments.role,
            max_concurrent=arguments.max_concurrent,
            minutes=arguments.minutes,
        )
        until = f"{made.expires_at:%Y-%m-%d %H:%M} UTC"
        say(
            tr(
                "{email} may join as {role}, once, until {until}, by\n  deskterm join --server "
                "{server}\nand this token, which is shown only now:",
                email=made.email,
                role=tr(made.role.value),
                until=until,
                server=api.server,
            )
        )
        say(made.token)
    return exits.OK
