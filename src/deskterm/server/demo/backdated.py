"""A transaction that takes place at another time, with ids that are the same in every run."""

from collections.abc import Mapping
from random import Random
from typing import Any, TypeVar

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.database import Audience, Tx

R = TypeVar("R", bound=tuple[Any, ...])

#: Times inside ids are counted from here, not from the demo's own time: ids stay the same whenever it starts.
IDS_BASE = 1_767_225_600_000  # 2026-01-01
SEED = 20_260_101


class Backdated:
    """`Tx` that goes on in `tx`; `now` moves only by `advance_to`."""

    def __init__(self, tx: Tx, base: int) -> None:
        self._tx = tx
        self._base = base
        self._now = base
        self._ids = IdSource(lambda: IDS_BASE + self._now - self._base, Random(SEED).getrandbits)

    @property
    def now(self) -> int:
        """The time that the demo's people have at this point of their story."""
        return self._now

    @property
    def ids(self) -> IdSource:
        """Ids from a fixed seed."""
        return self._ids

    def advance_to(self, minutes_ago: float) -> None:
        """Let the following happen so many minutes before the demo's present."""
        self._now = self._base - round(minutes_ago * 60_000)

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
