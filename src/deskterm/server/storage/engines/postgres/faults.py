"""What a failing PostgreSQL means to the people behind it."""

from typing import Final

import psycopg
from psycopg import errors

from deskterm.server.errors import DeskError, Overloaded, StorageDamaged, StorageFull

#: Another commit came in between: the same command finds out how things stand now. A unique value may have
#: been taken by it, after this transaction looked.
_CROSSED = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_DAMAGED = (errors.DataCorrupted, errors.IndexCorrupted)
_DISK = (errors.DiskFull, errors.IoError)
_BUSY = (errors.QueryCanceled, errors.LockNotAvailable, errors.OutOfMemory)
#: States of a server that is going, coming, full of connections, or was a primary until a moment ago.
_AWAY: Final = frozenset({"57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25006"})
_CONNECTION: Final = "08"


class Unreachable(Overloaded):
    """PostgreSQL does not answer; what was to be stored is not stored."""

    def __init__(self, detail: str = "The database cannot be reached") -> None:
        super().__init__(detail, retry_after=2)


class Uncertain(Overloaded):
    """The connection was lost while a commit was on its way, and nothing tells what became of it."""

    def __init__(self) -> None:
        super().__init__("The database went away while this was stored; look whether it is there")


def is_crossed(error: BaseException) -> bool:
    """Whether another transaction came in between, so that running again may help."""
    return isinstance(error, _CROSSED)


def is_damage(error: BaseException) -> bool:
    """Whether the data itself is damaged."""
    return isinstance(error, _DAMAGED)


def is_lost(error: BaseException) -> bool:
    """Whether the connection, or the server behind it, is gone: whatever was not committed is undone."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state in _AWAY or state.startswith(_CONNECTION)


def refusal(error: BaseException) -> DeskError | None:
    """The answer to give for an engine's failure; None when it is not the machine's fault."""
    if isinstance(error, _DISK):
        return StorageFull()
    if is_damage(error):
        return StorageDamaged()
    if is_lost(error):
        return Unreachable()
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return Overloaded("Others are changing the same")
    return Overloaded("The database is busy") if isinstance(error, _BUSY) else None


def sentence(error: psycopg.Error) -> str:
    """What the library says, without the address: a password may stand in it."""
    said = str(error).strip().splitlines() or [type(error).__name__]
    return f"PostgreSQL: {said[0]}"
