"""A backup of a database on PostgreSQL: one moment of it, as a file that `deskterm restore` takes."""

from contextlib import suppress
from pathlib import Path

import psycopg

from deskterm.protocol.ids import IdSource
from deskterm.server.storage import audit
from deskterm.server.storage.backup import BackupFailed
from deskterm.server.storage.database import Backup
from deskterm.server.storage.engines.moving import backup_to_move, filling
from deskterm.server.storage.engines.postgres.connection import connect
from deskterm.server.storage.engines.postgres.dialect import translated
from deskterm.server.storage.engines.postgres.faults import sentence
from deskterm.server.storage.engines.postgres.fence import READING, begin, everywhere
from deskterm.server.storage.engines.postgres.moving import database_to_fill, side_to_move
from deskterm.server.storage.file_copies import contents_of, copy_files
from deskterm.server.storage.moving import MoveFailed, move
from deskterm.server.storage.places import require_place
from deskterm.server.storage.private import sync
from deskterm.server.storage.restore import require_restorable

_TRIES = 20
_ORGANIZATION = "SELECT organization_id, id FROM organization WHERE slug = %s"


def back_up(address: str, target: Path, data: Path, now: int) -> Backup:
    """Write a verified copy to `target` (0600), files included, while everything goes on.

    Raises `BadPlace` where something else stands there, `BackupFailed` when the disk or the database
    refuses; nothing unfinished stays behind.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        require_place(target)
        unfinished.unlink(missing_ok=True)
        with connect(address) as connection:
            begin(psycopg.RawCursor(connection), READING, None)
            origin = side_to_move(connection)
            with filling(unfinished, now=now) as copy:
                for _ in move(origin, copy, copy.tables):
                    pass
            origin.give_files(target.parent, copy_files(data, target.parent, contents_of(unfinished)))
        size = unfinished.stat().st_size
        unfinished.replace(target)
        sync(target.parent)
    except psycopg.Error as error:
        raise BackupFailed(sentence(error)) from error
    except (MoveFailed, OSError) as error:
        raise BackupFailed(f"{target} cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Backup(target, size)


def note_export(address: str, slug: str, entry_id: bytes, now: int) -> None:
    """Add to the audit that an operator exports the organization, beside whatever server runs.

    Raises LookupError for an unknown slug, `BackupFailed` if it cannot be noted.
    """
    try:
        with connect(address) as connection:
            with everywhere(connection):
                found = connection.execute(_ORGANIZATION, (slug,)).fetchone()
            if found is None:
                raise LookupError(slug)
            text = translated(audit.INSERT)
            values = text.pick(audit.of_export(found[0], found[1], entry_id, now))
            for _ in range(_TRIES):
                with (
                    suppress(psycopg.errors.UniqueViolation),
                    everywhere(connection),
                ):  # a server took the number
                    psycopg.RawCursor(connection).execute(text.sql, values)
                    return
            raise BackupFailed("Others write to the audit all the time: try again.")
    except psycopg.Error as error:
        raise BackupFailed(sentence(error)) from error


def restore_to(address: str, backup: Path, data: Path, *, now: int, ids: IdSource) -> int:
    """Put a verified backup into an empty database, as a new epoch; answers how many files are missing.

    Raises `Conflict` where a desk is already, `CannotRestore`, `MoveFailed`.
    """
    require_restorable(backup)
    epoch = ids.new_bytes()[10:].hex()
    with backup_to_move(backup) as origin, database_to_fill(address, now=now, ids=ids) as there:
        for _ in move(origin, there, origin.tables, epoch):
            pass
        return len(there.take_files(data, there.take_files(backup.parent, origin.contents())))
