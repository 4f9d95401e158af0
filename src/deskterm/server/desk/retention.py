"""What an organization keeps, and for how long: closed conversations are archived, visitors erased."""

from typing import NamedTuple

from deskterm.server.desk.erasing import erase
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import add_updated
from deskterm.server.storage import audit, organizations, retention
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.retention import BothRow

DAY_MS = 24 * 3600 * 1000


class Rule(NamedTuple):
    """Days after which; 0 = never."""

    archive_days: int
    visitor_days: int

    def archived_before(self, now: int) -> int:
        """What was closed before is archived; 0 = nothing."""
        return now - self.archive_days * DAY_MS if self.archive_days else 0

    def erased_before(self, now: int) -> int:
        """Who was seen last before is erased; 0 = nobody."""
        return now - self.visitor_days * DAY_MS if self.visitor_days else 0


def rule_of(reader: Reader, organization_id: int) -> Rule:
    """An organization's rule."""
    kept = organizations.settings(reader, organization_id).retention
    return Rule(int(kept.get("archive_days") or 0), int(kept.get("visitor_days") or 0))


def preview(reader: Reader, organization_id: int, now: int) -> BothRow:
    """How much a run would take now."""
    rule = rule_of(reader, organization_id)
    before = {"closed_before": rule.archived_before(now), "seen_before": rule.erased_before(now)}
    return retention.both(reader, organization_id, **before)


def do_archive(tx: Tx, organization_id: int, limit: int) -> int:
    """Archive a slice; answers how many."""
    rule = rule_of(tx, organization_id)
    found = retention.closed(tx, organization_id, rule.archived_before(tx.now), limit)
    if not found:
        return 0
    journal = Journal(tx, organization_id, None)
    for each in found:
        add_updated(journal, each, public=False)

    def write(last: int) -> None:
        for each in found:
            retention.archive(tx, organization_id, each, last)

    journal.close(write)
    return len(found)


def do_erase_visitors(tx: Tx, organization_id: int, limit: int) -> tuple[int, list[bytes]]:
    """Erase a slice; answers how many, and the contents, by hash, to let go of."""
    rule = rule_of(tx, organization_id)
    found = retention.visitors(tx, organization_id, rule.erased_before(tx.now), limit)
    files = [file for each in found for file in erase(tx, organization_id, each, None).files]
    return len(found), files


def do_note_run(tx: Tx, organization_id: int, actor_id: bytes | None, done: BothRow, backup: str) -> None:
    """Write down in the audit what a run took."""
    row = organizations.by_key(tx, organization_id)
    if row is None:
        raise LookupError("an organization that is run is there")
    detail = {"archived": done.conversations, "visitors": done.visitors, "backup": backup}
    audit.write(
        tx,
        organization_id,
        "retention.run",
        actor_id=actor_id,
        entity="organization",
        entity_id=row.id,
        detail=detail,
    )
