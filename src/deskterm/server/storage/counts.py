"""How many conversations there are by status, under the filters of a list but `status`."""

from collections import Counter
from dataclasses import replace
from typing import Any, NamedTuple

from deskterm.protocol.records import Kind, Status
from deskterm.server.storage import clauses, conditions, listing
from deskterm.server.storage.clauses import Clause
from deskterm.server.storage.conditions import Condition, Scope, Wanted
from deskterm.server.storage.database import Reader, statement
from deskterm.server.storage.words import Words

#: Under filters a count stops here, meaning "that or more".
COUNT_LIMIT = 1_000
#: What the filter language asks and no index finds is counted among so many of the statuses that are asked
#: for and so many of the others: all of a small desk. A frequent word is counted where it was said last.
FAR, FEW = 300, 75
_ALL = 2**53

MAINTAINED = statement("""
    SELECT status, sum(total) FROM conversation_count
    WHERE organization_id = :organization_id GROUP BY status""")
MAINTAINED_OF = statement("""
    SELECT status, total FROM conversation_count
    WHERE organization_id = :organization_id AND assignee_id = :assignee_id""")


class _Place(NamedTuple):
    id: bytes
    status: str


class _Total(NamedTuple):
    status: str
    total: int


def by_status(reader: Reader, scope: Scope, wanted: Wanted) -> dict[Status, int]:
    """All five counts. From the maintained table where only the queue is asked for, else counted."""
    counts = dict.fromkeys(Status, 0)
    asked, wanted = wanted.statuses, replace(wanted, statuses=tuple(Status))
    if wanted.is_nothing:
        return counts
    if wanted.kind is Kind.SUPPORT and wanted.only_by_queue and not scope.by_contact:
        return _totals(reader, scope.organization_id, wanted.assignees)
    # Contacts' own and conversations that are not support are few: these are counted to the end.
    most = _ALL if wanted.only_by_queue else COUNT_LIMIT
    scope = conditions.choose_lead(reader, scope, wanted)
    if not conditions.is_merged(scope, wanted):
        return counts | _grouped(reader, conditions.base(scope, wanted), wanted, most)
    if not wanted.clauses:
        base = conditions.base(scope, wanted)
        return {status: _count(reader, base, replace(wanted, statuses=(status,)), most) for status in Status}
    found = next((each for each in wanted.clauses if each.name == "found" and not each.negated), None)
    if found is not None:
        return counts | _of_newest(reader, scope, wanted, found)
    looks = _looks(_totals(reader, scope.organization_id, wanted.assignees), asked)
    return {
        status: _judged(reader, scope, replace(wanted, statuses=(status,)), looks[status])
        for status in Status
    }


def _looks(totals: dict[Status, int], asked: tuple[Status, ...]) -> dict[Status, int]:
    """At how many of each status to look: at all of a small desk, else further where the list is."""
    here, left = _shared({each: totals[each] for each in asked}, FAR)
    elsewhere, _ = _shared({each: totals[each] for each in Status if each not in asked}, max(left, FEW))
    return here | elsewhere


def _shared(totals: dict[Status, int], most: int) -> tuple[dict[Status, int], int]:
    """`most` divided evenly, as far as each can take it, and what is left of it."""
    shares: dict[Status, int] = {}
    for at, status in enumerate(sorted(totals, key=lambda each: totals[each])):
        shares[status] = min(totals[status], most // (len(totals) - at))
        most -= shares[status]
    return shares, most


def _grouped(reader: Reader, base: Condition, wanted: Wanted, most: int) -> dict[Status, int]:
    """Few are found by another index than the list's: counted together, `most` of all at most."""
    part = conditions.branches(wanted, by_status=False, by_priority=False, by_assignee=False)[0]
    where = " AND ".join(each for each in (base.sql, part.sql) if each)
    sql = f"SELECT status, count(*) FROM (SELECT c.status AS status FROM conversation c WHERE {where}"
    rows = reader.all(
        _Total, f"{sql} LIMIT :most) AS f GROUP BY status", **base.values, **part.values, most=most
    )
    return {Status(each.status): each.total for each in rows}


def _totals(
    reader: Reader, organization_id: int, assignees: tuple[bytes | None, ...] | None
) -> dict[Status, int]:
    """All of a queue, from the maintained table."""
    counts = dict.fromkeys(Status, 0)
    for row in _maintained(reader, organization_id, assignees):
        counts[Status(row.status)] += row.total
    return counts


class Total(NamedTuple):
    """`more`: that many or more."""

    found: int
    more: bool


def total(reader: Reader, scope: Scope, wanted: Wanted) -> Total:
    """How many there are in all statuses that are wanted, within what one page of a list looks at."""
    if wanted.is_nothing:
        return Total(0, False)
    if wanted.kind is Kind.SUPPORT and wanted.only_by_queue and not scope.by_contact:
        totals = _totals(reader, scope.organization_id, wanted.assignees)
        return Total(sum(totals[each] for each in wanted.statuses), False)
    found = listing.page(reader, scope, wanted, listing.Sort.LAST_MESSAGE, None, COUNT_LIMIT)
    full = len(found.rows) == COUNT_LIMIT
    return Total(len(found.rows), full or found.stopped is not None)


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


def _judged(reader: Reader, scope: Scope, wanted: Wanted, most: int) -> int:
    """How many of the latest `most` conversations of one status are wanted: those a list begins with."""
    asked = conditions.judged(scope, wanted)
    latest, values = listing.latest(scope, wanted, asked, most)
    return int(reader.value(f"SELECT count(*) FROM ({latest}) AS looked WHERE met", **values))


def _of_newest(reader: Reader, scope: Scope, wanted: Wanted, found: Clause) -> dict[Status, int]:
    """A frequent word: counted where it was said last. Among so few, other words are asked for one by one."""
    others = tuple(each for each in wanted.clauses if each.name == "found" and each != found)
    rest = tuple(each for each in wanted.clauses if each.name != "found")
    base = conditions.base(scope, replace(wanted, clauses=rest))
    newest = clauses.newest(found, len(wanted.clauses), FEW)
    part = conditions.branches(wanted, by_status=False, by_priority=False, by_assignee=False)[0]
    where = " AND ".join(each for each in (newest.sql, base.sql, part.sql) if each)
    sql = f"SELECT c.id, c.status FROM conversation c WHERE {where}"
    rows = reader.all(_Place, sql, **base.values, **newest.values, **part.values)
    words = Words(reader, scope.organization_id, replace(wanted, clauses=others))
    left = set(words.among([each.id for each in rows]))
    return Counter(Status(each.status) for each in rows if each.id in left)


def _count(reader: Reader, base: Condition, wanted: Wanted, most: int) -> int:
    found, values = _branches(base, wanted, by_priority=wanted.assignees is None)
    return int(reader.value(f"SELECT count(*) FROM ({found} LIMIT :most) AS c", **values, most=most))


def _branches(base: Condition, wanted: Wanted, *, by_priority: bool) -> tuple[str, dict[str, Any]]:
    """All that is wanted, one branch for each value by which an index begins."""
    parts = conditions.branches(wanted, by_status=True, by_priority=by_priority, by_assignee=True)
    if len(parts) > conditions.BRANCH_LIMIT:
        parts = conditions.branches(wanted, by_status=True, by_priority=False, by_assignee=False)
    values = dict(base.values)
    texts = []
    for part in parts:
        values.update(part.values)
        where = " AND ".join(each for each in (base.sql, part.sql) if each)
        texts.append(f"SELECT c.* FROM conversation c WHERE {where}")
    return " UNION ALL ".join(texts), values
