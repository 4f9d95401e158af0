"""`deskterm import legacy-chat`: bring an older chat's people and messages into an organization.

While no server runs; a dry run works beside one, for it imports into a copy that is thrown away.
"""

import argparse
import asyncio
import tempfile
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deskterm.cli import exits, legacy_report
from deskterm.cli.data import add_data_argument, default_data, opened
from deskterm.cli.say import say
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import Conflict, DeskError, NotFound
from deskterm.server.legacy.findings import Findings
from deskterm.server.legacy.importing import run_import
from deskterm.server.legacy.place import place_of
from deskterm.server.legacy.reading import read_all
from deskterm.server.legacy.sources import BadSource, opened_source
from deskterm.server.legacy.undoing import do_undo
from deskterm.server.legacy.values import key
from deskterm.server.legacy.wishes import Wishes
from deskterm.server.storage.copy import copy_database
from deskterm.server.storage.database import Database
from deskterm.server.storage.kept_backups import FOLDER
from deskterm.server.storage.legacy_staging import Staging
from deskterm.server.storage.private import create_private_directory
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from, where to, how much."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--from",
        dest="source",
        metavar="DIR|URL",
        help="a folder with the old tables as CSV, or postgresql://… (needs deskterm[postgres])",
    )
    what.add_argument("--undo", type=int, metavar="RUN", help="take an import back, by its number")
    parser.add_argument("--organization", metavar="SLUG", help="needed where there are several")
    parser.add_argument("--dry-run", action="store_true", help="print the same report and change nothing")
    parser.add_argument("--users", type=Path, metavar="FILE", help="only these: a user's id or e-mail a line")
    parser.add_argument("--keep-groups", action="store_true", help="keep old groups as rooms to be read")
    parser.add_argument(
        "--timezone", type=_zone, default=UTC, metavar="ZONE", help="of times that name none (default: UTC)"
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        default=Path("legacy-chat.rejects.jsonl"),
        metavar="FILE",
        help="where rows go that have no place, with reasons; .csv or JSON lines (default: %(default)s)",
    )
    add_data_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import or take back; answers the exit code."""
    data = (arguments.data or default_data()).absolute()
    if not (data / DATABASE_NAME).exists():
        return _fail(
            exits.NOT_FOUND, tr("there is no database in {data}; `deskterm init` makes one.", data=data)
        )
    if arguments.users and arguments.keep_groups:
        return _fail(exits.USAGE, "--keep-groups goes with all users: groups belong to many.")
    try:
        asyncio.run(_undo(data, arguments) if arguments.undo is not None else _import(data, arguments))
    except NotFound:
        missing = (
            tr("import {undo}", undo=arguments.undo) if arguments.undo is not None else arguments.organization
        )
        return _fail(exits.NOT_FOUND, tr("there is no {missing}.", missing=missing))
    except Conflict as error:
        return _fail(exits.CONFLICT, error.detail)
    except DeskError as error:
        return _fail(exits.INVALID if isinstance(error, BadSource) else exits.TRY_AGAIN, error.detail)
    return exits.OK


async def _import(data: Path, arguments: argparse.Namespace) -> None:
    if not arguments.dry_run:
        async with opened(data) as database:
            await _import_into(database, data, arguments)
        return
    with tempfile.TemporaryDirectory(prefix="dry-run-", dir=data) as folder:
        copy_database(data / DATABASE_NAME, Path(folder) / DATABASE_NAME)
        async with opened(Path(folder)) as database:
            await _import_into(database, data, arguments)
    say("This was a dry run: nothing is changed.")


async def _import_into(database: Database, data: Path, arguments: argparse.Namespace) -> None:
    place = database.read(lambda reader: place_of(reader, arguments.organization))
    now = SystemClock().now()
    wishes = Wishes(arguments.timezone, now, arguments.keep_groups, _users(arguments.users))
    options = {"keep_groups": wishes.keep_groups, "users": sorted(wishes.users) if wishes.users else None}
    staging, findings = Staging(), Findings(arguments.rejects)

    async def back_up() -> str:
        target = data / FOLDER / f"before-import-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.backup"
        if arguments.dry_run:
            return str(target)
        create_private_directory(target.parent)
        made = await database.back_up(target)
        say(
            tr(
                "backed up to {path} ({size} MB), read back and found whole",
                path=made.path,
                size=f"{made.size / 1_000_000:.1f}",
            )
        )
        return str(made.path)

    try:
        with opened_source(arguments.source) as source:
            read_all(source, wishes, staging, findings)
        done = await run_import(database, place, staging, options, now=now, back_up=back_up)
        findings.keep()
    finally:
        findings.drop()
        staging.close()
    legacy_report.report(_shown(arguments.source), place.slug, done, findings, arguments.rejects)
    if done is not None and not arguments.dry_run:
        again = tr(" It had been interrupted and is whole now.") if done.went_on else ""
        say(
            tr(
                "This was import {number}; --undo {number} takes it back.{again}",
                number=done.run.number,
                again=again,
            )
        )


async def _undo(data: Path, arguments: argparse.Namespace) -> None:
    async with opened(data) as database:
        place = database.read(lambda reader: place_of(reader, arguments.organization))
        done = await database.write(lambda tx: do_undo(tx, place, arguments.undo))
    legacy_report.undone(done)


def _users(file: Path | None) -> frozenset[str] | None:
    """The ids and addresses in a file, one a line."""
    if file is None:
        return None
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    return frozenset(key(line).lower() for line in lines if line.strip())


def _shown(source: str) -> str:
    """Where it comes from, without a password."""
    head, at, tail = source.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at and "://" in head else source


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise argparse.ArgumentTypeError(f"there is no time zone {name}") from None


def _fail(code: int, sentence: str) -> int:
    return exits.fail(code, f"deskterm import legacy-chat: {sentence}")
