"""What agents keep: shared things, which admins write and every agent has, and everybody's own."""

from dataclasses import dataclass
from typing import Generic

from deskterm.server.errors import Conflict, Forbidden, LimitReached, NotFound
from deskterm.server.policy import may_use_kept, may_write_kept
from deskterm.server.principal import Principal
from deskterm.server.storage import audit
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.kept import Kept, RowT


@dataclass(frozen=True, slots=True)
class Keeping(Generic[RowT]):
    """The rules of one kind. `entity` as events name it, `words` as refusals do.

    An organization shares `most_shared`, and each member keeps `most_own` beside them.
    """

    rows: Kept[RowT]
    entity: str
    words: str
    most_shared: int
    most_own: int = 200

    def page(self, reader: Reader, principal: Principal, *, after: bytes, limit: int) -> list[RowT]:
        """One more than a page of the shared ones and the principal's own, oldest first."""
        whose = (principal.organization_id, principal.member_id)
        return self.rows.of_reader(reader, *whose, after=after, limit=limit + 1)

    def access(self, reader: Reader, principal: Principal, kept_id: bytes) -> RowT:
        """One that the principal has, or `NotFound`: colleagues' own ones do not exist for them."""
        row = self.rows.by_id(reader, principal.organization_id, kept_id)
        if row is None or not may_use_kept(principal, row.owner_id):
            raise NotFound()
        return row

    def access_to_write(self, reader: Reader, principal: Principal, kept_id: bytes) -> RowT:
        """One that the principal may change, or `Forbidden`."""
        row = self.access(reader, principal, kept_id)
        if not may_write_kept(principal, row.owner_id):
            raise Forbidden("Only admins change shared {what}.", what=self.words)
        return row

    def owner(self, principal: Principal, visibility: str) -> bytes | None:
        """Whose one of this visibility is."""
        return None if visibility == "shared" else principal.member_id

    def check_new(self, reader: Reader, principal: Principal, owner_id: bytes | None) -> None:
        """Whether the principal may keep another one there."""
        if not may_write_kept(principal, owner_id):
            raise Forbidden("Only admins write shared {what}.", what=self.words)
        self.check_room(reader, principal, owner_id)

    def check_room(self, reader: Reader, principal: Principal, owner_id: bytes | None) -> None:
        """Whether there is room for another one."""
        most = self.most_shared if owner_id is None else self.most_own
        if self.rows.count(reader, principal.organization_id, owner_id) >= most:
            raise LimitReached("There are {most} already; delete one first.", most=f"{most:,}")

    def check_name(
        self,
        reader: Reader,
        principal: Principal,
        owner_id: bytes | None,
        name: str,
        taken: str,
        but: bytes | None = None,
    ) -> None:
        """Whether nothing else is called so; `taken` says it if something is."""
        if self.rows.named(reader, principal.organization_id, owner_id, name) not in (None, but):
            raise Conflict(taken)

    def insert(self, tx: Tx, principal: Principal, row: RowT) -> RowT:
        """Keep one, and tell who has it."""
        self.rows.insert(tx, principal.organization_id, row)
        self.record(tx, principal, "created", row, row.rev)
        return row

    def update(self, tx: Tx, principal: Principal, row: RowT) -> RowT:
        """Keep one as it is now, and tell who has it."""
        self.rows.update(tx, principal.organization_id, row)
        self.record(tx, principal, "updated", row, row.rev)
        return row

    def do_delete(self, tx: Tx, principal: Principal, kept_id: bytes) -> None:
        """Forget one. What everybody had is gone then: that is for the audit."""
        row = self.access_to_write(tx, principal, kept_id)
        seq = tx.take_seq(principal.organization_id)
        self.rows.delete(tx, principal.organization_id, kept_id)
        self.record(tx, principal, "deleted", row, seq)
        if row.owner_id is None:
            audit.write(
                tx,
                principal.organization_id,
                f"{self.entity}.deleted",
                actor_id=principal.actor_id,
                entity=self.entity,
                entity_id=row.id,
            )

    def record(self, tx: Tx, principal: Principal, what: str, row: RowT, seq: int) -> None:
        """Tell who has it what became of it."""
        tx.record(
            principal.organization_id,
            seq,
            f"{self.entity}.{what}",
            self.entity,
            row.id,
            Audience.AGENTS if row.owner_id is None else Audience.MEMBER,
            audience_id=row.owner_id,
            actor_id=principal.actor_id,
        )
