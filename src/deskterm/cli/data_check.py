"""What `deskterm doctor` finds in a server's data folder: it only reads, so a server may be running there."""

import os
import shutil
import stat
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deskterm.cli.owner import whose
from deskterm.server.config import DATABASE_NAME
from deskterm.server.storage.examine import Examined, examine
from deskterm.server.storage.files import FOLDER as FILES
from deskterm.server.storage.kept_backups import FOLDER
from deskterm.server.storage.lock import DatabaseInUse, FileLock
from deskterm.server.storage.network_disk import network_kind
from deskterm.terminal.findings import Finding, Verdict
from deskterm.text.safe import safe_line
from deskterm.text.words import later, tr

#: With less than this free, it is a matter of days until writes stop.
_SPARE = 200_000_000
_OLD = timedelta(days=7)
_RESTORE = later(
    "stop the server, keep this file, and put the newest backup in its place: deskterm restore FILE"
)


def data_findings(data: Path) -> Iterable[Finding]:
    """Everything about the server's data in this folder."""
    try:
        yield from _all_findings(data)
    except PermissionError as error:
        found = f"{error.strerror}: {error.filename}"
        yield Finding(tr("data"), found, Verdict.PROBLEM, whose(error.filename))


def _all_findings(data: Path) -> Iterable[Finding]:
    path = data / DATABASE_NAME
    kind = network_kind(data)
    if kind is not None:
        yield Finding(
            tr("data"),
            tr("{data} is on a network file system ({kind})", data=data, kind=kind),
            Verdict.PROBLEM,
            tr("SQLite needs a disk of this machine: move the folder there, or use PostgreSQL"),
        )
    if not path.exists():
        yield Finding(
            tr("data"),
            tr("there is no database in {data}", data=data),
            Verdict.NOTE,
            tr("deskterm init makes one"),
        )
        return
    if kind is None:
        yield _server(path)
    yield from _permissions(data)
    yield _space(data, path)
    yield _backups(data / FOLDER)
    yield from _database(path)


def _server(path: Path) -> Finding:
    try:
        FileLock(path).release()
    except DatabaseInUse:
        return Finding(tr("data"), tr("a server runs on {path}", path=path))
    return Finding(tr("data"), tr("no server runs on {path}", path=path))


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
            yield Finding(
                tr("data"),
                tr("{path} is a link that leads nowhere", path=each),
                Verdict.NOTE,
                tr("remove {path}", path=each),
            )
        elif found is not None and stat.S_IMODE(found.st_mode) & 0o077:
            mode = "700" if each.is_dir() else "600"
            yield Finding(
                tr("data"),
                tr("others may read {path}", path=each),
                Verdict.PROBLEM,
                f"chmod {mode} {each}",
            )


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
    found = tr(
        "the database has {size}, the disk {free} free",
        size=_megabytes(size),
        free=_megabytes(free),
    )
    if free < _SPARE:
        return Finding(
            tr("space"), found, Verdict.PROBLEM, tr("make room: when it is full nothing can be sent")
        )
    if free < 2 * path.stat().st_size:
        return Finding(tr("space"), found, Verdict.NOTE, tr("there is hardly room for a backup"))
    return Finding(tr("space"), found)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _backups(folder: Path) -> Finding:
    made = sorted(there.st_mtime for each in folder.glob("*.backup") if (there := _stat(each)) is not None)
    if not made:
        return Finding(
            tr("backups"),
            tr("none in {folder}", folder=folder),
            Verdict.NOTE,
            tr("deskterm backup makes one"),
        )
    age = datetime.now(UTC) - datetime.fromtimestamp(made[-1], UTC)
    found = tr(
        "{count} in {folder}, the newest {days} days old", count=len(made), folder=folder, days=age.days
    )
    if age > _OLD:
        return Finding(
            tr("backups"), found, Verdict.NOTE, tr("let a timer call deskterm backup --keep 14 daily")
        )
    return Finding(tr("backups"), found)


def _database(path: Path) -> Iterable[Finding]:
    found = examine(path)
    yield _schema(found)
    for each in found.damage:
        yield Finding(tr("database"), each, Verdict.PROBLEM, tr(_RESTORE))
    if not found.damage:
        yield Finding(
            tr("database"), tr("pages, references, logs, counts and active conversations are in order")
        )
        yield _files(found)
    if found.mail is not None and found.mail.failing:
        what = tr(
            "{count} e-mails are not taken: {why}",
            count=found.mail.failing,
            why=safe_line(found.mail.problem or ""),
        )
        yield Finding(tr("mail"), what, Verdict.PROBLEM, tr("try deskterm mail test ADDRESS"))


def _files(examined: Examined) -> Finding:
    if not examined.missing:
        return Finding(tr("files"), tr("all {files} files of messages are there", files=examined.files))
    found = tr(
        "{missing} of {files} files of messages are missing or not whole",
        missing=examined.missing,
        files=examined.files,
    )
    return Finding(tr("files"), found, Verdict.PROBLEM, tr("deskterm restore brings back those of a backup"))


def _schema(examined: Examined) -> Finding:
    found, known = (
        tr("schema {schema}, SQLite {sqlite}", schema=examined.schema, sqlite=examined.sqlite),
        examined.newest,
    )
    if examined.schema > known:
        return Finding(
            tr("database"),
            found,
            Verdict.PROBLEM,
            tr("this deskterm knows {known}: install a newer one", known=known),
        )
    if examined.schema < known:
        return Finding(
            tr("database"), found, Verdict.NOTE, tr("the next start migrates it to {known}", known=known)
        )
    return Finding(tr("database"), found)
