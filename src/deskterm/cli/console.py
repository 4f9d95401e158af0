"""`deskterm`: the console, for whoever is signed in, or the sign-in."""

import argparse

from deskterm.cli.start import open_console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to go."""
    add_place_arguments(parser)


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """`--server` and `--organization`, the same for every verb that talks to a server."""
    parser.add_argument("--server", metavar="URL", help="the server to talk to (or DESKTERM_SERVER)")
    parser.add_argument("--organization", metavar="SLUG", help="for people in several organizations")


def run(arguments: argparse.Namespace) -> int:
    """Open the console; answers the exit code."""
    from deskterm.client.entrance import Wish

    return open_console(lambda: Wish(server=arguments.server, organization=arguments.organization))
