"""The filter language (`protocol/query.py`) for one person at one moment: what a list is asked for by it.

What an index answers becomes a filter like those of the other parameters, the rest clauses that are judged
row by row. Names become ids here, and a name that nobody has is an error at its place.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.query import Query, QueryError, Term, bounds, parse
from deskterm.protocol.records import Kind, Priority, Status
from deskterm.server.errors import Invalid, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import members, personas, search
from deskterm.server.storage.clauses import Clause
from deskterm.server.storage.conditions import Wanted
from deskterm.server.storage.database import Reader
from deskterm.server.storage.organizations import Settings
from deskterm.server.views.times import milliseconds
from deskterm.text.clean import clean
from deskterm.text.search import plain, searchable

T = TypeVar("T")

#: What contacts may ask about; the rest they do not see.
_CONTACTS_FIELDS = ("", "status", "kind", "persona", "number", "unread", "created", "updated")


def read_query(text: str, *, where: Sequence[str] = ("query", "q")) -> Query:
    """The query that a text says; `Invalid` names the place of a mistake."""
    try:
        return parse(clean(text))
    except QueryError as error:
        raise refusal(error, where) from None


def refusal(error: QueryError, where: Sequence[str]) -> Invalid:
    """A mistake in a text as the caller is told of it."""
    said = mistake(error.template, *where, **error.values)
    return Invalid([{**said, "at": error.at, "length": error.length}])


def kinds_of(query: Query) -> tuple[Kind, ...] | None:
    """The kinds of conversations that a query names; None if it names none."""
    wanted = [each for each in query.of("kind") if not each.negated]
    return tuple(Kind(each) for each in wanted[0].values) if wanted else None


class Filtering:
    """Applies a query to what is wanted of a list."""

    def __init__(self, reader: Reader, principal: Principal, settings: Settings, now: int) -> None:
        self._reader, self._principal, self._settings = reader, principal, settings
        self._now = datetime.fromtimestamp(now / 1000, UTC)

    def narrow(self, wanted: Wanted, query: Query) -> Wanted:
        """`wanted` with the query's terms, too. `QueryError` for what somebody cannot ask, or nobody has."""
        for term in query.terms:
            if not self._principal.is_agent and term.field not in _CONTACTS_FIELDS:
                raise term.mistake("“{field}” is for agents", field=term.field)
            wanted = self._with(wanted, term)
        return wanted

    def _with(self, wanted: Wanted, term: Term) -> Wanted:
        clause = self._clause(term)
        if not clause.negated:
            if clause.name == "status":
                kept = tuple(each for each in wanted.statuses if each in clause.values)
                return replace(wanted, statuses=kept)
            if clause.name == "priority":
                return replace(wanted, priorities=_both(wanted.priorities, map(Priority, clause.values)))
            if clause.name == "assignee":
                return replace(wanted, assignees=_both(wanted.assignees, clause.values))
        return replace(wanted, clauses=(*wanted.clauses, clause))

    def _clause(self, term: Term) -> Clause:
        """The term with what storage compares by."""
        name, values, negated = term.field, term.values, term.negated
        match name:
            case "":
                return self._words(term)
            case "status":
                return Clause(name, self._statuses(values), negated)
            case "priority":
                return Clause(name, _priorities(term), negated)
            case "assignee":
                named = tuple(each for value in values for each in self._agents(term, value))
                return Clause(name, named, negated)
            case "persona":
                spoken = tuple(each for value in values for each in self._personas(term, value))
                return Clause(name, (self._support_persona(), *spoken), negated)
            case "contact":
                return Clause(name, tuple(_id(each) or each.casefold() for each in values), negated)
            case "company":
                return Clause(name, tuple(each.casefold() for each in values), negated)
            case "number":
                return Clause(name, tuple(map(int, values)), negated)
            case "escalated" | "unread":
                return self._yes(name)._replace(negated=negated != (values == ("no",)))
            case "waiting" | "created" | "updated" | "snoozed":
                return self._moment(term)
            case _:
                return Clause(name, values, negated)

    def _yes(self, name: str) -> Clause:
        if name == "escalated":
            return Clause("escalated", ())
        if self._principal.is_agent:
            return Clause("unread", (self._principal.actor_id, self._principal.contact_id))
        return Clause("contact_unread", ())

    def _words(self, term: Term) -> Clause:
        text = term.values[0]
        if not searchable(text):
            raise term.mistake("there is no word to look for")
        if not self._principal.is_agent:
            return Clause("said", (plain(text) if term.phrase else plain(text).rstrip(),), term.negated)
        found = search.match(text, phrase=term.phrase)
        return Clause("found", (found,), term.negated)

    def _moment(self, term: Term) -> Clause:
        name = term.field
        if name == "updated" and not self._principal.is_agent:
            name = "public_updated"
        between = tuple(None if each is None else milliseconds(each) for each in bounds(term, self._now))
        return Clause(name, between, term.negated)

    def _statuses(self, values: tuple[str, ...]) -> tuple[Status, ...]:
        """To contacts a snoozed conversation is an open one."""
        chosen = {Status(each) for each in values}
        if not self._principal.is_agent:
            chosen.discard(Status.SNOOZED)
            chosen |= {Status.SNOOZED} if Status.OPEN in chosen else set()
        return tuple(each for each in Status if each in chosen)

    def _agents(self, term: Term, value: str) -> list[bytes | None]:
        if value == "none":
            return [None]
        if value == "me":
            return [self._principal.member_id]
        known = members.agents(self._reader, self._principal.organization_id, after=b"", limit=10_000)
        return _named(term, value, [(each.id, each.name) for each in known])

    def _personas(self, term: Term, value: str) -> list[bytes | None]:
        known = personas.all_of(self._reader, self._principal.organization_id)
        return _named(term, value, [(each.id, each.name) for each in known])

    def _support_persona(self) -> bytes | None:
        if self._settings.voice != "persona":
            return None
        found = personas.support_of(self._reader, self._principal.organization_id)
        return None if found is None else found.id


def _priorities(term: Term) -> tuple[Priority, ...]:
    ranks = [Priority(each).rank for each in term.values]
    match term.operator:
        case ">":
            return tuple(each for each in Priority if each.rank > ranks[0])
        case ">=":
            return tuple(each for each in Priority if each.rank >= ranks[0])
        case "<":
            return tuple(each for each in Priority if each.rank < ranks[0])
        case "<=":
            return tuple(each for each in Priority if each.rank <= ranks[0])
        case _:
            return tuple(Priority(each) for each in term.values)


def _named(term: Term, value: str, known: list[tuple[bytes, str]]) -> list[bytes | None]:
    """Those with this id or name; a part of a name will do where it is a whole word."""
    wanted = value.casefold()
    found: list[bytes | None] = [
        each for each, name in known if _is_called(name, wanted) or _id(value) == each
    ]
    if not found:
        raise term.mistake("nobody here is called “{name}”", value, name=value)
    return found


def _is_called(name: str, wanted: str) -> bool:
    folded = name.casefold()
    return folded == wanted or wanted in folded.split()


def _id(text: str) -> bytes | None:
    try:
        return to_bytes(text)
    except ValueError:
        return None


def _both(before: tuple[T, ...] | None, wanted: Any) -> tuple[T, ...]:
    """What both allow; an empty tuple allows nothing."""
    asked = tuple(dict.fromkeys(wanted))
    return asked if before is None else tuple(each for each in before if each in asked)
