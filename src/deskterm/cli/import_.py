"""`deskterm import`: make the organization of an archive here, while no server runs."""

import argparse
import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.data import add_data_argument, add_database_argument, code_of, default_data, opened
from deskterm.cli.say import say
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import Conflict, DeskError
from deskterm.server.storage.archive_import import Imported
from deskterm.server.storage.engines.importing import import_lines
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which archive, and under which name."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="what `deskterm export` wrote; - reads standard input"
    )
    parser.add_argument("--as", dest="slug", metavar="SLUG", help="another short name for the organization")
    add_data_argument(parser)
    add_database_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import all or nothing; answers the exit code."""
    data = (arguments.data or default_data()).absolute()
    try:
        asyncio.run(_make_ready(data, arguments.database))
        made = _import(arguments, data)
    except DatabaseInUse as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except Conflict as error:
        return exits.fail(exits.CONFLICT, f"deskterm import: {error}")
    except DeskError as error:
        return exits.fail(code_of(error), f"deskterm import: {error}")
    except FileNotFoundError as error:
        return exits.fail(exits.NOT_FOUND, f"deskterm import: {error.strerror}: {arguments.file}")
    say(tr("imported {slug} ({rows} rows)", slug=made.slug, rows=made.rows))
    return exits.OK


async def _make_ready(data: Path, address: str | None) -> None:
    """Make or migrate the database, as a server would."""
    async with opened(data, address):
        pass


def _import(arguments: argparse.Namespace, data: Path) -> Imported:
    if str(arguments.file) == "-":
        return _into(arguments, data, sys.stdin)
    with arguments.file.open(encoding="utf-8") as lines:
        return _into(arguments, data, lines)


def _into(arguments: argparse.Namespace, data: Path, lines: Iterable[str]) -> Imported:
    if not arguments.database:
        return import_lines(data / DATABASE_NAME, lines, arguments.slug)
    from deskterm.server.storage.engines.postgres import importing

    return importing.import_lines(arguments.database, data, lines, arguments.slug)
