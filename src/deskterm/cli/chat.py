"""`deskterm chat`: the customers' screen."""

import argparse

from deskterm.cli.place import add_place_arguments
from deskterm.cli.start import open_console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to go."""
    add_place_arguments(parser)
    parser.add_argument("--plain", action="store_true", help="line by line, for screen readers and pipes")
    parser.add_argument("--once", action="store_true", help="with --plain: send standard input, and end")


def run(arguments: argparse.Namespace) -> int:
    """Open the customers' screen; answers the exit code."""
    if arguments.plain or arguments.once:
        from deskterm.cli.plain.run import plain_chat

        return plain_chat(arguments.server, arguments.organization, arguments.email, once=arguments.once)
    from deskterm.client.accounts.entrance import Wish

    return open_console(
        lambda: Wish(arguments.server, arguments.organization, arguments.email, customers_only=True)
    )
