"""Which conversations are wanted, as SQL over the alias `c`.

Only closed words (columns, statuses, priorities) are written into the text; everything else is bound. Two
habits keep a list's cost independent of how much there is. A condition that must not choose the index hides
its column in an expression. And what an index begins with is compared by `=`, one branch for each value:
`IN` there reads and sorts everything that matches.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from deskterm.protocol.records import Kind, Priority, Status
from deskterm.server.policy import Sight
from deskterm.server.storage import clauses, search
from deskterm.server.storage.clauses import Clause
from deskterm.server.storage.database import Reader, statement

#: Beyond these many branches one plain statement is cheaper than merging.
BRANCH_LIMIT = 30
#: What fewer conversations than this meet, they are looked up by.
RARE = 1_000

_TAGGED = (
    "SELECT t.conversation_id FROM conversation_tag t"
    " WHERE t.organization_id = :organization_id AND t.tag IN ({tags})"
)
_TAG_USE = statement("""
    SELECT count(*) FROM (SELECT 1 FROM conversation_tag
    WHERE organization_id = :organization_id AND tag = :tag LIMIT :most) AS used""")
_TICKETED = (
    "EXISTS (SELECT 1 FROM ticket k WHERE k.organization_id = c.organization_id AND k.conversation_id = c.id)"
)
_WITH = (
    "SELECT w.conversation_id FROM participant w"
    " WHERE w.organization_id = :organization_id AND w.participant_id = :participant_id"
)
_TAKES_PART = """c.id IN (
    SELECT p.conversation_id FROM participant p
    WHERE p.organization_id = :organization_id AND p.participant_id IN (:sight_member, :sight_contact)
    UNION SELECT p.conversation_id FROM participant p
    JOIN persona_operator o ON o.organization_id = p.organization_id AND o.persona_id = p.participant_id
    WHERE p.organization_id = :organization_id AND o.member_id = :sight_member)"""


@dataclass(slots=True, frozen=True, kw_only=True)
class Wanted:
    """The filters of a list. None = not filtered by; an empty tuple of assignees matches nothing."""

    kind: Kind = Kind.SUPPORT
    statuses: tuple[Status, ...] = tuple(Status)
    assignees: tuple[bytes | None, ...] | None = None  # None in it = nobody
    priorities: tuple[Priority, ...] | None = None
    sources: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    escalated: bool | None = None
    number: int | None = None
    contact_id: bytes | None = None
    persona_id: bytes | None = None
    participant_id: bytes | None = None
    unanswered: bool | None = None
    archived: bool = False
    with_ticket: bool = False
    clauses: tuple[Clause, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing can match."""
        return self.assignees == () or self.priorities == () or not self.statuses

    @property
    def by_index(self) -> "Wanted":
        """What the list indexes answer of it; the rest is judged row by row."""
        return replace(
            self, sources=None, tags=None, unanswered=None, escalated=None, with_ticket=False, clauses=()
        )

    @property
    def only_by_queue(self) -> bool:
        """Whether nothing but kind, assignee and status is filtered by."""
        return self == Wanted(kind=self.kind, statuses=self.statuses, assignees=self.assignees)


class Condition(NamedTuple):
    """A piece of WHERE with what it binds."""

    sql: str
    values: dict[str, Any]


class Scope(NamedTuple):
    """Whose list it is, what policy lets them see, and whether that is by their contact or by taking part."""

    organization_id: int
    sight: Sight
    by_contact: bool = False
    by_participation: bool = False
    by_tag: bool = False
    led_by: frozenset[int] | None = None  # the clauses by which conversations are looked up, once chosen


def choose_lead(reader: Reader, scope: Scope, wanted: Wanted) -> Scope:
    """Look up by what few conversations meet; what many meet is met soon enough by itself. Chosen once."""
    if scope.led_by is not None:
        return scope
    led_by = frozenset(
        at for at, each in enumerate(wanted.clauses) if _is_rare(reader, scope.organization_id, each, at)
    )
    return _choose_tags(reader, scope._replace(led_by=led_by), wanted)


def _is_rare(reader: Reader, organization_id: int, clause: Clause, at: int) -> bool:
    leads = clauses.leading(clause, at)
    if leads is None:
        return False
    if clause.name == "tag":
        return _are_rare_tags(reader, organization_id, clause.values)
    if clause.name == "found":
        return search.is_rare(reader, organization_id, clause.values[0], RARE)
    used = reader.value(
        f"SELECT count(*) FROM (SELECT 1 FROM conversation c WHERE c.organization_id = :organization_id"
        f" AND {leads.sql} LIMIT :most) AS used",
        organization_id=organization_id,
        most=RARE,
        **leads.values,
    )
    return int(used) < RARE


def _choose_tags(reader: Reader, scope: Scope, wanted: Wanted) -> Scope:
    if wanted.tags is None:
        return scope
    return scope._replace(by_tag=_are_rare_tags(reader, scope.organization_id, wanted.tags))


def _are_rare_tags(reader: Reader, organization_id: int, tags: tuple[str, ...]) -> bool:
    used = (reader.value(_TAG_USE, organization_id=organization_id, tag=each, most=RARE) for each in tags)
    return all(use < RARE for use in used)


def is_merged(scope: Scope, wanted: Wanted) -> bool:
    """Whether the list indexes (by status, by assignee) serve; otherwise another index finds few rows."""
    return (
        wanted.kind is Kind.SUPPORT
        and not wanted.archived
        and not scope.by_contact
        and not scope.by_tag
        and not scope.led_by
        and wanted.number is None
        and wanted.contact_id is None
        and wanted.escalated is not True
    )


