"""Saved views: filters under a name; shared ones, which admins write, and everybody's own."""

from typing import Final

from deskterm.protocol.wire.saved_views import CreateView, PatchView
from deskterm.server.desk.kept import Keeping
from deskterm.server.desk.listing import check_query
from deskterm.server.errors import Forbidden
from deskterm.server.policy import may_use_kept, may_write_kept
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.kept import SAVED_VIEWS, SavedViewRow
from deskterm.text.words import later

VIEWS: Final = Keeping(SAVED_VIEWS, "view", later("views"), most_shared=200)


def some_saved_views(
    reader: Reader, principal: Principal, ids: list[bytes] | None, most: int
) -> list[SavedViewRow]:
    """Those of `ids` that the principal has, in that order; without them the first `most`."""
    if ids is None:
        return VIEWS.page(reader, principal, after=b"", limit=most)[:most]
    found = [SAVED_VIEWS.by_id(reader, principal.organization_id, each) for each in ids]
    return [each for each in found if each is not None and may_use_kept(principal, each.owner_id)]


def do_create_saved_view(tx: Tx, principal: Principal, command: CreateView) -> SavedViewRow:
    """Keep a filter under a name that is free among its kind."""
    owner_id = VIEWS.owner(principal, command.visibility)
    VIEWS.check_new(tx, principal, owner_id)
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
    return VIEWS.insert(tx, principal, row)


def do_patch_saved_view(tx: Tx, principal: Principal, view_id: bytes, patch: PatchView) -> SavedViewRow:
    """Change name, filter, order or who has it. What is so already changes nothing."""
    before = VIEWS.access_to_write(tx, principal, view_id)
    after = _changed(tx, principal, before, patch)
    if after == before:
        return before
    if after.owner_id != before.owner_id:
        if not may_write_kept(principal, None):
            raise Forbidden("Only admins share views.")
        VIEWS.check_room(tx, principal, after.owner_id)
    if (after.name, after.owner_id) != (before.name, before.owner_id):
        _check_name(tx, principal, after.owner_id, after.name, but=before.id)
    if before.owner_id is None and after.owner_id is not None:  # the others lose it
        VIEWS.record(tx, principal, "deleted", before, tx.take_seq(principal.organization_id))
    after = after._replace(rev=tx.take_seq(principal.organization_id), updated_at=tx.now)
    return VIEWS.update(tx, principal, after)


def _changed(tx: Tx, principal: Principal, before: SavedViewRow, patch: PatchView) -> SavedViewRow:
    given = patch.model_dump(exclude_unset=True)
    visibility = given.pop("visibility", None)
    if "q" in given:
        given["q"] = check_query(tx, principal, given["q"], tx.now)
    after = before._replace(**given)
    shared = before.owner_id is None
    if visibility is not None and (visibility == "shared") != shared:
        after = after._replace(owner_id=VIEWS.owner(principal, visibility))
    return after


def _check_name(
    reader: Reader, principal: Principal, owner_id: bytes | None, name: str, but: bytes | None = None
) -> None:
    VIEWS.check_name(reader, principal, owner_id, name.casefold(), f"The name {name} is taken.", but)
