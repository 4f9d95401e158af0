"""Looking at a database file from outside, whether a server uses it or not."""

from pathlib import Path
from typing import NamedTuple

import apsw

from deskterm.server.storage import attachments, mail
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect
from deskterm.server.storage.engines.reader import SqliteReader, read_snapshot
from deskterm.server.storage.file_copies import missing_files
from deskterm.server.storage.mail import MailState
from deskterm.server.storage.migrate import load_migrations

_SCHEMA = "SELECT max(number) FROM schema_migration"


class Examined(NamedTuple):
    """What a file is like: a line of `damage` for each thing wrong; `newest` is the schema known here.

    `files` counts the contents of messages' files, `missing` those that are not whole beside the database.
    """

    schema: int
    newest: int
    sqlite: str
    damage: list[str]
    files: int = 0
    missing: int = 0
    mail: MailState | None = None


def examine(path: Path) -> Examined:
    """Check everything; it takes the longer the more there is, and never raises for damage."""
    newest, version = len(load_migrations()), apsw.sqlite_lib_version()
    try:
        connection = connect(path, cache_kib=READER_CACHE_KIB, query_only=True)
        try:
            schema = SqliteReader(connection.cursor()).value(_SCHEMA) or 0
            damage = read_snapshot(connection, damage_of)
            contents = [] if damage or schema < newest else read_snapshot(connection, attachments.contents)
            missing = missing_files(path.parent, contents)
            state = None if damage or schema < newest else read_snapshot(connection, mail.state)
            return Examined(schema, newest, version, damage, len(contents), len(missing), state)
        finally:
            connection.close()
    except apsw.Error as error:
        return Examined(newest, newest, version, [f"it cannot be read: {error}"])
