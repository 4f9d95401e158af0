"""An archive that arrives in a SQLite file."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import apsw

from deskterm.server.storage.archive_files import ArrivingFiles
from deskterm.server.storage.archive_import import Imported, import_into
from deskterm.server.storage.archive_rows import BadArchive
from deskterm.server.storage.archive_tables import Table
from deskterm.server.storage.engines.connection import WRITER_CACHE_KIB, connect
from deskterm.server.storage.engines.faults import refusal
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.files import FOLDER
from deskterm.server.storage.lock import FileLock


class _Here:
    """`Arrivals` through the file's connection."""

    def __init__(self, connection: apsw.Connection, files: ArrivingFiles) -> None:
        self._connection = connection
        self.reader = SqliteReader(connection.cursor())
        self.files = files

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Put a row there."""
        marks = ", ".join("?" * len(row))
        self._connection.execute(
            f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
        )

    def close(self) -> None:
        """Every row is there already."""


def import_lines(path: Path, lines: Iterable[str], slug: str | None = None) -> Imported:
    """Make the organization of an archive in the database at `path`, in one transaction; `slug` renames it.

    Raises `BadArchive`, `Conflict` if the organization is here already, `DatabaseInUse` while a server runs.
    """
    lock = FileLock(path)
    connection = connect(path, cache_kib=WRITER_CACHE_KIB)
    files = ArrivingFiles(path.parent / FOLDER)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys=ON")
        here = _Here(connection, files)
        made = import_into(here, here.reader, iter(lines), slug)
        connection.execute("COMMIT")
    except UnicodeDecodeError:
        raise BadArchive("The archive is no text.") from None
    except apsw.ConstraintError as error:
        raise BadArchive(f"The archive does not fit: {error}.") from error
    except apsw.Error as error:
        raise refusal(error) or error from error
    finally:
        files.close()
        connection.close()
        lock.release()
    return made
