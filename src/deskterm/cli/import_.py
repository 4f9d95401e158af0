"""`deskterm import`: make the organization of an archive here, while no server runs."""

import argparse
import asyncio
import sys
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.data import add_data_argument, default_data, opened
from deskterm.cli.say import say
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import Conflict, DeskError
from deskterm.server.storage.archive import Imported, import_lines
from deskterm.server.storage.lock import DatabaseInUse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which archive, and under which name."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="what `deskterm export` wrote; - reads standard input"
    )
    parser.add_argument("--as", dest="slug", metavar="SLUG", help="another short name for the organization")
    add_data_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import all or nothing; answers the exit code."""
    data = (arguments.data or default_data()).absolute()
    try:
        asyncio.run(_make_ready(data))
        made = _import(arguments.file, data / DATABASE_NAME, arguments.slug)
    except DatabaseInUse as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except Conflict as error:
        return exits.fail(exits.CONFLICT, f"deskterm import: {error}")
    except DeskError as error:
        return exits.fail(exits.INVALID, f"deskterm import: {error}")
    except OSError as error:
        return exits.fail(exits.NOT_FOUND, f"deskterm import: {error.strerror or error}: {arguments.file}")
    say(f"imported {made.slug} ({made.rows} rows)")
    return exits.OK


async def _make_ready(data: Path) -> None:
    """Make or migrate the database, as a server would."""
    async with opened(data):
        pass


def _import(file: Path, path: Path, slug: str | None) -> Imported:
    if str(file) == "-":
        return import_lines(path, sys.stdin, slug)
    with file.open(encoding="utf-8") as lines:
        return import_lines(path, lines, slug)
