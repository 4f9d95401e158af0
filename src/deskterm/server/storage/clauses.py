"""The conditions of the filter language as SQL over the alias `c`.

What a clause asks is hidden from the indexes: a list is read in its own order, and the clauses are judged on
what comes. A clause that few conversations meet leads instead (`leading`): these are looked up by it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from deskterm.protocol.records import Priority
from deskterm.server.storage.conversation_views import AGENTS_UNREAD
from deskterm.server.storage.search import OWN


class Clause(NamedTuple):
    """One condition: its name in this module's table, its values, and whether the opposite is wanted."""

    name: str
    values: tuple[Any, ...]
    negated: bool = False


class Piece(NamedTuple):
    """SQL and what it binds."""

    sql: str
    values: dict[str, Any]


_Make = Callable[["_Names", tuple[Any, ...]], str]


class _Names:
    """Binds the values of one clause under names of its own."""

    def __init__(self, at: int) -> None:
        self._prefix = f"q{at}"
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        name = f"{self._prefix}_{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def each(self, values: tuple[Any, ...]) -> str:
        return ", ".join(map(self.bind, values)) or "NULL"  # nothing is in it


def condition(clause: Clause, at: int) -> Piece:
    """Whether a conversation meets the clause; `at` tells several of one list apart."""
    names = _Names(at)
    sql = _JUDGED[clause.name](names, clause.values)
    return Piece(f"({sql}) IS NOT TRUE" if clause.negated else f"({sql})", names.values)


def leading(clause: Clause, at: int) -> Piece | None:
    """The same as what finds the conversations, if it can; whether that pays is the caller's question."""
    if clause.negated or clause.name not in _LEADING:
        return None
    names = _Names(at)
    return Piece(_LEADING[clause.name](names, clause.values), names.values)


def newest(clause: Clause, at: int, most: int) -> Piece:
    """Conversations of the newest `most` places at which words are found."""
    names = _Names(at)
    places = (
        f"SELECT rowid AS id FROM search WHERE search MATCH {names.bind(clause.values[0])} AND rowid {OWN}"
        f" ORDER BY rowid DESC LIMIT {names.bind(most)}"
    )
    sql = f"c.id IN (SELECT d.conversation_id FROM ({places}) AS f JOIN search_doc d ON d.id = f.id)"
    return Piece(sql, names.values)


def _either(names: _Names, column: str, values: tuple[str, ...]) -> str:
    return " OR ".join(f"instr(casefold({column}), {names.bind(each)}) > 0" for each in values)


def _contact(names: _Names, values: tuple[Any, ...]) -> str:
    """By a part of the name or the address, or by the id."""
    words = tuple(each for each in values if isinstance(each, str))
    ids = tuple(each for each in values if isinstance(each, bytes))
    parts = [
        _either(names, "coalesce(k.name, 'Visitor ' || k.visitor_number)", words),
        _either(names, "k.email", words),
        f"k.id IN ({names.each(ids)})" if ids else "",
    ]
    return " OR ".join(each for each in parts if each)


def _company(names: _Names, values: tuple[Any, ...]) -> str:
    return _either(names, "k.company", values)


def _of_contact(asked: _Make) -> _Make:
    return lambda names, values: (
        "EXISTS (SELECT 1 FROM contact k WHERE k.organization_id = c.organization_id"
        f" AND k.id = c.contact_id AND ({asked(names, values)}))"
    )


def _by_contact(asked: _Make) -> _Make:
    return lambda names, values: (
        "c.contact_id IN (SELECT k.id FROM contact k WHERE k.organization_id = :organization_id"
        f" AND ({asked(names, values)}))"
    )


def _moment(column: str) -> _Make:
    def between(names: _Names, values: tuple[Any, ...]) -> str:
        since, before = values
        parts = [f"{column} IS NOT NULL"]
        parts += [] if since is None else [f"{column} >= {names.bind(since)}"]
        parts += [] if before is None else [f"{column} < {names.bind(before)}"]
        return " AND ".join(parts)

    return between


