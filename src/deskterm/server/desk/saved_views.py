"""Saved views: filters under a name; shared ones, which admins write, and everybody's own."""

from deskterm.protocol.wire.saved_views import CreateView, PatchView
from deskterm.server.desk.listing import check_query
from deskterm.server.errors import Conflict, Forbidden, LimitReached, NotFound
from deskterm.server.policy import may_use_kept, may_write_kept
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, saved_views
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.saved_views import SavedViewRow

#: How many an organization shares, and how many one member keeps beside them.
MOST_SHARED, MOST_OWN = 200, 200


def list_saved_views(reader: Reader, principal: Principal, *, after: bytes, limit: int) -> list[SavedViewRow]:
    """One more than a page of the shared ones and the principal's own, oldest first."""
    organization = principal.organization_id
    return saved_views.of_reader(reader, organization, principal.member_id, after=after, limit=limit + 1)


def access_saved_view(reader: Reader, principal: Principal, view_id: bytes) -> SavedViewRow:
    """One that the principal has, or `NotFound`: colleagues' own ones do not exist for them."""
    row = saved_views.by_id(reader, principal.organization_id, view_id)
    if row is None or not may_use_kept(principal, row.owner_id):
        raise NotFound()
    return row


def some_saved_views(
    reader: Reader, principal: Principal, ids: list[bytes] | None, most: int
) -> list[SavedViewRow]:
    """Those of `ids` that the principal has, in that order; without them the first `most`."""
    if ids is None:
        return list_saved_views(reader, principal, after=b"", limit=most)[:most]
    found = [saved_views.by_id(reader, principal.organization_id, each) for each in ids]
    return [each for each in found if each is not None and may_use_kept(principal, each.owner_id)]


def do_create_saved_view(tx: Tx, principal: Principal, command: CreateView) -> SavedViewRow:
    """Keep a filter under a name that is free among its kind."""
    owner_id = _owner(principal, command.visibility)
    if not may_write_kept(principal, owner_id):
        raise Forbidden("Only admins write shared views.")
    _check_room(tx, principal, owner_id)
    _check_name(tx, principal, owner_id, command.name)
    row = SavedViewRow(
        id=tx.ids.new_bytes(),
        owner_id=owner_id,
        name=command.name,
        q=check_query(tx, principal, command.q, tx.now),
        sort=command.sort,
        rev=tx.take_seq(principal.organization_id),
        created_at=tx.now,
        updated_at=tx.now,
    )
    saved_views.insert(tx, principal.organization_id, row)
    _record(tx, principal, "view.created", row, row.rev)
    return row


def do_patch_saved_view(tx: Tx, principal: Principal, view_id: bytes, patch: PatchView) -> SavedViewRow:
    """Change name, filter, order or who has it. What is so already changes nothing."""
    before = _access_to_write(tx, principal, view_id)
    after = _changed(tx, principal, before, patch)
    if after == before:
        return before
    if after.owner_id != before.owner_id:
        if not may_write_kept(principal, None):
            raise Forbidden("Only admins share views.")
        _check_room(tx, principal, after.owner_id)
    if (after.name, after.owner_id) != (before.name, before.owner_id):
        _check_name(tx, principal, after.owner_id, after.name, but=before.id)
    if before.owner_id is None and after.owner_id is not None:  # the others lose it
        _record(tx, principal, "view.deleted", before, tx.take_seq(principal.organization_id))
    after = after._replace(rev=tx.take_seq(principal.organization_id), updated_at=tx.now)
    saved_views.update(tx, principal.organization_id, after)
    _record(tx, principal, "view.updated", after, after.rev)
    return after


def do_delete_saved_view(tx: Tx, principal: Principal, view_id: bytes) -> None:
    """Forget a view; its conversations stay what they are."""
    row = _access_to_write(tx, principal, view_id)
    seq = tx.take_seq(principal.organization_id)
    saved_views.delete(tx, principal.organization_id, view_id)
    _record(tx, principal, "view.deleted", row, seq)
    if row.owner_id is None:
        _note_deletion(tx, principal, row.id)


def _owner(principal: Principal, visibility: str) -> bytes | None:
    return None if visibility == "shared" else principal.member_id


def _changed(tx: Tx, principal: Principal, before: SavedViewRow, patch: PatchView) -> SavedViewRow:
    given = patch.model_dump(exclude_unset=True)
    visibility = given.pop("visibility", None)
    if "q" in given:
        given["q"] = check_query(tx, principal, given["q"], tx.now)
    after = before._replace(**given)
    shared = before.owner_id is None
    if visibility is not None and (visibility == "shared") != shared:
        after = after._replace(owner_id=_owner(principal, visibility))
    return after


def _access_to_write(reader: Reader, principal: Principal, view_id: bytes) -> SavedViewRow:
    row = access_saved_view(reader, principal, view_id)
    if not may_write_kept(principal, row.owner_id):
        raise Forbidden("Only admins change shared views.")
    return row


def _check_room(reader: Reader, principal: Principal, owner_id: bytes | None) -> None:
    most = MOST_SHARED if owner_id is None else MOST_OWN
    if saved_views.count(reader, principal.organization_id, owner_id) >= most:
        raise LimitReached(f"There are {most:,} already; delete one first.")


def _check_name(
    reader: Reader, principal: Principal, owner_id: bytes | None, name: str, but: bytes | None = None
) -> None:
    found = saved_views.with_name(reader, principal.organization_id, owner_id, name)
    if found not in (None, but):
        raise Conflict(f"The name {name} is taken.")


def _record(tx: Tx, principal: Principal, kind: str, row: SavedViewRow, seq: int) -> None:
    tx.record(
        principal.organization_id,
        seq,
        kind,
        "view",
        row.id,
        Audience.AGENTS if row.owner_id is None else Audience.MEMBER,
        audience_id=row.owner_id,
        actor_id=principal.actor_id,
    )


def _note_deletion(tx: Tx, principal: Principal, view_id: bytes) -> None:
    """What everybody had is gone: that is for the audit."""
    audit.write(
        tx,
        principal.organization_id,
        "view.deleted",
        actor_id=principal.actor_id,
        entity="view",
        entity_id=view_id,
    )
