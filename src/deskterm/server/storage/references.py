"""What points to a row, found in the schema: a table that is added later is asked from its first day."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"


class _Name(NamedTuple):
    name: str


class _Part(NamedTuple):
    number: int
    place: int
    parent: str
    column: str
    parent_column: str | None
    on_update: str
    on_delete: str
    match: str


class References:
    """The references of one database."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._to: dict[str, list[tuple[str, str, bool]]] = {}
        for (table,) in reader.all(_Name, _TABLES):
            parts = reader.all(_Part, f"PRAGMA foreign_key_list({table})")
            scoped = {part.number for part in parts if part.column == "organization_id"}
            for part in parts:
                if part.parent_column == "id":
                    self._to.setdefault(part.parent, []).append((table, part.column, part.number in scoped))

    def exist(
        self, organization_id: int, table: str, id_: bytes, *, but: frozenset[str] = frozenset()
    ) -> bool:
        """Whether a row points to that row of `table`; what stands in the tables `but` does not count."""
        return any(
            self._points(organization_id, child, column, id_, scoped=scoped)
            for child, column, scoped in self._to.get(table, [])
            if child not in but
        )

    def _points(self, organization_id: int, child: str, column: str, id_: bytes, *, scoped: bool) -> bool:
        where = "organization_id = :organization_id AND " if scoped else ""
        sql = f"SELECT 1 FROM {child} WHERE {where}{column} = :id LIMIT 1"
        values = {"id": id_} | ({"organization_id": organization_id} if scoped else {})
        return self._reader.value(sql, **values) is not None
