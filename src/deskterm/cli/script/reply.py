"""`deskterm reply`: answer a conversation's contact."""

import argparse

from deskterm.cli.script.sending import add_sending_arguments, send


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The message, and who speaks."""
    add_sending_arguments(parser)
    parser.add_argument("--persona", metavar="NAME", help="speak as this persona (its name or id)")


def run(arguments: argparse.Namespace) -> int:
    """Send it; answers the exit code."""
    arguments.verb = "reply"
    return send(arguments)
