"""Opening a SQLite connection the one way this server uses it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import apsw

from deskterm.server.errors import DeskError
from deskterm.text.search import plain

WRITER_CACHE_KIB: Final = 8_192
READER_CACHE_KIB: Final = 2_048  # more costs time: every foreign commit empties a reader's cache

_FIRST_FIXED = (3, 51, 3)
_BACKPORTS = ((3, 44, 6), (3, 50, 7))
BUSY_MILLISECONDS = 5_000
_JOURNAL_LIMIT = 64 * 1024 * 1024
_STATEMENT_CACHE = 512
#: What SQL may ask of texts: SQLite knows the letters of ASCII only.
_FUNCTIONS: Final[dict[str, Callable[[str], str]]] = {"casefold": str.casefold, "plain": plain}


class UnsafeSqlite(DeskError):
    """The SQLite library in use can corrupt a database in WAL mode."""

    title = "This SQLite can corrupt databases"


def require_safe_sqlite(version: str) -> None:
    """Refuse a SQLite with the WAL-reset bug (3.7.0 to 3.51.2, fixed also in 3.44.6 and 3.50.7)."""
    found = tuple(int(part) for part in version.split(".")[:3])
    backported = any(found[:2] == fixed[:2] and found >= fixed for fixed in _BACKPORTS)
    if found < _FIRST_FIXED and not backported:
        raise UnsafeSqlite(
            f"SQLite {version} can corrupt a database that is written and checkpointed at once. "
            "Install an apsw with SQLite 3.51.3 or newer (3.50.7 and 3.44.6 have the fix too)."
        )


def connect(path: Path, *, cache_kib: int, query_only: bool = False) -> apsw.Connection:
    """Open an existing database file; the caller has made it, so that its permissions are ours."""
    connection = apsw.Connection(
        str(path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=_STATEMENT_CACHE
    )
    # Without it, apsw's SQLite (built with STAT4) compiles joins and indexed lists again at every execution.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "temp_store=MEMORY",
        "secure_delete=ON",
        f"cache_size=-{cache_kib}",
        "mmap_size=0",
        f"journal_size_limit={_JOURNAL_LIMIT}",
        "wal_autocheckpoint=0",  # the writer does it, after its answers
        f"query_only={'ON' if query_only else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for name, made in _FUNCTIONS.items():
        connection.create_scalar_function(name, _of_text(made), 1, deterministic=True)
    return connection


def _of_text(made: Callable[[str], str]) -> Callable[..., Any]:
    def function(*given: Any) -> Any:
        (text,) = given
        return made(text) if isinstance(text, str) else None

    return function
