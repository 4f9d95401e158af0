"""A transaction in which it is another time: what it stores happened then, what it logs is told now."""

from collections.abc import Mapping
from typing import Any, TypeVar

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Audience, Tx

R = TypeVar("R", bound=tuple[Any, ...])


class AnotherTime:
    """`Tx` that goes on in `tx`, at `now`."""

    def __init__(self, tx: Tx, now: int) -> None:
        self._tx = tx
        self._now = now

    @property
    def now(self) -> int:
        """The time it is here."""
        return self._now

    @property
    def is_file(self) -> bool:
        return self._tx.is_file

    @property
    def ids(self) -> IdSource:
        """Where new ids come from."""
        return self._tx.ids

    def one(self, row: type[R], sql: str, /, **values: Any) -> R | None:
        return self._tx.one(row, sql, **values)

    def all(self, row: type[R], sql: str, /, **values: Any) -> list[R]:
        return self._tx.all(row, sql, **values)

    def value(self, sql: str, /, **values: Any) -> Any:
        return self._tx.value(sql, **values)

    def run(self, sql: str, /, **values: Any) -> int:
        return self._tx.run(sql, **values)

    def write(self, sql: str, values: Mapping[str, Any], /) -> None:
        self._tx.write(sql, values)

    def put(self, sql: str, values: tuple[Any, ...], /) -> None:
        self._tx.put(sql, values)

    def head(self, organization_id: int) -> int:
        return self._tx.head(organization_id)

    def take_seq(self, organization_id: int, count: int = 1) -> int:
        return self._tx.take_seq(organization_id, count)

    def record(
        self,
        organization_id: int,
        seq: int,
        kind: str,
        entity: str,
        entity_id: bytes,
        audience: Audience,
        conversation_id: bytes | None = None,
        audience_id: bytes | None = None,
        actor_id: bytes | None = None,
        detail: str | None = None,
    ) -> None:
        self._tx.record(
            organization_id,
            seq,
            kind,
            entity,
            entity_id,
            audience,
            conversation_id=conversation_id,
            audience_id=audience_id,
            actor_id=actor_id,
            detail=detail,
        )
