"""What may stand at the end of a filter that is being typed, and what is wrong with it as a whole."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from deskterm.client.replica.roster import Roster
from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.query import FIELDS, MOMENTS, QueryError, parse, words_of
from deskterm.protocol.records import Conversation, Role
from deskterm.text.words import tr

_LAST = re.compile(r'(?:^|\s)(-?)((?:[^\s"]|"[^"]*"?)*)$')
_ASKED = re.compile(r"([A-Za-z_]+)(:|>=|<=|>|<)(.*)", re.DOTALL)
#: Letters from which on a value is offered without its field.
_ENOUGH = 2
_AGES = ("30m", "2h", "1d", "1w")


class Mistake(NamedTuple):
    """What is wrong with a filter, and at which character."""

    words: str
    at: int


def known_names(rows: Iterable[Conversation], roster: Roster) -> dict[str, list[str]]:
    """The names that a filter may be completed with, by field, as far as they are known here."""
    names: dict[str, set[str]] = {"tag": set(), "contact": set(), "company": set()}
    for each in rows:
        names["tag"].update(each.tags)
        if each.contact is not None:
            names["contact"].update(filter(None, (each.contact.name, each.contact.email)))
            names["company"].update(filter(None, (each.contact.company,)))
    agents = {each.name for each in roster.members.values() if each.role is not Role.CUSTOMER}
    names |= {"assignee": agents, "persona": {each.name for each in roster.personas.values()}}
    return {field: sorted(found, key=str.casefold) for field, found in names.items()}


def completions(typed: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """The whole texts that `typed` may become next; `known` are the names that each field may have."""
    found = _LAST.search(typed)
    if found is None:
        return []
    before, sign, begun = typed[: found.start(2) - len(found[1])], found[1], found[2]
    asked = _ASKED.fullmatch(begun)
    if asked is None:
        return [f"{before}{sign}{each}" for each in _terms(begun, known)]
    name, operator = asked[1].lower(), asked[2]
    head, comma, last = asked[3].rpartition(",")
    start = f"{before}{sign}{name}{operator}{head}{comma}"
    wanted = last.strip('"').casefold()
    return [f"{start}{_quoted(each)} " for each in _values(name, known) if each.casefold().startswith(wanted)]


def mistake(typed: str, known: Mapping[str, Sequence[str]]) -> Mistake | None:
    """The first thing that is wrong with it; nothing if it is a filter."""
    try:
        query = parse(typed)
    except QueryError as error:
        return Mistake(tr(error.template, **error.values), error.at)
    for term in query.of("assignee"):
        for value in term.values:
            if value not in words_of("assignee") and not _is_somebody(value, known.get("assignee", ())):
                found = term.mistake(tr("nobody here is called “{name}”", name=value), value)
                return Mistake(found.message, found.at)
    return None


def _is_somebody(value: str, names: Sequence[str]) -> bool:
    wanted = value.casefold()
    called = any(wanted in {each.casefold(), *each.casefold().split()} for each in names)
    return called or UUID_PATTERN.fullmatch(wanted) is not None


def _terms(begun: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    fields = [each for each in FIELDS if each.startswith(begun.lower())]
    found = [f"{each}{'>' if each in MOMENTS else ':'}" for each in fields]
    if len(begun) < _ENOUGH:
        return found
    wanted = begun.casefold()
    return found + [
        f"{name}:{_quoted(value)} "
        for name in FIELDS
        if name not in MOMENTS
        for value in _values(name, known)
        if any(word.startswith(wanted) for word in (value.casefold(), *value.casefold().split()))
    ]


def _values(name: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    if name in MOMENTS:
        return list(_AGES)
    return [*words_of(name), *known.get(name, ())]


def _quoted(value: str) -> str:
    if not re.search(r'[\s,"]|^-', value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
