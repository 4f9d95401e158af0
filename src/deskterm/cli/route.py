"""`deskterm route explain`: why a conversation goes to whom it goes, or to nobody."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from rich.cells import cell_len

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import say
from deskterm.cli.way_in import signed_in
from deskterm.client.errors import ClientError
from deskterm.text.width import fit

if TYPE_CHECKING:
    from deskterm.client.http.routing_calls import Routing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm route explain NUMBER`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="explain")
    explain = verbs.add_parser("explain", help="say who would get a conversation now, and why")
    explain.add_argument("number", type=_number, metavar="NUMBER", help="the conversation's number")
    add_place_arguments(explain)


def run(arguments: argparse.Namespace) -> int:
    """Say it; answers the exit code."""
    try:
        return asyncio.run(_explain(arguments))
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm route: {sentence(error)}")


async def _explain(arguments: argparse.Namespace) -> int:
    from deskterm.client.replica.filters import Filter

    async with signed_in(arguments) as api:
        found = await api.conversations(Filter(number=arguments.number))
        if not found.items:
            return exits.fail(
                exits.NOT_FOUND, f"deskterm route: there is no conversation #{arguments.number}."
            )
        say(_told(await api.routing(found.items[0].id)))
    return exits.OK


def _told(routing: "Routing") -> str:
    chosen = routing.chosen.name if routing.chosen else "nobody"
    head = f"#{routing.number} ({routing.assignment}): {chosen}. {routing.reason}"
    width = max((cell_len(each.name) for each in routing.agents), default=0)
    agents = [f"  {fit(each.name, width)}  {each.reason}" for each in routing.agents]
    return "\n".join([head, *agents])


def _number(text: str) -> int:
    """A conversation's number, with or without `#`."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise argparse.ArgumentTypeError("is no conversation's number")
    return int(digits)
