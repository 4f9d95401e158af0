"""Where the server keeps its data, and opening that while no server runs."""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from platformdirs import user_data_path

from deskterm.cli import exits
from deskterm.cli.say import safe
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.errors import DeskError, Retryable
from deskterm.server.storage.database import Database
from deskterm.text.words import later

#: What to do where it is missing.
PSYCOPG = later("PostgreSQL needs psycopg: pip install 'deskterm[postgres]'.")


def default_data() -> Path:
    """`$DESKTERM_HOME/server`, else a folder of the user's data directory."""
    home = os.environ.get("DESKTERM_HOME")
    return (Path(home) if home else user_data_path("deskterm")) / "server"


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """`--data`, the same for every verb that works on a server's data."""
    parser.add_argument(
        "--data",
        type=Path,
        default=None,
        metavar="DIR",
        help=f"the server's data directory (default: {safe(str(default_data()))})".replace("%", "%%"),
    )


def add_database_argument(parser: argparse.ArgumentParser) -> None:
    """`--database`, where PostgreSQL will do as well."""
    parser.add_argument(
        "--database",
        metavar="URL",
        help="a PostgreSQL database, postgresql://…; the server's secret stays in --data",
    )


def code_of(refusal: DeskError) -> int:
    """The exit code that says whether it passes by itself, as a PostgreSQL that starts, or needs a person."""
    return exits.TRY_AGAIN if isinstance(refusal, Retryable) else exits.INVALID


@asynccontextmanager
async def opened(data: Path | None, address: str | None = None) -> AsyncIterator[Database]:
    """The database of a data directory, or at an address of PostgreSQL, held for as long as it takes.

    Refuses while a server has it.
    """
    from deskterm.protocol.ids import IdSource
    from deskterm.server.storage.open import open_either

    path = (data or default_data()) / DATABASE_NAME
    database = await open_either(path, address, clock=SystemClock(), ids=IdSource(), alone=True)
    try:
        yield database
    finally:
        await database.close()
