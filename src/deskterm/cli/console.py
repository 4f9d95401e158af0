"""`deskterm`: the console, for whoever is signed in, or the sign-in."""

import argparse

from deskterm.cli.start import open_console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to go, and as whom."""
    from deskterm.cli.place import add_place_arguments

    add_place_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open the console; answers the exit code."""
    from deskterm.client.accounts.entrance import Wish

    return open_console(
        lambda: Wish(server=arguments.server, organization=arguments.organization, email=arguments.email)
    )
