"""Takes an import back: everything it made goes, but for what people have used since, which is named."""

from collections.abc import Callable
from typing import Any, NamedTuple

from deskterm.protocol.records import Kind
from deskterm.server.desk.transitions import write_changes
from deskterm.server.errors import NotFound
from deskterm.server.legacy.importing import write_audit
from deskterm.server.legacy.place import CannotImport, Place
from deskterm.server.legacy.standing import Said, Standing
from deskterm.server.legacy.threads import KINDS
from deskterm.server.storage import import_runs, import_undo, search
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.import_runs import RunRow
from deskterm.server.storage.import_undo import ThreadRow
from deskterm.server.storage.references import References

Drop = Callable[[Tx, References, int, bytes], bool]
#: Entities in the order in which they may go: what refers to others first.
_DROPS: tuple[tuple[str, Drop], ...] = (
    ("persona", import_undo.drop_persona),
    ("contact", import_undo.drop_contact),
    ("member", import_undo.drop_member),
    ("agent", import_undo.drop_member),
    ("account", import_undo.drop_account),
    ("agent-account", import_undo.drop_account),
)


class Undone(NamedTuple):
    """What a run had made and what stayed of it: conversations by number, the rest by kind."""

    run: RunRow
    gone: dict[str, int]
    kept: dict[str, int]
    kept_numbers: list[int]


def do_undo(tx: Tx, place: Place, number: int) -> Undone:
    """Take the run with that number back, in one transaction. `NotFound`; `CannotImport` if that was done."""
    run = import_runs.by_number(tx, place.key, number)
    if run is None:
        raise NotFound()
    if run.undone_at is not None:
        raise CannotImport(f"Import {number} was taken back already.")
    before = import_runs.counts(tx, place.key, run.id)
    references = References(tx)
    made = {
        item.id
        for kind in KINDS
        for item in import_runs.items(tx, place.key, run.id, kind)
        if item.id == item.made_id
    }
    kept = [
        thread.number
        for thread in import_undo.threads(tx, place.key, run.id)
        if not _take_back(tx, place, run, references, thread, made=thread.id in made)
    ]
    import_undo.forget_gone(tx, place.key, run.id)
    search.forget_gone(tx, place.key)
    for entity, drop in _DROPS:
        _drop_all(tx, place, run, references, entity, drop)
    import_runs.mark_undone(tx, place.key, run.id)
    import_undo.begin_epoch(tx)
    write_audit(tx, place, "import.undone", run)
    after = import_runs.counts(tx, place.key, run.id)
    gone = {entity: count - after.get(entity, 0) for entity, count in before.items()}
    return Undone(run, gone, after, kept)


def _take_back(
    tx: Tx, place: Place, run: RunRow, references: References, thread: ThreadRow, *, made: bool
) -> bool:
    """A conversation, or what the run wrote into one that was there; False if people have used it."""
    if import_undo.is_used(tx, references, place.key, run.id, thread.id, made=made):
        return False
    import_undo.drop_messages(tx, place.key, run.id, thread.id)
    if made:
        import_undo.drop_thread(tx, place.key, thread.id)
    else:
        _stand_as_before(tx, place, thread)
    return True


def _stand_as_before(tx: Tx, place: Place, thread: ThreadRow) -> None:
    standing = Standing()
    standing.follow(Said(each.author_kind, *each[1:]) for each in import_undo.said(tx, place.key, thread.id))
    columns: dict[str, Any] = standing.order()
    if thread.kind == Kind.SUPPORT:
        columns |= standing.support(thread.status)
    seq = tx.take_seq(place.key)
    write_changes(tx, place.key, thread.id, columns, seq, public=True)
    tx.record(
        place.key,
        seq,
        "conversation.updated",
        "conversation",
        thread.id,
        Audience.CONVERSATION,
        conversation_id=thread.id,
    )


def _drop_all(tx: Tx, place: Place, run: RunRow, references: References, entity: str, drop: Drop) -> None:
    for item in import_runs.items(tx, place.key, run.id, entity):
        if item.id != item.made_id or drop(tx, references, place.key, item.id):  # was here before
            import_runs.drop(tx, place.key, item.id)