def base(scope: Scope, wanted: Wanted) -> Condition:
    """Everything but status, priority and assignee, which the branches add."""
    found, rest = lookup(scope, wanted), judged(scope, wanted)
    return Condition(" AND ".join(each for each in (found.sql, rest.sql) if each), found.values | rest.values)


def lookup(scope: Scope, wanted: Wanted) -> Condition:
    """What an index finds, but for status, priority and assignee."""
    parts = ["c.organization_id = :organization_id", _kind(scope, wanted), scope.sight.sql]
    parts.append(
        "c.archived_at IS NOT NULL AND c.merged_into IS NULL" if wanted.archived else "c.archived_at IS NULL"
    )
    values: dict[str, Any] = {"organization_id": scope.organization_id, **scope.sight.values}
    if scope.by_contact:
        parts.append("c.contact_id = :sight_contact")
    if scope.by_participation:
        parts.append(_TAKES_PART)
    for name in ("number", "contact_id", "persona_id"):
        value = getattr(wanted, name)
        if value is not None:
            parts.append(f"c.{name} = :{name}")
            values[name] = value
    if wanted.participant_id is not None:
        parts.append(f"c.id IN ({_WITH})")
        values["participant_id"] = wanted.participant_id
    return Condition(" AND ".join(parts), values)


def judged(scope: Scope, wanted: Wanted, *, words: bool = True) -> Condition:
    """What is asked of each row that was found; without `words` those are left to `storage/words.py`."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    if wanted.unanswered is not None:
        parts.append(f"c.waiting_since IS {'NOT ' if wanted.unanswered else ''}NULL")
    if wanted.escalated is not None:
        # An escalated one has a time; naming it makes its index the best one.
        parts.append("c.escalated = 1 AND c.escalated_at >= 0" if wanted.escalated else "c.escalated = 0")
    if wanted.with_ticket:
        parts.append(_TICKETED)
    if wanted.sources is not None:
        parts.append(f"c.source IN ({_bind(values, 'source', wanted.sources)})")
    if wanted.tags is not None:
        tagged = _TAGGED.format(tags=_bind(values, "tag", wanted.tags))
        parts.append(
            f"c.id IN ({tagged})" if scope.by_tag else f"EXISTS ({tagged} AND t.conversation_id = c.id)"
        )
    for at, clause in enumerate(wanted.clauses):
        if words or clause.name != "found":
            leads = clauses.leading(clause, at) if at in (scope.led_by or ()) else None
            piece = leads or clauses.condition(clause, at)
            parts.append(piece.sql)
            values.update(piece.values)
    return Condition(" AND ".join(parts), values)


def _kind(scope: Scope, wanted: Wanted) -> str:
    if wanted.kind is not Kind.SUPPORT:
        return f"c.kind = '{wanted.kind}' AND c.kind <> 'support'"  # as the partial index of these says it
    return "c.kind = 'support'" if is_merged(scope, wanted) else "c.kind || '' = 'support'"


def branches(wanted: Wanted, *, by_status: bool, by_priority: bool, by_assignee: bool) -> list[Condition]:
    """A condition for each value of what is split, or their product; the rest is hidden from the indexes."""
    sets = [
        _assignee_conditions(wanted.assignees) if by_assignee else [_hidden_assignees(wanted.assignees)],
        [Condition(f"c.status = '{each}'", {}) for each in wanted.statuses]
        if by_status
        else [_hidden_statuses(wanted.statuses)],
        [Condition(f"c.priority = {each.rank}", {}) for each in wanted.priorities or Priority]
        if by_priority
        else [_hidden_priorities(wanted.priorities)],
    ]
    product = [Condition("", {})]
    for conditions in sets:
        product = [_both(left, right) for left in product for right in conditions]
    return product


def _both(left: Condition, right: Condition) -> Condition:
    return Condition(
        " AND ".join(each for each in (left.sql, right.sql) if each), {**left.values, **right.values}
    )


def _assignee_conditions(assignees: tuple[bytes | None, ...] | None) -> list[Condition]:
    if assignees is None:
        return [Condition("", {})]
    return [
        Condition("c.assignee_id IS NULL", {})
        if each is None
        else Condition(f"c.assignee_id = :assignee_{at}", {f"assignee_{at}": each})
        for at, each in enumerate(assignees)
    ]


def _hidden_assignees(assignees: tuple[bytes | None, ...] | None) -> Condition:
    if assignees is None:
        return Condition("", {})
    values: dict[str, Any] = {"nobody": b""}
    names = _bind(values, "assignee", tuple(each or b"" for each in assignees))
    return Condition(f"coalesce(c.assignee_id, :nobody) IN ({names})", values)


def _hidden_statuses(statuses: tuple[Status, ...]) -> Condition:
    if set(statuses) == set(Status):
        return Condition("", {})
    words = ", ".join(f"'{each}'" for each in statuses)
    return Condition(f"c.status || '' IN ({words})", {})


def _hidden_priorities(priorities: tuple[Priority, ...] | None) -> Condition:
    if priorities is None:
        return Condition("", {})
    return Condition(f"c.priority + 0 IN ({', '.join(str(each.rank) for each in priorities)})", {})


def _bind(values: dict[str, Any], name: str, several: tuple[Any, ...]) -> str:
    """Bind each of `several`; answers their parameters, separated by commas."""
    named = {f"{name}_{at}": value for at, value in enumerate(several)}
    values.update(named)
    return ", ".join(f":{each}" for each in named)
