"""`deskterm backup`: a verified copy of a server's database, while it runs or not."""

import argparse
import asyncio
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.copies import back_up_postgres
from deskterm.cli.data import add_data_argument, add_database_argument, default_data, opened
from deskterm.cli.say import say
from deskterm.server.config import DATABASE_NAME
from deskterm.server.control import ask_for_backup
from deskterm.server.errors import DeskError
from deskterm.server.storage.database import Backup
from deskterm.server.storage.kept_backups import FOLDER, backups_in, new_backup, remove_backups
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.network_disk import NetworkDisk
from deskterm.server.storage.places import BadPlace, require_place
from deskterm.server.storage.private import create_private_directory
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the copy goes and how many stay."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help=f"where to (default: {FOLDER}/ in the data folder)"
    )
    add_data_argument(parser)
    add_database_argument(parser)
    parser.add_argument(
        "--keep",
        type=_at_least_one,
        metavar="N",
        help="afterwards keep only the newest N in the default folder",
    )


def run(arguments: argparse.Namespace) -> int:
    """Back up and say where it is; answers the exit code."""
    data = (arguments.data or default_data()).absolute()
    if not arguments.database and not (data / DATABASE_NAME).exists():
        return exits.fail(exits.NOT_FOUND, tr("deskterm backup: there is no database in {data}.", data=data))
    target = arguments.file.absolute() if arguments.file else new_backup(data)
    try:
        require_place(target)
        create_private_directory(target.parent)
        made = asyncio.run(_back_up(data, target, arguments.database))
    except DatabaseInUse as error:
        return exits.fail(
            exits.CONFLICT, tr("{detail} It could not be asked for a backup either.", detail=error.detail)
        )
    except NetworkDisk as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except BadPlace as error:
        return exits.fail(exits.CONFLICT, f"deskterm backup: {error}")
    except DeskError as error:
        return exits.fail(exits.TRY_AGAIN, f"deskterm backup: {error}")
    except OSError as error:
        error.filename = error.filename or target  # a disk that is full names none
        raise
    say(
        tr(
            "backed up to {path} ({size} MB), read back and found whole",
            path=made.path,
            size=f"{made.size / 1_000_000:.1f}",
        )
    )
    if arguments.keep and not arguments.file:
        _keep(target.parent, arguments.keep)
    return exits.OK


async def _back_up(data: Path, target: Path, address: str | None) -> Backup:
    """By the server that runs there, else by ourselves. PostgreSQL answers both at once."""
    if address is not None:
        return await asyncio.to_thread(back_up_postgres, address, target, data)
    made = await ask_for_backup(data, target)
    if made is not None:
        return made
    async with opened(data) as database:
        return await database.back_up(target)


def _keep(folder: Path, count: int) -> None:
    """Remove older backups, and the files that were only theirs."""
    if not remove_backups(folder, backups_in(folder)[:-count]):
        say("the files of older backups stay, because one of those that are left cannot be read")


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)
