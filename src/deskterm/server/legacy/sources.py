"""Where the old tables come from, by what is given on the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deskterm.server.legacy.folder import FolderTables
from deskterm.server.legacy.reading import Source
from deskterm.server.storage.legacy_postgres import postgres_tables
from deskterm.server.storage.legacy_records import BadSource

__all__ = ["BadSource", "opened_source"]


@contextmanager
def opened_source(where: str) -> Iterator[Source]:
    """A folder, or a database at `postgresql://…`. `BadSource` if it is neither, or cannot be reached."""
    if where.startswith(("postgresql://", "postgres://")):
        with postgres_tables(where) as tables:
            yield tables
        return
    folder = Path(where)
    if not folder.is_dir():
        raise BadSource(f"There is no folder {where}.")
    yield FolderTables(folder)
