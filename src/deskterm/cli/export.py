"""`deskterm export`: one organization as an archive, while the server runs or not."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from deskterm.cli import exits
from deskterm.cli.copies import back_up_postgres, note_export
from deskterm.cli.data import add_data_argument, add_database_argument, default_data
from deskterm.cli.say import say
from deskterm.protocol.ids import IdSource
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import DeskError
from deskterm.server.storage.archive import export_lines
from deskterm.server.storage.places import BadPlace, require_place_for_archive
from deskterm.server.storage.private import create_private, create_private_directory
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which organization and where to."""
    parser.add_argument("organization", metavar="SLUG", help="the organization's short name")
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; - writes to standard output")
    add_data_argument(parser)
    add_database_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the archive; answers the exit code. It holds password hashes and customers' words: 0600."""
    path = (arguments.data or default_data()).absolute() / DATABASE_NAME
    if not arguments.database and not path.exists():
        return exits.fail(
            exits.NOT_FOUND, tr("deskterm export: there is no database in {parent}.", parent=path.parent)
        )
    clock = SystemClock()
    at, entry_id = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", IdSource(clock.now).new_bytes()
    try:
        with _place(path, arguments, entry_id, clock.now()) as read:
            rows = _write(
                arguments.file, export_lines(read, arguments.organization, at, entry_id, clock.now())
            )
    except LookupError:
        return exits.fail(
            exits.NOT_FOUND,
            tr(
                "deskterm export: there is no organization {organization}.",
                organization=arguments.organization,
            ),
        )
    except BadPlace as error:
        return exits.fail(exits.CONFLICT, f"deskterm export: {error}")
    except DeskError as error:
        return exits.fail(exits.TRY_AGAIN, f"deskterm export: {error}")
    except OSError as error:
        error.filename = error.filename or arguments.file  # a disk that is full names none
        raise
    if str(arguments.file) != "-":
        say(
            tr(
                "exported {organization} to {file} ({count} rows)",
                organization=arguments.organization,
                file=arguments.file,
                count=rows - 2,
            )
        )
    return exits.OK


@contextmanager
def _place(path: Path, arguments: argparse.Namespace, entry_id: bytes, now: int) -> Iterator[Path]:
    """The file to read: of PostgreSQL a copy of this moment, gone afterwards."""
    if not arguments.database:
        path.open("rb").close()  # the system's word says more than SQLite's
        yield path
        return
    create_private_directory(path.parent)
    with TemporaryDirectory(dir=path.parent, prefix="exporting-") as folder:
        copy = Path(folder) / DATABASE_NAME
        back_up_postgres(arguments.database, copy, path.parent)
        note_export(arguments.database, arguments.organization, entry_id, now)
        yield copy


def _write(file: Path, lines: Iterable[str]) -> int:
    """Write all lines or leave no file; answers how many."""
    if str(file) == "-":
        return sum(bool(sys.stdout.write(line + "\n")) for line in lines)
    require_place_for_archive(file)
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            count = sum(bool(out.write(line + "\n")) for line in lines)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return count
