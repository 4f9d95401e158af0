"""`deskterm restore`: put a backup in the database's place while no server runs."""

import argparse
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.data import add_data_argument, default_data
from deskterm.cli.say import say
from deskterm.protocol.ids import IdSource
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import DeskError
from deskterm.server.root_secret import FILE_NAME
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.restore import restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which backup."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `deskterm backup` made")
    add_data_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore and say where the database of before is; answers the exit code."""
    path = (arguments.data or default_data()).absolute() / DATABASE_NAME
    try:
        done = restore(arguments.file.absolute(), path, now=SystemClock().now(), ids=IdSource())
    except DatabaseInUse as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except DeskError as error:
        return exits.fail(exits.INVALID, f"deskterm restore: {error}")
    say(f"restored {arguments.file} to {done.path}")
    if done.kept is not None:
        say(f"what was there before is {done.kept}; remove it when you no longer need it")
    if done.missing:
        say(f"{done.missing} files of messages are missing: they are neither beside the backup nor here")
    if not (path.parent / FILE_NAME).exists():
        say(
            f"there is no {FILE_NAME} here: before the start, copy it from where the backup was made, "
            "or identity keys and webhooks get other secrets"
        )
    say("start the server; consoles load everything anew by themselves")
    return exits.OK
