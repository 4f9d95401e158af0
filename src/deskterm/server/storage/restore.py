"""Putting a backup in the database's place, as a new epoch: every console then loads its state anew."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.errors import DeskError
from deskterm.server.failpoints import HIT
from deskterm.server.storage.backup import verify
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.file_copies import contents_of, copy_files
from deskterm.server.storage.lock import FileLock
from deskterm.server.storage.migrate import load_migrations
from deskterm.server.storage.private import create_private, create_private_directory, sync

_BESIDE = ("", "-wal", "-shm")
_SET_EPOCH = "UPDATE meta SET value = ? WHERE name = 'epoch'"
_SCHEMA = "SELECT max(number) FROM schema_migration"


class CannotRestore(DeskError):
    """The backup cannot take the database's place; nothing was changed."""

    title = "This backup cannot be restored"


class Restored(NamedTuple):
    """`kept` is where the database went that was there before, None if there was none.

    `missing` counts the files that the backup names and that are neither beside it nor here.
    """

    path: Path
    kept: Path | None
    missing: int


def restore(backup: Path, path: Path, *, now: int, ids: IdSource) -> Restored:
    """Put a verified backup at `path`; what was there stays beside it. `now` in milliseconds names it.

    Raises `CannotRestore`, or `DatabaseInUse` while a server runs. A crash on the way leaves either the old
    database or the restored one.
    """
    require_restorable(backup)
    create_private_directory(path.parent)
    lock = FileLock(path)
    try:
        unfinished = path.with_name(path.name + ".restoring")
        unfinished.unlink(missing_ok=True)
        create_private(unfinished)
        shutil.copyfile(backup, unfinished)
        _passed("restore-copied")
        _begin_epoch(unfinished, ids)
        sync(unfinished)
        _passed("restore-new-epoch")
        missing = copy_files(backup.parent, path.parent, contents_of(backup))
        kept = _set_aside(path, now)
        _passed("restore-set-aside")
        unfinished.replace(path)
        _passed("restore-replaced")
        sync(path.parent)
    except OSError as error:
        raise CannotRestore(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        lock.release()
    return Restored(path, kept, len(missing))


def require_restorable(backup: Path) -> None:
    """`CannotRestore` unless it is a whole database that nobody uses, of a version known here."""
    if not backup.is_file():
        raise CannotRestore(f"There is no file {backup}.")
    if _has_log(backup):
        raise CannotRestore(f"{backup} is a database in use: let `deskterm backup` make a backup of it.")
    try:
        copy = apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            schema = SqliteReader(copy.cursor()).value(_SCHEMA) or 0
        finally:
            copy.close()
        if not 0 < schema <= len(load_migrations()):
            raise CannotRestore(
                f"{backup} was written by a newer deskterm (schema {schema}): install that one."
            )
        damage = verify(backup)
    except apsw.Error as error:
        raise CannotRestore(f"{backup} is no whole deskterm database: {error}.") from error
    if damage:
        raise CannotRestore(f"{backup} is damaged: {damage[0]}.")


def _has_log(database: Path) -> bool:
    """Whether changes lie in a log beside the file, which a copy of the file alone would lose."""
    log = database.with_name(f"{database.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _begin_epoch(path: Path, ids: IdSource) -> None:
    """Cursors of the time before are void: what happened after the backup is not in this log."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        connection.execute(_SET_EPOCH, (ids.new_bytes()[10:].hex(),))
    finally:
        connection.close()


def _set_aside(path: Path, now: int) -> Path | None:
    """Keep the present database under another name as well, then let go of its log.

    Its log is folded into it first, so that a crash on the way loses nothing; a damaged one is kept as it is.
    """
    if not path.exists():
        return None
    with suppress(apsw.Error):
        _fold_log(path)
    _passed("restore-folded")
    kept = path.with_name(f"{path.name}.before-restore.{now}")
    for end in _BESIDE:
        part = path.with_name(path.name + end)
        if part.exists():
            os.link(part, kept.with_name(kept.name + end))
    _passed("restore-linked")
    for end in _BESIDE[1:]:
        path.with_name(path.name + end).unlink(missing_ok=True)
    return kept


def _passed(point: str) -> None:
    if HIT is not None:
        HIT(point)


def _fold_log(path: Path) -> None:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchall()  # until a read it knows of no log
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        connection.close()
