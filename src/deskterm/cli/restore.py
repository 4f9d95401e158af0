"""`deskterm restore`: put a backup in the database's place while no server runs."""

import argparse
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.data import PSYCOPG, add_data_argument, add_database_argument, code_of, default_data
from deskterm.cli.say import say
from deskterm.protocol.ids import IdSource
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import Conflict, DeskError
from deskterm.server.root_secret import FILE_NAME
from deskterm.server.storage.restore import Restored, restore
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which backup."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `deskterm backup` made")
    add_data_argument(parser)
    add_database_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore and say where the database of before is; answers the exit code."""
    path = (arguments.data or default_data()).absolute() / DATABASE_NAME
    backup, clock = arguments.file.absolute(), SystemClock()
    try:
        if arguments.database:
            done = _restore_to_postgres(backup, arguments.database, path, clock)
        else:
            done = restore(backup, path, now=clock.now(), ids=IdSource())
    except Conflict as error:  # a server runs there, or a desk is at the destination
        return exits.fail(exits.CONFLICT, error.detail)
    except DeskError as error:
        return exits.fail(code_of(error), f"deskterm restore: {error}")
    except ImportError:
        return exits.fail(exits.INVALID, f"deskterm restore: {tr(PSYCOPG)}")
    say(
        tr(
            "restored {file} to {what}",
            file=arguments.file,
            what="PostgreSQL" if arguments.database else done.path,
        )
    )
    if done.kept is not None:
        say(tr("what was there before is {kept}; remove it when you no longer need it", kept=done.kept))
    if done.missing:
        say(
            tr(
                "{missing} files of messages are missing: they are neither beside the backup nor here",
                missing=done.missing,
            )
        )
    if not (path.parent / FILE_NAME).exists():
        say(
            tr(
                "there is no {file} here: before the start, copy it from where the backup was "
                "made, or identity keys and webhooks get other secrets",
                file=FILE_NAME,
            )
        )
    say("start the server; consoles load everything anew by themselves")
    return exits.OK


def _restore_to_postgres(backup: Path, address: str, path: Path, clock: SystemClock) -> Restored:
    from deskterm.server.storage.engines.postgres.backup import restore_to

    missing = restore_to(address, backup, path.parent, now=clock.now(), ids=IdSource())
    return Restored(path, None, missing)
