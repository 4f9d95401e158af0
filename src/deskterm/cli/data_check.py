"""What `deskterm doctor` finds in a server's data folder: it only reads, so a server may be running there."""

import os
import shutil
import stat
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deskterm.server.config import DATABASE_NAME
from deskterm.server.storage.examine import Examined, examine
from deskterm.server.storage.files import FOLDER as FILES
from deskterm.server.storage.kept_backups import FOLDER
from deskterm.server.storage.lock import DatabaseInUse, FileLock
from deskterm.terminal.findings import Finding, Verdict
from deskterm.text.safe import safe_line

#: With less than this free, it is a matter of days until writes stop.
_SPARE = 200_000_000
_OLD = timedelta(days=7)
_RESTORE = "stop the server, keep this file, and put the newest backup in its place: deskterm restore FILE"


def data_findings(data: Path) -> Iterable[Finding]:
    """Everything about the server's data in this folder."""
    path = data / DATABASE_NAME
    if not path.exists():
        yield Finding("data", f"there is no database in {data}", Verdict.NOTE, "deskterm init makes one")
        return
    yield _server(path)
    yield from _permissions(data)
    yield _space(data, path)
    yield _backups(data / FOLDER)
    yield from _database(path)


def _server(path: Path) -> Finding:
    try:
        FileLock(path).release()
    except DatabaseInUse:
        return Finding("data", f"a server runs on {path}")
    return Finding("data", f"no server runs on {path}")


def _permissions(data: Path) -> Iterable[Finding]:
    if os.name != "posix":
        return
    for each in (
        data,
        *sorted(data.glob(f"{DATABASE_NAME}*")),
        *sorted((data / FOLDER).glob("*")),
        *_file_folder(data),
    ):
        found = _stat(each)
        if found is None and each.is_symlink():
            yield Finding("data", f"{each} is a link that leads nowhere", Verdict.NOTE, f"remove {each}")
        elif found is not None and stat.S_IMODE(found.st_mode) & 0o077:
            mode = "700" if each.is_dir() else "600"
            yield Finding("data", f"others may read {each}", Verdict.PROBLEM, f"chmod {mode} {each}")


def _file_folder(data: Path) -> list[Path]:
    """The folder of messages' files: what is in it is reached through it alone."""
    return [folder] if (folder := data / FILES).exists() else []


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _space(data: Path, path: Path) -> Finding:
    sizes = [_stat(each) for each in data.glob(f"{DATABASE_NAME}*") if each.is_file()]
    size = sum(each.st_size for each in sizes if each is not None)
    free = shutil.disk_usage(data).free
    found = f"the database has {_megabytes(size)}, the disk {_megabytes(free)} free"
    if free < _SPARE:
        return Finding("space", found, Verdict.PROBLEM, "make room: when it is full nothing can be sent")
    if free < 2 * path.stat().st_size:
        return Finding("space", found, Verdict.NOTE, "there is hardly room for a backup")
    return Finding("space", found)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _backups(folder: Path) -> Finding:
    made = sorted(there.st_mtime for each in folder.glob("*.backup") if (there := _stat(each)) is not None)
    if not made:
        return Finding("backups", f"none in {folder}", Verdict.NOTE, "deskterm backup makes one")
    age = datetime.now(UTC) - datetime.fromtimestamp(made[-1], UTC)
    found = f"{len(made)} in {folder}, the newest {age.days} days old"
    if age > _OLD:
        return Finding("backups", found, Verdict.NOTE, "let a timer call deskterm backup --keep 14 daily")
    return Finding("backups", found)


def _database(path: Path) -> Iterable[Finding]:
    found = examine(path)
    yield _schema(found)
    for each in found.damage:
        yield Finding("database", each, Verdict.PROBLEM, _RESTORE)
    if not found.damage:
        yield Finding("database", "pages, references, logs, counts and active conversations are in order")
        yield _files(found)
    if found.mail is not None and found.mail.failing:
        what = f"{found.mail.failing} e-mails are not taken: {safe_line(found.mail.problem or '')}"
        yield Finding("mail", what, Verdict.PROBLEM, "try deskterm mail test ADDRESS")


def _files(examined: Examined) -> Finding:
    if not examined.missing:
        return Finding("files", f"all {examined.files} files of messages are there")
    found = f"{examined.missing} of {examined.files} files of messages are missing or not whole"
    return Finding("files", found, Verdict.PROBLEM, "deskterm restore brings back those of a backup")


def _schema(examined: Examined) -> Finding:
    found, known = f"schema {examined.schema}, SQLite {examined.sqlite}", examined.newest
    if examined.schema > known:
        return Finding(
            "database", found, Verdict.PROBLEM, f"this deskterm knows {known}: install a newer one"
        )
    if examined.schema < known:
        return Finding("database", found, Verdict.NOTE, f"the next start migrates it to {known}")
    return Finding("database", found)
