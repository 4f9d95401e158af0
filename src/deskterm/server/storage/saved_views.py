"""Rows of saved views: filters under a name, shared by the organization or one member's own."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class SavedViewRow(NamedTuple):
    """A filter that is kept; `owner_id` None = shared."""

    id: bytes
    owner_id: bytes | None
    name: str
    q: str
    sort: str
    rev: int
    created_at: int
    updated_at: int


_COLUMNS = "id, owner_id, name, q, sort, rev, created_at, updated_at"
_BY_ID = statement(f"""
    SELECT {_COLUMNS} FROM saved_view WHERE organization_id = :organization_id AND id = :id""")
_OF_READER = statement(f"""
    SELECT {_COLUMNS} FROM saved_view
    WHERE organization_id = :organization_id AND (owner_id IS NULL OR owner_id = :member_id) AND id > :after
    ORDER BY id LIMIT :limit""")
_COUNT_SHARED = statement("""
    SELECT count(*) FROM saved_view WHERE organization_id = :organization_id AND owner_id IS NULL""")
_COUNT_OWN = statement("""
    SELECT count(*) FROM saved_view WHERE organization_id = :organization_id AND owner_id = :owner_id""")
_SHARED_WITH = statement("""
    SELECT id FROM saved_view
    WHERE organization_id = :organization_id AND owner_id IS NULL AND casefold(name) = :folded""")
_OWN_WITH = statement("""
    SELECT id FROM saved_view
    WHERE organization_id = :organization_id AND owner_id = :owner_id AND casefold(name) = :folded""")
_INSERT = statement("""
    INSERT INTO saved_view
        (organization_id, id, owner_id, name, q, sort, rev, created_at, updated_at)
    VALUES
        (:organization_id, :id, :owner_id, :name, :q, :sort, :rev, :created_at, :updated_at)""")
_UPDATE = statement("""
    UPDATE saved_view SET owner_id = :owner_id, name = :name, q = :q, sort = :sort, rev = :rev,
        updated_at = :updated_at
    WHERE organization_id = :organization_id AND id = :id""")
_DELETE = statement("DELETE FROM saved_view WHERE organization_id = :organization_id AND id = :id")


def by_id(reader: Reader, organization_id: int, view_id: bytes) -> SavedViewRow | None:
    """The view with this id, whoever it belongs to."""
    return reader.one(SavedViewRow, _BY_ID, organization_id=organization_id, id=view_id)


def of_reader(
    reader: Reader, organization_id: int, member_id: bytes | None, *, after: bytes, limit: int
) -> list[SavedViewRow]:
    """The shared ones and the member's own, in the order of their ids."""
    return reader.all(
        SavedViewRow,
        _OF_READER,
        organization_id=organization_id,
        member_id=member_id,
        after=after,
        limit=limit,
    )


def count(reader: Reader, organization_id: int, owner_id: bytes | None) -> int:
    """How many an owner has; None counts the shared ones."""
    if owner_id is None:
        return int(reader.value(_COUNT_SHARED, organization_id=organization_id))
    return int(reader.value(_COUNT_OWN, organization_id=organization_id, owner_id=owner_id))


def with_name(reader: Reader, organization_id: int, owner_id: bytes | None, name: str) -> bytes | None:
    """The id of what is called so among the shared ones, or among an owner's, whatever the case."""
    folded = name.casefold()
    found: bytes | None
    if owner_id is None:
        found = reader.value(_SHARED_WITH, organization_id=organization_id, folded=folded)
    else:
        found = reader.value(_OWN_WITH, organization_id=organization_id, owner_id=owner_id, folded=folded)
    return found


def insert(tx: Tx, organization_id: int, row: SavedViewRow) -> None:
    """Keep a view."""
    tx.run(_INSERT, organization_id=organization_id, **row._asdict())


def update(tx: Tx, organization_id: int, row: SavedViewRow) -> None:
    """Write everything but when it was made."""
    fields = row._asdict()
    del fields["created_at"]
    tx.run(_UPDATE, organization_id=organization_id, **fields)


def delete(tx: Tx, organization_id: int, view_id: bytes) -> None:
    """Forget a view."""
    tx.run(_DELETE, organization_id=organization_id, id=view_id)
