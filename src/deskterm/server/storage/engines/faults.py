"""What a failing SQLite means to the people behind it."""

import apsw

from deskterm.server.errors import DeskError, Overloaded, ShortOfMemory, StorageDamaged, StorageFull

#: The disk refuses; what is stored is fine and reads go on.
_DISK = (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError)
_BUSY = (apsw.BusyError, apsw.LockedError, apsw.InterruptError)
_MEMORY = (apsw.NoMemError, MemoryError)
_DAMAGED = (apsw.CorruptError, apsw.NotADBError)


def is_damage(error: BaseException) -> bool:
    """Whether the file itself is damaged, so that nothing more may be written to it."""
    return isinstance(error, _DAMAGED)


def refusal(error: BaseException) -> DeskError | None:
    """The answer to give for an engine's failure; None when it is not the machine's fault."""
    if isinstance(error, _DISK):
        return StorageFull()
    if isinstance(error, _DAMAGED):
        return StorageDamaged()
    if isinstance(error, _BUSY):
        return Overloaded("The database is busy")
    if isinstance(error, _MEMORY):
        return ShortOfMemory()
    return None
