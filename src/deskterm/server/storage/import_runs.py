"""Rows of imports: the runs, how far each is, and what it made or found here."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class RunRow(NamedTuple):
    """One import. `number` is what operators call it; `position` counts inside `phase`."""

    id: bytes
    number: int
    source: str
    fingerprint: str
    options: str
    phase: str
    position: int
    backup: str
    started_at: int
    finished_at: int | None
    undone_at: int | None


class ItemRow(NamedTuple):
    """Something that a run made (`made_id` = `id`) or found here."""

    id: bytes
    made_id: bytes


class _Count(NamedTuple):
    entity: str
    total: int


_COLUMNS = ", ".join(RunRow._fields)
_SELECT = f"SELECT {_COLUMNS} FROM import_run WHERE organization_id = :organization_id"
_BY_NUMBER = statement(f"{_SELECT} AND number = :number")
_UNFINISHED = statement(f"{_SELECT} AND finished_at IS NULL AND undone_at IS NULL ORDER BY number LIMIT 1")
_NEXT_NUMBER = statement("""
    SELECT coalesce(max(number), 0) + 1 FROM import_run WHERE organization_id = :organization_id""")
_INSERT = statement("""
    INSERT INTO import_run (organization_id, id, number, source, fingerprint, options, phase, position,
        backup, started_at)
    VALUES (:organization_id, :id, :number, :source, :fingerprint, :options, :phase, :position, :backup,
        :started_at)""")
_REACH = statement("""
    UPDATE import_run SET fingerprint = :fingerprint, phase = :phase, position = :position
    WHERE organization_id = :organization_id AND id = :id""")
_FINISH = statement("""
    UPDATE import_run SET finished_at = :now WHERE organization_id = :organization_id AND id = :id""")
_UNDONE = statement("""
    UPDATE import_run SET undone_at = :now WHERE organization_id = :organization_id AND id = :id""")
_MADE = statement("""
    SELECT made_id FROM import_item WHERE organization_id = :organization_id AND id = :id""")
_ADD = statement("""
    INSERT INTO import_item (organization_id, id, run_id, entity, made_id)
    VALUES (:organization_id, :id, :run_id, :entity, :made_id)""")
_DROP = statement("DELETE FROM import_item WHERE organization_id = :organization_id AND id = :id")
_ITEMS = statement("""
    SELECT id, made_id FROM import_item
    WHERE organization_id = :organization_id AND run_id = :run_id AND entity = :entity ORDER BY id""")
_COUNTS = statement("""
    SELECT entity, count(*) FROM import_item
    WHERE organization_id = :organization_id AND run_id = :run_id AND made_id = id
    GROUP BY entity ORDER BY entity""")


def by_number(reader: Reader, organization_id: int, number: int) -> RunRow | None:
    """The run that operators call so."""
    return reader.one(RunRow, _BY_NUMBER, organization_id=organization_id, number=number)


def unfinished(reader: Reader, organization_id: int) -> RunRow | None:
    """The run that was interrupted."""
    return reader.one(RunRow, _UNFINISHED, organization_id=organization_id)


def insert(
    tx: Tx, organization_id: int, *, source: str, fingerprint: str, options: str, phase: str, backup: str
) -> RunRow:
    """Begin a run."""
    number = int(tx.value(_NEXT_NUMBER, organization_id=organization_id))
    row = RunRow(
        tx.ids.new_bytes(), number, source, fingerprint, options, phase, 0, backup, tx.now, None, None
    )
    tx.run(_INSERT, organization_id=organization_id, **row._asdict())
    return row


def reach(tx: Tx, organization_id: int, row: RunRow, phase: str, position: int) -> RunRow:
    """Keep how far a run is, in the transaction that got there."""
    after = row._replace(phase=phase, position=position)
    values = {"fingerprint": row.fingerprint, "phase": phase, "position": position}
    tx.run(_REACH, organization_id=organization_id, id=row.id, **values)
    return after


def finish(tx: Tx, organization_id: int, run_id: bytes) -> None:
    """A run has placed everything."""
    tx.run(_FINISH, organization_id=organization_id, id=run_id, now=tx.now)


def mark_undone(tx: Tx, organization_id: int, run_id: bytes) -> None:
    """A run was taken back."""
    tx.run(_UNDONE, organization_id=organization_id, id=run_id, now=tx.now)


def made(reader: Reader, organization_id: int, id_: bytes) -> bytes | None:
    """The row that stands here for a derived id, if any run has placed it."""
    found: bytes | None = reader.value(_MADE, organization_id=organization_id, id=id_)
    return found


def add(tx: Tx, organization_id: int, run_id: bytes, entity: str, id_: bytes, made_id: bytes) -> None:
    """A run made `made_id` (then it is `id_`), or found it here."""
    tx.run(_ADD, organization_id=organization_id, id=id_, run_id=run_id, entity=entity, made_id=made_id)


def drop(tx: Tx, organization_id: int, id_: bytes) -> None:
    """What a run made is gone, or is nobody's now."""
    tx.run(_DROP, organization_id=organization_id, id=id_)


def items(reader: Reader, organization_id: int, run_id: bytes, entity: str) -> list[ItemRow]:
    """What a run made or found of one kind."""
    return reader.all(ItemRow, _ITEMS, organization_id=organization_id, run_id=run_id, entity=entity)


def counts(reader: Reader, organization_id: int, run_id: bytes) -> dict[str, int]:
    """How much a run made, by kind."""
    rows = reader.all(_Count, _COUNTS, organization_id=organization_id, run_id=run_id)
    return {row.entity: row.total for row in rows}
