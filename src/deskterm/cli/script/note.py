"""`deskterm note`: write an internal note."""

import argparse

from deskterm.cli.script.sending import add_sending_arguments, send


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The note."""
    add_sending_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write it; answers the exit code."""
    arguments.verb = "note"
    return send(arguments, visibility="internal")
