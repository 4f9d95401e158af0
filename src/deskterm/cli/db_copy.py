"""`deskterm db copy`: a server's whole database to PostgreSQL or back, while no server runs."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.data import PSYCOPG, add_data_argument, code_of, default_data
from deskterm.cli.say import say
from deskterm.protocol.ids import IdSource
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import Conflict, DeskError
from deskterm.server.storage.attachments import Content
from deskterm.server.storage.engines.moving import file_to_fill, file_to_move
from deskterm.server.storage.file_copies import copy_files
from deskterm.server.storage.moving import Moved, move
from deskterm.server.storage.open import is_address
from deskterm.text.words import tr

_ADDRESS = "postgresql://…"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which way."""
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", metavar="URL", help=f"move the database in --data there, {_ADDRESS}")
    way.add_argument(
        "--from",
        dest="origin",
        metavar="URL",
        help=f"move that one into --data, which has none yet, {_ADDRESS}",
    )
    parser.add_argument(
        "--files",
        type=Path,
        metavar="DIR",
        help="messages' files go to this folder that servers share, or are in it, instead of PostgreSQL",
    )
    add_data_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Move everything and say what was moved; answers the exit code. Run again, it goes on."""
    path = (arguments.data or default_data()).absolute() / DATABASE_NAME
    address = arguments.to or arguments.origin
    if not is_address(address):
        return exits.fail(
            exits.USAGE, tr("deskterm db copy: {address} is no address of PostgreSQL.", address=address)
        )
    try:
        work = _moved_to if arguments.to else _moved_from
        _tell(work(path, address, arguments.files))
    except Conflict as error:
        return exits.fail(exits.CONFLICT, f"deskterm db copy: {error}")
    except DeskError as error:
        return exits.fail(code_of(error), f"deskterm db copy: {error}")
    except ImportError:
        return exits.fail(exits.INVALID, f"deskterm db copy: {tr(PSYCOPG)}")
    served = f"--data {path.parent}" + (f" --database '{address}'" if arguments.to else "")
    served += f" --files {arguments.files}" if arguments.to and arguments.files else ""
    say("counts and hashes are the same on both sides, and the epoch, so that consoles resume")
    say(
        tr(
            "from now on `deskterm serve {served}`; what was copied is as it was, never serve both",
            served=served,
        )
    )
    return exits.OK


def _moved_to(path: Path, address: str, files: Path | None) -> Iterator[Moved]:
    from deskterm.server.storage.engines.postgres.moving import database_to_fill

    clock = SystemClock()
    with file_to_move(path) as origin, database_to_fill(address, now=clock.now(), ids=IdSource()) as there:
        contents = origin.contents()
        if files is None:
            missing = there.take_files(path.parent, contents)
        else:
            missing = copy_files(path.parent, files, contents)
        _tell_files(contents, missing)
        yield from move(origin, there, origin.tables)


def _moved_from(path: Path, address: str, files: Path | None) -> Iterator[Moved]:
    from deskterm.server.storage.engines.postgres.moving import database_to_move

    with database_to_move(address) as origin, file_to_fill(path, now=SystemClock().now()) as there:
        yield from move(origin, there, there.tables)
        contents = there.contents()
        missing = contents if files is None else copy_files(files, path.parent, contents)
        _tell_files(contents, origin.give_files(path.parent, missing))


def _tell_files(contents: Sequence[Content], missing: Sequence[Content]) -> None:
    said = tr("files of messages: {amount}", amount=f"{len(contents) - len(missing):,}")
    say(said + (tr("; {count} are missing, as they were before", count=len(missing)) if missing else ""))


def _tell(moved: Iterator[Moved]) -> None:
    tables, rows, already = 0, 0, 0
    for each in moved:
        tables, rows, already = tables + 1, rows + each.rows, already + each.already
        if each.rows:
            say(
                tr("{table}{rows} rows", table=f"{each.table:<24}", rows=f"{each.rows:>12,}")
                + (" (there already)" if each.already else "")
            )
    say(
        tr("copied {tables} tables, {rows} rows", tables=tables, rows=f"{rows:,}")
        + (tr("; {already} tables were there already", already=already) if already else "")
    )
