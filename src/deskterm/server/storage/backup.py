"""A copy of a live database that is whole, with its files: `VACUUM INTO`, then fsync, verify and rename."""

from collections.abc import Callable
from pathlib import Path

import apsw

from deskterm.server.errors import DeskError
from deskterm.server.failpoints import HIT
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.database import Backup
from deskterm.server.storage.engines.reader import read_snapshot
from deskterm.server.storage.file_copies import contents_of, copy_files
from deskterm.server.storage.places import require_place
from deskterm.server.storage.private import create_private, sync

#: Steps of SQLite's virtual machine from one pass of the failpoint inside a copy to the next.
_STEPS = 500


class BackupFailed(DeskError):
    """No backup was made; `detail` says why. What was there before is untouched."""

    status, code, title = 409, "conflict", "The backup was not made"


def back_up(connection: apsw.Connection, target: Path) -> Backup:
    """Write a verified copy to `target` (0600), replacing nothing until the copy is on disk.

    Raises `BadPlace` where something else stands there, `BackupFailed` when the disk refuses or the copy is
    not whole; nothing unfinished stays behind.
    """
    try:
        require_place(target)
    except OSError as error:
        raise BackupFailed(f"{target} cannot be written: {error.strerror}.") from error
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        create_private(unfinished)
        if HIT is not None:
            _hit_in_the_middle(connection, HIT)
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        sync(unfinished)
        if HIT is not None:
            HIT("backup-written")
        damage = verify(unfinished)
        if damage:
            raise BackupFailed(f"The copy is not whole: {damage[0]}.")
        copy_files(Path(connection.filename).parent, target.parent, contents_of(unfinished))
        size = unfinished.stat().st_size
        unfinished.replace(target)
        if HIT is not None:
            HIT("backup-renamed")
        sync(target.parent)
    except (apsw.Error, OSError) as error:
        raise BackupFailed(f"{target} cannot be written: {error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Backup(target, size)


def _hit_in_the_middle(connection: apsw.Connection, hit: Callable[[str], None]) -> None:
    """Pass a failpoint every so many steps of what this connection executes."""

    def go_on() -> bool:
        hit("backup-vacuum")
        return False

    connection.set_progress_handler(go_on, _STEPS)


def verify(path: Path) -> list[str]:
    """What is wrong with a database file that nobody uses, one line each; it is only read."""
    copy = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return read_snapshot(copy, damage_of)
    finally:
        copy.close()
