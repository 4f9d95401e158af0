"""Pages of conversations, keyset-paged: a page costs the same wherever it is and however many there are.

A page is filled tier by tier (for waiting: first those who wait, then the others; for priority: from urgent
down), and a tier is the merge of limited branches, each of which one index answers in order.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple

from deskterm.protocol.records import Kind, Priority, Status
from deskterm.server.storage import conditions
from deskterm.server.storage.conditions import Condition, Scope, Wanted
from deskterm.server.storage.database import Reader
from deskterm.server.storage.words import Words


class Sort(StrEnum):
    """How a list is ordered; ties go by id in the same direction, priority by the last message first."""

    LAST_MESSAGE = "-last_message_at"
    UPDATED = "-updated_at"
    WAITING = "waiting_since"
    PRIORITY = "-priority"
    CREATED = "created_at"
    ESCALATED = "-escalated_at"
    # The same as contacts know it: what they do not see moves nothing in their lists.
    PUBLIC_LAST_MESSAGE = "-last_public_message_at"
    PUBLIC_UPDATED = "-public_updated_at"


class Position(NamedTuple):
    """Where a row stands in its list: the key's columns (None only for who does not wait), then the id."""

    first: int | None
    second: int | None
    id: bytes


class Found(NamedTuple):
    """Rows in order. `stopped` is where looking was given up before there were enough, if it was."""

    rows: list[Position]
    stopped: Position | None = None


class _Looked(NamedTuple):
    """A row that was looked at: its position, and whether SQL says that it is wanted."""

    first: int | None
    second: int | None
    id: bytes
    met: int


class _Order(NamedTuple):
    columns: tuple[str, ...]
    descending: bool


_ORDERS = {
    Sort.LAST_MESSAGE: _Order(("last_message_at",), True),
    Sort.UPDATED: _Order(("updated_at",), True),
    Sort.WAITING: _Order(("waiting_since",), False),
    Sort.PRIORITY: _Order(("priority", "last_message_at"), True),
    Sort.CREATED: _Order(("created_at",), False),
    Sort.ESCALATED: _Order(("escalated_at",), True),
    Sort.PUBLIC_LAST_MESSAGE: _Order(("last_public_message_at",), True),
    Sort.PUBLIC_UPDATED: _Order(("public_updated_at",), True),
}

#: How many rows are looked at for one page, and at a time.
SCAN = 750
LOOK = 250

#: What an agent has to do; the rest, over the years, is much.
_TO_DO = frozenset({Status.OPEN, Status.PENDING, Status.SNOOZED})

#: Sorts that the list indexes hold; the others read everything that matches.
_INDEXED = frozenset({Sort.LAST_MESSAGE, Sort.PRIORITY, Sort.WAITING})


class _Tier(NamedTuple):
    """One stretch of a list: a further condition, the order within, and the key after which it goes on."""

    sql: str
    order: _Order
    after: tuple[Any, ...] | None
    wanted: Wanted
    split: tuple[bool, bool, bool]  # by status, by priority, by assignee


def is_indexed(wanted: Wanted, sort: Sort) -> bool:
    """Whether a page costs little however many there are; others belong into a reader thread."""
    if wanted.clauses:
        return False
    if wanted.number is not None or wanted.contact_id is not None:
        return True
    if wanted.kind is not Kind.SUPPORT:
        return sort is Sort.LAST_MESSAGE
    free = replace(wanted, priorities=None, with_ticket=False)
    return (
        sort in _INDEXED and free.only_by_queue and len(wanted.assignees or ()) < conditions.BRANCH_LIMIT // 5
    )


def page(
    reader: Reader, scope: Scope, wanted: Wanted, sort: Sort, after: Position | None, limit: int
) -> Found:
    """The next `limit` rows after `after`, or the first ones.

    What no index finds is judged row by row, `SCAN` rows at most: then the page may be short.
    """
    if wanted.is_nothing:
        return Found([])
    scope = conditions.choose_lead(reader, scope, wanted)
    if conditions.is_merged(scope, wanted) and wanted != wanted.by_index:
        return _judged(reader, scope, wanted, sort, after, limit)
    return Found(_plain(reader, scope, wanted, sort, after, limit))


