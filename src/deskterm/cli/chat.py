"""`deskterm chat`: the customers' screen."""

import argparse

from deskterm.cli.console import add_place_arguments
from deskterm.cli.start import open_console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to go."""
    add_place_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open the customers' screen; answers the exit code."""
    from deskterm.client.entrance import Wish

    return open_console(
        lambda: Wish(server=arguments.server, organization=arguments.organization, customers_only=True)
    )
