"""Where to go and as whom: the options that every verb has that talks to a server."""

import argparse

from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import environment_server


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """`--server`, `--organization` and `--as`."""
    parser.add_argument("--server", metavar="URL", help="the server to talk to (or DESKTERM_SERVER)")
    parser.add_argument("--organization", metavar="SLUG", help="for people in several organizations")
    parser.add_argument(
        "--as", dest="email", metavar="EMAIL", help="which of your accounts (the beginning is enough)"
    )


def said_server(arguments: argparse.Namespace) -> str | None:
    """The server that was named, normalised; BadAddress if it is none."""
    said = arguments.server or environment_server()
    return normalise(said) if said else None
