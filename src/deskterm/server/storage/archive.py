"""One organization as lines of JSON: every row of its own, nothing of anybody else's.

The first line says what it is, then comes one line per row, parents before children and in the order of
their keys, then the files, and the last line counts all: an archive that was cut off is refused. Bytes are
hexadecimal. The tables are found in the schema, so a new one is in the archive the day it exists. Left out is
what holds only here and now: sessions, who is online, answers kept for retries, counts that triggers keep.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import apsw

from deskterm.server.storage import attachments, audit
from deskterm.server.storage.archive_files import file_lines
from deskterm.server.storage.archive_tables import KEY, PEOPLE, Table, tables_of
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect
from deskterm.server.storage.engines.faults import refusal
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.files import FOLDER

FORMAT: Final = 1
_KEY_OF = "SELECT organization_id FROM organization WHERE slug = :slug"
_SCHEMA = "SELECT max(number) FROM schema_migration"


def export_lines(path: Path, slug: str, exported_at: str, entry_id: bytes, now: int) -> Iterator[str]:
    """The lines of the organization's archive, of one moment, whether a server runs or not.

    That they were read is in its audit, as `entry_id` at `now`, before the first one is out.
    Raises LookupError for an unknown slug, `StorageFull` or `Overloaded` if the file cannot be read.
    """
    connection = connect(path, cache_kib=READER_CACHE_KIB, query_only=True)
    try:
        connection.execute("BEGIN")
        reader = SqliteReader(connection.cursor())
        key = reader.value(_KEY_OF, slug=slug)
        if key is None:
            raise LookupError(slug)
        audit.write_export(path, key, entry_id, now)
        head = {"deskterm": "archive", "format": FORMAT, "schema": reader.value(_SCHEMA)}
        yield json.dumps(head | {"organization": slug, "exported_at": exported_at})
        count = 0
        for table in tables_of(reader):
            for row in _rows(connection, table, key):
                count += 1
                yield json.dumps({"table": table.name, "row": row})
        for line in file_lines(path.parent / FOLDER, attachments.contents_of(reader, key)):
            count += 1
            yield line
        yield json.dumps({"rows": count})
    except apsw.Error as error:
        raise refusal(error) or error from error
    finally:
        connection.close()


def _rows(connection: apsw.Connection, table: Table, key: int) -> Iterator[dict[str, Any]]:
    kept = [name for name in table.columns if name != KEY]
    where = f"{KEY} = ?"
    if table.name == PEOPLE:
        where = f"id IN (SELECT user_id FROM member WHERE {KEY} = ?)"
    order = ", ".join(name for name in table.key if name != KEY) or "1"
    text = f"SELECT {', '.join(kept)} FROM {table.name} WHERE {where} ORDER BY {order}"
    for row in connection.execute(text, (key,)):
        values = [value.hex() if isinstance(value, bytes) else value for value in row]
        yield dict(zip(kept, values, strict=True))
