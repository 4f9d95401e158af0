"""`deskterm backup`: a verified copy of a server's database, while it runs or not."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx

from deskterm.cli import exits
from deskterm.cli.data import add_data_argument, default_data, opened
from deskterm.server.config import DATABASE_NAME
from deskterm.server.control import SOCKET_NAME, socket_address
from deskterm.server.errors import DeskError
from deskterm.server.storage.database import Backup
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.private import create_private_directory

FOLDER = "backups"
_SUFFIX = ".backup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the copy goes and how many stay."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help=f"where to (default: {FOLDER}/ in the data folder)"
    )
    add_data_argument(parser)
    parser.add_argument(
        "--keep",
        type=_at_least_one,
        metavar="N",
        help="afterwards keep only the newest N in the default folder",
    )


def run(arguments: argparse.Namespace) -> int:
    """Back up and say where it is; answers the exit code."""
    data = (arguments.data or default_data()).absolute()
    if not (data / DATABASE_NAME).exists():
        return exits.fail(exits.NOT_FOUND, f"deskterm backup: there is no database in {data}.")
    target = arguments.file.absolute() if arguments.file else data / FOLDER / _name()
    try:
        create_private_directory(target.parent)
        made = _by_the_server(data, target) or asyncio.run(_by_ourselves(data, target))
    except DatabaseInUse as error:
        return exits.fail(exits.CONFLICT, f"{error.detail} It could not be asked for a backup either.")
    except (DeskError, _Refused) as error:
        return exits.fail(exits.TRY_AGAIN, f"deskterm backup: {error}")
    except OSError as error:
        return exits.fail(exits.TRY_AGAIN, f"deskterm backup: {error.strerror or error}: {target}")
    print(f"backed up to {made.path} ({made.size / 1_000_000:.1f} MB), read back and found whole")
    if arguments.keep and not arguments.file:
        _keep(target.parent, arguments.keep)
    return exits.OK


class _Refused(Exception):
    """The running server could not do it; the message is its own."""


def _by_the_server(data: Path, target: Path) -> Backup | None:
    """Ask the server that runs on this data; None if none answers there."""
    if not (data / SOCKET_NAME).exists():
        return None
    with socket_address(data) as address, httpx.Client(transport=httpx.HTTPTransport(uds=address)) as client:
        try:
            answer = client.post("http://operators/backup", json={"target": str(target)}, timeout=None)
        except httpx.ConnectError:  # of a server that was killed
            return None
        except httpx.HTTPError as error:
            raise _Refused(f"the server ended while it made the backup ({error}).") from error
    if answer.is_error:
        raise _Refused(answer.json()["detail"])
    return Backup(Path(answer.json()["path"]), answer.json()["size"])


async def _by_ourselves(data: Path, target: Path) -> Backup:
    async with opened(data) as database:
        return await database.back_up(target)


def _name() -> str:
    return f"deskterm-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}{_SUFFIX}"


def _keep(folder: Path, count: int) -> None:
    """Remove older backups; their names sort by time."""
    for old in sorted(folder.glob(f"deskterm-*{_SUFFIX}"))[:-count]:
        old.unlink()


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)
