"""Rows of what agents keep: shared by the organization, or one member's own; each with a name of its own."""

from typing import Final, Generic, NamedTuple, TypeVar

from deskterm.server.storage.database import Reader, Tx, statement


class CannedReplyRow(NamedTuple):
    """A text that is kept; `owner_id` None = shared."""

    id: bytes
    owner_id: bytes | None
    shortcut: str
    title: str
    body: str
    rev: int
    created_at: int
    updated_at: int


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


RowT = TypeVar("RowT", CannedReplyRow, SavedViewRow)


class Kept(Generic[RowT]):
    """One table of them; `name` is what tells two of one owner apart, as SQL."""

    def __init__(self, table: str, row: type[RowT], name: str) -> None:
        self._row: type[RowT] = row
        columns = row._fields
        listed = ", ".join(columns)
        bound = ", ".join(f":{each}" for each in columns)
        changed = ", ".join(f"{each} = :{each}" for each in columns if each not in ("id", "created_at"))
        there = f"FROM {table} WHERE organization_id = :organization_id"
        shared, own = f"{there} AND owner_id IS NULL", f"{there} AND owner_id = :owner_id"
        self._by_id = statement(f"SELECT {listed} {there} AND id = :id")
        self._of_reader = statement(
            f"SELECT {listed} {there} AND (owner_id IS NULL OR owner_id = :member_id) AND id > :after"
            " ORDER BY id LIMIT :limit"
        )
        self._count_shared = statement(f"SELECT count(*) {shared}")
        self._count_own = statement(f"SELECT count(*) {own}")
        self._shared_named = statement(f"SELECT id {shared} AND {name} = :name")
        self._own_named = statement(f"SELECT id {own} AND {name} = :name")
        self._insert = statement(
            f"INSERT INTO {table} (organization_id, {listed}) VALUES (:organization_id, {bound})"
        )
        self._update = statement(
            f"UPDATE {table} SET {changed} WHERE organization_id = :organization_id AND id = :id"
        )
        self._delete = statement(f"DELETE {there} AND id = :id")

    def by_id(self, reader: Reader, organization_id: int, kept_id: bytes) -> RowT | None:
        """The one with this id, whoever it belongs to."""
        return reader.one(self._row, self._by_id, organization_id=organization_id, id=kept_id)

    def of_reader(
        self, reader: Reader, organization_id: int, member_id: bytes | None, *, after: bytes, limit: int
    ) -> list[RowT]:
        """The shared ones and the member's own, in the order of their ids."""
        whose = {"organization_id": organization_id, "member_id": member_id}
        return reader.all(self._row, self._of_reader, **whose, after=after, limit=limit)

    def count(self, reader: Reader, organization_id: int, owner_id: bytes | None) -> int:
        """How many an owner has; None counts the shared ones."""
        if owner_id is None:
            return int(reader.value(self._count_shared, organization_id=organization_id))
        return int(reader.value(self._count_own, organization_id=organization_id, owner_id=owner_id))

    def named(self, reader: Reader, organization_id: int, owner_id: bytes | None, name: str) -> bytes | None:
        """The id of what is called so among the shared ones, or among an owner's."""
        found: bytes | None
        if owner_id is None:
            found = reader.value(self._shared_named, organization_id=organization_id, name=name)
        else:
            whose = {"organization_id": organization_id, "owner_id": owner_id}
            found = reader.value(self._own_named, **whose, name=name)
        return found

    def insert(self, tx: Tx, organization_id: int, row: RowT) -> None:
        """Keep one."""
        tx.run(self._insert, organization_id=organization_id, **row._asdict())

    def update(self, tx: Tx, organization_id: int, row: RowT) -> None:
        """Write everything but when it was made."""
        fields = row._asdict()
        del fields["created_at"]
        tx.run(self._update, organization_id=organization_id, **fields)

    def delete(self, tx: Tx, organization_id: int, kept_id: bytes) -> None:
        """Forget one."""
        tx.run(self._delete, organization_id=organization_id, id=kept_id)


CANNED_REPLIES: Final = Kept("canned_reply", CannedReplyRow, "shortcut")
#: Told apart by their names, whatever the case: they are looked up folded.
SAVED_VIEWS: Final = Kept("saved_view", SavedViewRow, "casefold(name)")
