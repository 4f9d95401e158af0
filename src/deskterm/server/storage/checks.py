"""Is the file sound? Run behind readiness, never before it: the time it takes grows with the database."""

from typing import NamedTuple

from deskterm.server.storage.database import Database, Reader, statement

_QUICK_CHECK = "PRAGMA quick_check(20)"
_FOREIGN_KEYS = "PRAGMA foreign_key_check"
LOG_ENDS = statement("""
    SELECT organization_id, seq, log_floor,
        coalesce((SELECT max(e.seq) FROM event e WHERE e.organization_id = c.organization_id), c.log_floor)
    FROM organization_counter c
""")


class _Line(NamedTuple):
    text: str


class _Reference(NamedTuple):
    table: str
    rowid: int | None
    parent: str
    key: int


class _LogEnd(NamedTuple):
    organization_id: int
    seq: int
    log_floor: int
    newest: int


async def find_damage(database: Database) -> list[str]:
    """What is wrong with the file, one line each, empty when it is sound; runs in a reader thread."""
    return await database.read_in_thread(_find_damage)


def _find_damage(reader: Reader) -> list[str]:
    found = [line.text for line in reader.all(_Line, _QUICK_CHECK) if line.text != "ok"]
    found += [
        f"{each.table} points to a missing {each.parent}" for each in reader.all(_Reference, _FOREIGN_KEYS)
    ]
    for end in reader.all(_LogEnd, LOG_ENDS):
        if end.newest != end.seq:
            found.append(f"the log of organization {end.organization_id} ends at {end.newest}, not {end.seq}")
    return found
