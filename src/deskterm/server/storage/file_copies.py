"""The files that go with a copy of the database: beside a backup, and back again.

Backups in one folder share its folder `files`: a file is there once for all of them. Where it can be, it is a
link to the one that is served, since a file never changes.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import apsw

from deskterm.server.storage import attachments
from deskterm.server.storage.attachments import Content
from deskterm.server.storage.engines.reader import read_snapshot
from deskterm.server.storage.files import FOLDER, place_of, put, stored
from deskterm.server.storage.private import create_private_directory


def contents_of(database: Path) -> list[Content]:
    """What the files of a database that nobody writes have as content. apsw.Error if it cannot be read."""
    copy = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return read_snapshot(copy, attachments.contents)
    finally:
        copy.close()


def copy_files(source: Path, target: Path, contents: Iterable[Content]) -> list[Content]:
    """Bring files from one folder of databases to another; answers those that are in neither. OSError."""
    if source.resolve() == target.resolve():
        return missing_files(target, contents)
    missing = []
    for each in contents:
        if _is_there(target, each):
            continue
        if _is_there(source, each):
            _bring(place_of(source / FOLDER, each.sha256), target / FOLDER, each.sha256)
        else:
            missing.append(each)
    return missing


def missing_files(folder: Path, contents: Iterable[Content]) -> list[Content]:
    """Which of these are not whole beside the database in `folder`."""
    return [each for each in contents if not _is_there(folder, each)]


def prune_files(folder: Path, databases: Iterable[Path]) -> bool:
    """Remove the files that none of these backups needs; False if one cannot be read, so that all stay."""
    try:
        needed = {each.sha256 for database in databases for each in contents_of(database)}
    except apsw.Error:
        return False
    for sha256 in list(stored(folder / FOLDER)):
        if sha256 not in needed:
            place_of(folder / FOLDER, sha256).unlink(missing_ok=True)
    return True


def _is_there(folder: Path, content: Content) -> bool:
    place = place_of(folder / FOLDER, content.sha256)
    return place.is_file() and place.stat().st_size == content.size


def _bring(file: Path, root: Path, sha256: bytes) -> None:
    """Link a file, or copy it where that is another disk."""
    create_private_directory(root)
    made = root / f"{sha256.hex()}.part"
    made.unlink(missing_ok=True)
    place_of(root, sha256).unlink(missing_ok=True)  # not whole
    try:
        os.link(file, made)
    except OSError:
        shutil.copyfile(file, made)
        made.chmod(0o600)
        with made.open("rb") as copied:
            os.fsync(copied.fileno())
    put(root, made, sha256)