def _judged(
    reader: Reader, scope: Scope, wanted: Wanted, sort: Sort, after: Position | None, limit: int
) -> Found:
    words = Words(reader, scope.organization_id, wanted)
    asked = conditions.judged(scope, wanted, words=False)
    found: list[Position] = []
    for _ in range(SCAN // LOOK):
        looked = _looked_at(reader, scope, wanted.by_index, sort, after, LOOK, asked)
        met = {each.id: Position(*each[:3]) for each in looked if each.met}
        found += [met[each] for each in words.among(list(met))]
        if len(found) >= limit:
            return Found(found[:limit])
        if len(looked) < LOOK:
            return Found(found)
        after = Position(*looked[-1][:3])
    return Found(found, after)


def _plain(
    reader: Reader, scope: Scope, wanted: Wanted, sort: Sort, after: Position | None, limit: int
) -> list[Position]:
    base = conditions.base(scope, wanted)
    found: list[Position] = []
    for tier in _tiers(wanted, sort, after, merged=conditions.is_merged(scope, wanted)):
        sql, values = _select(base, tier, sort, limit - len(found))
        found += reader.all(Position, sql, **values)
        if len(found) >= limit:
            break
    return found


def _looked_at(
    reader: Reader,
    scope: Scope,
    wanted: Wanted,
    sort: Sort,
    after: Position | None,
    limit: int,
    asked: Condition,
) -> list[_Looked]:
    """The next rows that the list indexes give, each with what `asked` says of it."""
    base = conditions.lookup(scope, wanted)
    looked: list[_Looked] = []
    for tier in _tiers(wanted, sort, after, merged=True):
        sql, values = _select(base, tier, sort, limit - len(looked), asked)
        looked += reader.all(_Looked, sql, **values)
        if len(looked) >= limit:
            break
    return looked


def latest(scope: Scope, wanted: Wanted, asked: Condition, most: int) -> tuple[str, dict[str, Any]]:
    """SQL for the latest `most` that the list indexes give, each with whether it is `met`: what is asked."""
    (tier,) = _tiers(wanted.by_index, Sort.LAST_MESSAGE, None, merged=True)
    return _select(conditions.lookup(scope, wanted), tier, Sort.LAST_MESSAGE, most, asked)


def together(pages: list[Found], sort: Sort) -> Found:
    """Pages that start at the same place as one in the order of the list, as far as all of them reach."""
    if len(pages) == 1:
        return pages[0]
    rows = in_order([row for each in pages for row in each.rows], sort)
    stops = in_order([each.stopped for each in pages if each.stopped], sort)
    if not stops:
        return Found(rows)
    reached = in_order([*rows, stops[0]], sort)
    return Found(reached[: reached.index(stops[0])], stops[0])


def in_order(rows: list[Position], sort: Sort) -> list[Position]:
    """The rows in the one order of the list."""
    if sort is Sort.WAITING:
        return sorted(rows, key=lambda row: (row.first is None, row.first or 0, row.id))
    descending = _ORDERS[sort].descending
    return sorted(rows, key=lambda row: (row.first or 0, row.second or 0, row.id), reverse=descending)


def _tiers(wanted: Wanted, sort: Sort, after: Position | None, *, merged: bool) -> Iterator[_Tier]:
    if sort is Sort.WAITING:
        yield from _waiting_tiers(wanted, after, merged=merged)
    elif sort is Sort.PRIORITY and merged:
        yield from _priority_tiers(wanted, after)
    else:
        order = _ORDERS[sort]
        key: tuple[Any, ...] | None = None
        if after is not None:
            key = (after.first, after.id) if len(order.columns) == 1 else after
        by_status = merged and sort is Sort.LAST_MESSAGE
        everybody = wanted.assignees is None
        yield _Tier("", order, key, wanted, (by_status, by_status and everybody, merged))


def _waiting_tiers(wanted: Wanted, after: Position | None, *, merged: bool) -> Iterator[_Tier]:
    """First who waits, the longest first, then everybody else by id.

    What somebody has to do is few: it is looked up by whose it is, not among all who wait.
    """
    few = merged and bool(wanted.assignees) and None not in (wanted.assignees or ())
    few = few and _TO_DO.issuperset(wanted.statuses)
    rests = after is not None and after.first is None
    if not rests:
        waits = f"{'+' if few else ''}c.waiting_since IS NOT NULL"
        key = None if after is None else (after.first, after.id)
        yield _Tier(waits, _ORDERS[Sort.WAITING], key, wanted, (few, False, few))
    rest = (after.id,) if after is not None and rests else None
    yield _Tier("c.waiting_since IS NULL", _Order((), False), rest, wanted, (few, False, merged))


def _priority_tiers(wanted: Wanted, after: Position | None) -> Iterator[_Tier]:
    """From urgent down; within a priority by the last message's time, as the index has it."""
    order = _Order(("last_message_at",), True)
    for priority in sorted(wanted.priorities or Priority, key=lambda each: -each.rank):
        if after is not None and after.first is not None and priority.rank > after.first:
            continue
        here = after is not None and priority.rank == after.first
        key = (after.second, after.id) if after is not None and here else None
        yield _Tier(
            "", order, key, replace(wanted, priorities=(priority,)), (True, wanted.assignees is None, True)
        )


def _select(
    base: Condition, tier: _Tier, sort: Sort, limit: int, asked: Condition | None = None
) -> tuple[str, dict[str, Any]]:
    """SQL for the next rows of a tier, each with whether what is `asked` is met, if something is."""
    by_status, by_priority, by_assignee = tier.split
    parts = conditions.branches(
        tier.wanted, by_status=by_status, by_priority=by_priority, by_assignee=by_assignee
    )
    if len(parts) > conditions.BRANCH_LIMIT:
        parts = conditions.branches(tier.wanted, by_status=False, by_priority=False, by_assignee=False)
    values = {**base.values, **(asked.values if asked else {}), "limit": limit}
    key = ""
    if tier.after is not None:
        columns = ", ".join(f"c.{each}" for each in (*tier.order.columns, "id"))
        names = ", ".join(f":after_{at}" for at in range(len(tier.after)))
        key = f"({columns}) {'<' if tier.order.descending else '>'} ({names})"
        values.update({f"after_{at}": value for at, value in enumerate(tier.after)})
    texts = []
    for part in parts:
        values.update(part.values)
        where = " AND ".join(each for each in (base.sql, part.sql, tier.sql, key) if each)
        texts.append(_branch(where, sort, asked))
    return _merge(texts, tier.order), values


def _branch(where: str, sort: Sort, asked: Condition | None) -> str:
    met = f", ({asked.sql or 'TRUE'}) IS TRUE AS met" if asked else ""
    columns = _ORDERS[sort].columns
    second = f"c.{columns[1]}" if len(columns) == 2 else "NULL"
    return (
        f"SELECT c.{columns[0]} AS {columns[0]}, {second} AS {columns[1] if len(columns) == 2 else 'second'},"
        f" c.id AS id{met} FROM conversation c WHERE {where}"
    )


def _merge(branches: list[str], order: _Order) -> str:
    """One after another by the order, each read only as far as it takes: so SQLite merges what is sorted."""
    return f"{' UNION ALL '.join(branches)} ORDER BY {_order_by(order, '')} LIMIT :limit"


def _order_by(order: _Order, alias: str) -> str:
    direction = " DESC" if order.descending else ""
    return ", ".join(f"{alias}{each}{direction}" for each in (*order.columns, "id"))
