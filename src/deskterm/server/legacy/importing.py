"""One import from beginning to end: what was read goes in piece by piece, and an interrupted one goes on.

A piece and how far the run is with it are one transaction, so that whatever stops it, nothing is there twice
and nothing is left out. What is here already, from another run, is not touched.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from deskterm.server.legacy.place import SOURCE, CannotImport, Place
from deskterm.server.legacy.work import PHASES, Piece, is_anything_new, pieces
from deskterm.server.storage import audit, import_runs
from deskterm.server.storage.database import Database, Tx
from deskterm.server.storage.import_runs import RunRow
from deskterm.server.storage.legacy_staging import Staging


class Imported(NamedTuple):
    """A finished run and what it made, by kind. `went_on`: it had been interrupted."""

    run: RunRow
    made: dict[str, int]
    went_on: bool


async def run_import(
    database: Database,
    place: Place,
    staging: Staging,
    options: Mapping[str, object],
    *,
    now: int,
    back_up: Callable[[], Awaitable[str]],
) -> Imported | None:
    """Place everything that is new; None if that is nothing. `back_up` answers where the backup is.

    Raises `CannotImport` where a run with other options was interrupted.
    """
    fingerprint, packed = staging.fingerprint(), json.dumps(options, sort_keys=True)
    run = database.read(lambda reader: import_runs.unfinished(reader, place.key))
    if run is not None and run.options != packed:
        raise CannotImport(
            f"Import {run.number} was interrupted: let it go on with the options it had, or take it back with"
            f" --undo {run.number}."
        )
    went_on = run is not None
    if run is None:
        if not database.read(lambda reader: is_anything_new(reader, staging, place)):
            return None
        backup = await back_up()
        run = await database.write(lambda tx: _begin(tx, place, fingerprint, packed, backup))
    elif run.fingerprint != fingerprint:  # the source has changed since: look at all of it again
        run = run._replace(fingerprint=fingerprint, phase=PHASES[0], position=0)
    place = replace(place, run_id=run.id)
    for piece in pieces(staging, place, now, run.phase, run.position):
        run = await database.write(_applying(piece, place, run))
    await database.write(_finishing(place, run))
    return Imported(run, database.read(lambda reader: import_runs.counts(reader, place.key, run.id)), went_on)


def _begin(tx: Tx, place: Place, fingerprint: str, options: str, backup: str) -> RunRow:
    run = import_runs.insert(
        tx,
        place.key,
        source=SOURCE,
        fingerprint=fingerprint,
        options=options,
        phase=PHASES[0],
        backup=backup,
    )
    write_audit(tx, place, "import.started", run)
    return run


def _applying(piece: Piece, place: Place, run: RunRow) -> Callable[[Tx], RunRow]:
    def apply(tx: Tx) -> RunRow:
        piece.do(tx)
        return import_runs.reach(tx, place.key, run, piece.phase, piece.position)

    return apply


def _finishing(place: Place, run: RunRow) -> Callable[[Tx], None]:
    def finish(tx: Tx) -> None:
        import_runs.finish(tx, place.key, run.id)
        write_audit(tx, place, "import.finished", run)

    return finish


def write_audit(tx: Tx, place: Place, action: str, run: RunRow) -> None:
    """Note what an operator did with a run."""
    audit.write(
        tx,
        place.key,
        action,
        actor_id=None,
        entity="import",
        entity_id=run.id,
        detail={"number": run.number, "source": run.source},
    )
