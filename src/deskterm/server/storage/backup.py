"""A copy of a live database that is whole: `VACUUM INTO`, then fsync, rename and verify."""

import os
from pathlib import Path

import apsw

from deskterm.server.errors import Internal
from deskterm.server.storage.private import create_private


def back_up(connection: apsw.Connection, target: Path) -> None:
    """Write a verified copy to `target` (0600), replacing nothing until the copy is on disk."""
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    connection.execute("VACUUM INTO ?", (str(unfinished),))
    _sync(unfinished)
    _verify(unfinished)
    unfinished.replace(target)
    _sync(target.parent)


def _verify(path: Path) -> None:
    copy = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        verdict = copy.execute("PRAGMA quick_check(1)").fetchall()
    finally:
        copy.close()
    if verdict != [("ok",)]:
        path.unlink()
        raise Internal(f"The backup of the database is not whole: {verdict[0][0]}")


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open directories; its renames need no such help
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
