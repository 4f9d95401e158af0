"""How many conversations there are by status, under the filters of a list but `status`."""

from dataclasses import replace
from typing import NamedTuple

from deskterm.protocol.records import Kind, Status
from deskterm.server.storage import conditions
from deskterm.server.storage.conditions import Condition, Scope, Wanted
from deskterm.server.storage.database import Reader, statement
from deskterm.server.storage.judging import Judge, free

#: Under free filters a count stops here, meaning "that or more". What no index finds is looked for in the
#: first so many of each status.
COUNT_LIMIT = 1_000
_ALL = 2**53

MAINTAINED = statement("""
    SELECT status, sum(total) FROM conversation_count
    WHERE organization_id = :organization_id GROUP BY status""")
MAINTAINED_OF = statement("""
    SELECT status, total FROM conversation_count
    WHERE organization_id = :organization_id AND assignee_id = :assignee_id""")


class _Id(NamedTuple):
    id: bytes


class _Total(NamedTuple):
    status: str
    total: int


def by_status(reader: Reader, scope: Scope, wanted: Wanted) -> dict[Status, int]:
    """All five counts. From the maintained table where only the queue is asked for, else counted."""
    counts = dict.fromkeys(Status, 0)
    if wanted.is_nothing:
        return counts
    if wanted.kind is Kind.SUPPORT and wanted.only_by_queue and not scope.by_contact:
        for row in _maintained(reader, scope.organization_id, wanted.assignees):
            counts[Status(row.status)] += row.total
        return counts
    # Contacts' own and conversations that are not support are few: these are counted to the end.
    most = _ALL if wanted.only_by_queue else COUNT_LIMIT
    scope = conditions.choose_lead(reader, scope, wanted)
    merged = conditions.is_merged(scope, wanted)
    if merged and wanted.clauses:
        judge = Judge(reader, scope.organization_id, wanted)
        return {
            status: _judged(reader, scope, replace(wanted, statuses=(status,)), judge) for status in Status
        }
    base = conditions.base(scope, wanted)
    return {
        status: _count(reader, base, replace(wanted, statuses=(status,)), merged, most) for status in Status
    }


def _maintained(
    reader: Reader, organization_id: int, assignees: tuple[bytes | None, ...] | None
) -> list[_Total]:
    if assignees is None:
        return reader.all(_Total, MAINTAINED, organization_id=organization_id)
    return [
        row
        for assignee in assignees
        for row in reader.all(
            _Total, MAINTAINED_OF, organization_id=organization_id, assignee_id=assignee or b""
        )
    ]


def _judged(reader: Reader, scope: Scope, wanted: Wanted, judge: Judge) -> int:
    """How many of the first `COUNT_LIMIT` conversations of one status meet the clauses."""
    base = conditions.base(scope, free(wanted))
    values = {**base.values, "most": COUNT_LIMIT}
    texts = []
    for part in conditions.branches(free(wanted), by_status=True, by_priority=False, by_assignee=True):
        values.update(part.values)
        where = " AND ".join(each for each in (base.sql, part.sql) if each)
        texts.append(f"SELECT c.id FROM conversation c WHERE {where}")
    rows = reader.all(_Id, f"SELECT * FROM ({' UNION ALL '.join(texts)}) AS looked LIMIT :most", **values)
    return len(judge.met([each.id for each in rows]))


def _count(reader: Reader, base: Condition, wanted: Wanted, split: bool, most: int) -> int:
    parts = conditions.branches(
        wanted, by_status=split, by_priority=split and wanted.assignees is None, by_assignee=split
    )
    if len(parts) > conditions.BRANCH_LIMIT:
        parts = conditions.branches(wanted, by_status=split, by_priority=False, by_assignee=False)
    values = {**base.values, "most": most}
    texts = []
    for part in parts:
        values.update(part.values)
        where = " AND ".join(each for each in (base.sql, part.sql) if each)
        texts.append(f"SELECT 1 FROM conversation c WHERE {where}")
    return int(reader.value(f"SELECT count(*) FROM ({' UNION ALL '.join(texts)} LIMIT :most)", **values))
