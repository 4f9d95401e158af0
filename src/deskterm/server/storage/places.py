"""Where a copy may be written: never over a server's own files, nor over what is something else."""

from pathlib import Path

from deskterm.server.errors import Conflict

_ENDS = ("", "-wal", "-shm", "-journal", ".lock")
_SQLITE = b"SQLite format 3\x00"
_ARCHIVE = b'{"deskterm": "archive"'


class BadPlace(Conflict):
    """Nothing was written: what stands there must not be replaced."""

    title = "Nothing can be written there"


def require_place(target: Path, *, replaces: bytes = _SQLITE) -> None:
    """`BadPlace` unless a copy may be written to `target`; `replaces` is how a file begins that may go."""
    if not target.name or target.name == "..":
        raise BadPlace(f"{target} names no file.")
    if any(_is_of_server(target, end) for end in _ENDS):
        raise BadPlace(f"{target} belongs to a server's database. A backup gets there by `deskterm restore`.")
    if not target.exists():
        return
    if not target.is_file():
        raise BadPlace(f"{target} is no file.")
    with target.open("rb") as file:
        start = file.read(len(replaces))
    if start not in (replaces, b""):
        raise BadPlace(f"{target} is something else; remove it first if it may be replaced.")


def require_place_for_archive(target: Path) -> None:
    """The same for an archive."""
    require_place(target, replaces=_ARCHIVE)


def _is_of_server(target: Path, end: str) -> bool:
    """Whether `target` is a database, or what SQLite or the lock keep beside one under the name `end`."""
    if not target.name.endswith(end):
        return False
    database = target.name.removesuffix(end)
    return bool(database) and target.with_name(f"{database}.lock").exists()
