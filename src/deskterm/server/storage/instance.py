"""What is known of the whole database, whoever serves it."""

from deskterm.server.storage.database import Tx, statement

_VALUE = statement("SELECT value FROM meta WHERE name = :name")
_NOTE = statement("INSERT INTO meta (name, value) VALUES (:name, :value)")


def first(tx: Tx, name: str, value: str) -> str:
    """What was noted under a name first; this value, if nothing was."""
    known = tx.value(_VALUE, name=name)
    if known is None:
        tx.run(_NOTE, name=name, value=value)
        return value
    return str(known)