def _words(column: str) -> _Make:
    return lambda names, values: f"{column} || '' IN ({names.each(values)})"


def _tag(names: _Names, values: tuple[Any, ...]) -> str:
    return (
        "EXISTS (SELECT 1 FROM conversation_tag t WHERE t.organization_id = c.organization_id"
        f" AND t.conversation_id = c.id AND t.tag IN ({names.each(values)}))"
    )


def _tagged(names: _Names, values: tuple[Any, ...]) -> str:
    return (
        "c.id IN (SELECT t.conversation_id FROM conversation_tag t"
        f" WHERE t.organization_id = :organization_id AND t.tag IN ({names.each(values)}))"
    )


def _assignee(names: _Names, values: tuple[Any, ...]) -> str:
    return f"coalesce(c.assignee_id, x'') IN ({names.each(tuple(each or b'' for each in values))})"


def _persona(names: _Names, values: tuple[Any, ...]) -> str:
    """`values`: the organization's support persona, which speaks where none is named; then those wanted."""
    support, *wanted = values
    spoken = f"CASE WHEN c.persona_id IS NULL AND c.kind = 'support' THEN {names.bind(support)}"
    return f"{spoken} ELSE c.persona_id END IN ({names.each(tuple(wanted))})"


def _unread(names: _Names, values: tuple[Any, ...]) -> str:
    reader_id, contact_id = values
    unread = AGENTS_UNREAD.replace(":reader_id", names.bind(reader_id))
    return f"{unread.replace(':own_contact_id', names.bind(contact_id))} > 0"


def _found(names: _Names, values: tuple[Any, ...]) -> str:
    """Gathered once for all rows: to ask of each row is slow where a word goes on in many ways."""
    return f"+{_search(names, values)}"


def _search(names: _Names, values: tuple[Any, ...]) -> str:
    return (
        "c.id IN (SELECT d.conversation_id FROM search JOIN search_doc d ON d.id = search.rowid"
        f" WHERE search MATCH {names.bind(values[0])} AND search.rowid {OWN})"
    )


def _said(names: _Names, values: tuple[Any, ...]) -> str:
    """What a contact may read has these words: their conversations are few."""
    word = names.bind(values[0])
    return (
        f"instr(plain(c.subject), {word}) > 0 OR EXISTS (SELECT 1 FROM public_message m"
        " WHERE m.organization_id = c.organization_id AND m.conversation_id = c.id AND m.deleted_at IS NULL"
        f" AND instr(plain(m.body), {word}) > 0)"
    )


_JUDGED: dict[str, _Make] = {
    "status": _words("c.status"),
    "source": _words("c.source"),
    "kind": _words("c.kind"),
    "priority": lambda names, values: (
        f"c.priority + 0 IN ({names.each(tuple(Priority(each).rank for each in values))})"
    ),
    "assignee": _assignee,
    "persona": _persona,
    "tag": _tag,
    "contact": _of_contact(_contact),
    "company": _of_contact(_company),
    "number": lambda names, values: f"c.number + 0 IN ({names.each(values)})",
    "escalated": lambda _names, _values: "c.escalated + 0 = 1",
    "unread": _unread,
    "contact_unread": lambda _names, _values: "c.contact_unread > 0",
    "waiting": _moment("+c.waiting_since"),
    "created": _moment("+c.created_at"),
    "updated": _moment("+c.updated_at"),
    "public_updated": _moment("+c.public_updated_at"),
    "snoozed": _moment("+c.snoozed_until"),
    "found": _found,
    "said": _said,
}
_LEADING: dict[str, _Make] = {
    "tag": _tagged,
    "contact": _by_contact(_contact),
    "company": _by_contact(_company),
    "number": lambda names, values: f"c.number IN ({names.each(values)})",
    "waiting": _moment("c.waiting_since"),
    "escalated": lambda _names, _values: "c.escalated = 1 AND c.escalated_at >= 0",  # as its index says it
    "found": _search,
}
