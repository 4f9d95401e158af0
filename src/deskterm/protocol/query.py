"""The filter language: `status:open assignee:me priority>=high tag:billing -tag:spam waiting>30m "refund"`.

One language for lists (`q=`), saved views, bulk changes and the command line. All terms are required, `-`
before one negates it, a comma between values means any of them; there is no OR and there are no brackets.
Text becomes a `Query` and a query becomes text again; whoever judges terms (SQL on the server, a predicate
on the client) works on the tree.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from deskterm.protocol.records import Kind, Priority, Source, Status
from deskterm.text.words import filled

#: Longer texts and more terms than anybody needs.
MOST_CHARACTERS, MOST_TERMS, MOST_VALUES = 2_000, 40, 50

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "status": tuple(Status),
    "priority": tuple(Priority),
    "source": tuple(Source),
    "kind": tuple(Kind),
    "escalated": ("yes", "no"),
    "unread": ("yes", "no"),
}
#: Fields that take an age (`30m`, `24h`, `3d`, `2w`) or a date (`2026-11-01`).
MOMENTS: Final = ("waiting", "created", "updated", "snoozed")
#: Fields that take any text; `assignee` also `me` and `none`.
_NAMES: Final = ("assignee", "tag", "contact", "company", "persona")
FIELDS: Final = (*_WORDS, "assignee", "tag", "contact", "company", "persona", "number", *MOMENTS)

_COMPARED: Final = ("priority", *MOMENTS)
_HEAD = re.compile(r"(-?)([A-Za-z_]+)(:|>=|<=|>|<)")
_AGE = re.compile(r"([0-9]{1,6})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SAID: Final = {"true": "yes", "false": "no"}
_LONGEST: Final = timedelta(days=36_500)
#: What a value or a word has to be quoted for.
_NEEDS_QUOTES = re.compile(r'[\s,"]|^-|^$')


class QueryError(ValueError):
    """A text that is no query; `at` and `length` (code points) name the place.

    What stands in `template` by a name is in `values`, for readers of other languages; `message` is English.
    """

    def __init__(self, template: str, at: int, length: int, **values: str | int) -> None:
        self.template, self.values = template, values
        self.message, self.at, self.length = filled(template, values), at, length
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. Without a `field` it is a word or phrase to be found; `operator` is `:` or a comparison.

    `phrase` tells that a word was quoted. `at` and `length` are its place in the text it came from, `places`
    those of its values.
    """

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool = False
    phrase: bool = False
    at: int = dataclasses.field(default=0, compare=False)
    length: int = dataclasses.field(default=0, compare=False)
    places: tuple[tuple[int, int], ...] = dataclasses.field(default=(), compare=False)

    def mistake(self, template: str, value: str | None = None, **values: str | int) -> QueryError:
        """An error at one of the values, else at the whole term."""
        if value is None or not self.places:
            return QueryError(template, self.at, self.length, **values)
        at, length = self.places[self.values.index(value)]
        return QueryError(template, at, length, **values)

    def __str__(self) -> str:
        sign = "-" if self.negated else ""
        if not self.field:
            return sign + (_quoted(self.values[0]) if self.phrase else self.values[0])
        values = ",".join(_quoted(each) if _NEEDS_QUOTES.search(each) else each for each in self.values)
        return f"{sign}{self.field}{self.operator}{values}"


@dataclass(frozen=True, slots=True)
class Query:
    """All terms are required; without any, everything is meant."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def of(self, name: str) -> tuple[Term, ...]:
        """The terms of one field."""
        return tuple(each for each in self.terms if each.field == name)

    @property
    def words(self) -> tuple[Term, ...]:
        """What is to be found in subjects and messages."""
        return self.of("")


def parse(text: str) -> Query:
    """The query that `text` says; `QueryError` at the place of the first mistake."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            "a filter has at most {most} characters", MOST_CHARACTERS, len(text), most=MOST_CHARACTERS
        )
    terms = tuple(_terms(text))
    if len(terms) > MOST_TERMS:
        raise QueryError("a filter has at most {most} terms", terms[MOST_TERMS].at, 1, most=MOST_TERMS)
    return Query(terms)


def words_of(name: str) -> tuple[str, ...]:
    """The values that a field knows, for completion; none where any text may stand."""
    return ("me", "none") if name == "assignee" else _WORDS.get(name, ())


def age_of(value: str) -> timedelta | None:
    """The length of `30m`, `24h`, `3d` or `2w`; None for anything else."""
    found = _AGE.fullmatch(value)
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def day_of(value: str) -> datetime | None:
    """The beginning of a day `2026-11-01`, in UTC; None for anything else."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC) if len(value) == 10 else None
    except ValueError:
        return None


def bounds(term: Term, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Between which moments (from, before) a term of `MOMENTS` wants its field; None = without a bound.

    An age is counted back from `now`, for `snoozed` ahead of it: `waiting>30m` began before half an hour ago,
    `snoozed<2h` ends within two hours. A date is a whole day in UTC.
    """
    value, after = term.values[0], term.operator.startswith(">")
    day = day_of(value)
    if day is not None:
        following = day + timedelta(days=1)
        if term.operator == ":":
            return day, following
        if after:
            return (following if term.operator == ">" else day), None
        return None, (day if term.operator == "<" else following)
    age = min(age_of(value) or timedelta(), _LONGEST)
    edge = now + age if term.field == "snoozed" else now - age
    # `>` and `>=` are the same to the millisecond: an age is never met exactly.
    later = after if term.field == "snoozed" else not after
    return (edge, None) if later else (None, edge)


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        term, at = _read_term(text, at)
        yield term


def _read_term(text: str, start: int) -> tuple[Term, int]:
    head = _HEAD.match(text, start)
    if head is None or (not _is_field(head[2]) and _looks_like_text(text, head)):
        return _read_words(text, start)
    negated, name, operator = bool(head[1]), head[2].lower(), head[3]
    named_at = start + len(head[1])
    if not _is_field(name):
        raise QueryError("there is no field “{field}”", named_at, len(name), field=head[2])
    if operator != ":" and name not in _COMPARED:
        raise QueryError("“{field}” is compared with “:” only", head.start(3), len(operator), field=name)
    values, places, end = _read_values(text, head.end(), name, operator)
    return Term(name, operator, values, negated, at=start, length=end - start, places=places), end


def _is_field(name: str) -> bool:
    return name.lower() in FIELDS


def _looks_like_text(text: str, head: "re.Match[str]") -> bool:
    """Whether what has the form of a field is an address (`https://…`) or a lone comparison."""
    return text.startswith("//", head.end()) or head[3] != ":"


def _read_words(text: str, start: int) -> tuple[Term, int]:
    negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
    at = start + negated
    if text[at] == '"':
        word, end = _read_quoted(text, at)
        if not word.strip():
            raise QueryError("nothing is between the quotes", at, end - at)
        return Term("", ":", (word,), negated, phrase=True, at=start, length=end - start), end
    end = _end_of_bare(text, at, "")
    return Term("", ":", (text[at:end],), negated, at=start, length=end - start), end


def _read_values(
    text: str, at: int, name: str, operator: str
) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...], int]:
    """The values, the place (at, length) of each, and where the last one ends."""
    values: list[str] = []
    places: list[tuple[int, int]] = []
    while True:
        begun = at
        if at < len(text) and text[at] == '"':
            value, at = _read_quoted(text, at)
        else:
            at = _end_of_bare(text, at, ",")
            value = text[begun:at]
        values.append(_checked(name, value, begun, at - begun))
        places.append((begun, at - begun))
        if at >= len(text) or text[at] != ",":
            break
        if operator != ":" or name in (*MOMENTS, "escalated", "unread"):
            raise QueryError("takes one value here", at, 1)
        at += 1
    if at < len(text) and not text[at].isspace():
        raise QueryError("a space or a comma belongs here", at, 1)
    if len(values) > MOST_VALUES:
        raise QueryError("a field has at most {most} values", at, 1, most=MOST_VALUES)
    if name in MOMENTS and operator == ":" and day_of(values[0]) is None:
        at, length = places[0]
        raise QueryError("say {field}>{value} or {field}<{value}", at, length, field=name, value=values[0])
    return tuple(values), tuple(places), at


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    """What stands between quotes, `\\"` for a quote within; and where it ends."""
    at, read = start + 1, ""
    while at < len(text):
        if text[at] == '"':
            return read, at + 1
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        read += text[at]
        at += 1
    raise QueryError("the quote is not closed", start, len(text) - start)


def _end_of_bare(text: str, at: int, stops: str) -> int:
    while at < len(text) and not text[at].isspace() and text[at] not in stops:
        at += 1
    return at


def _checked(name: str, value: str, at: int, length: int) -> str:
    """The value as the tree keeps it."""
    if not value.strip():
        raise QueryError("“{field}” needs a value", at, max(length, 1), field=name)
    if name in _WORDS:
        word = _SAID.get(value.lower(), value.lower())
        if word not in _WORDS[name]:
            words = ", ".join(_WORDS[name])
            raise QueryError("“{field}” is one of {words}", at, length, field=name, words=words)
        return word
    if name == "number":
        digits = value.removeprefix("#")
        if not (digits.isascii() and digits.isdigit() and 0 < int(digits) <= 2**53):
            raise QueryError("a number is digits", at, length)
        return str(int(digits))
    if name in MOMENTS and age_of(value) is None and day_of(value) is None:
        raise QueryError("an age such as 30m, 24h, 3d or a date such as 2026-11-01", at, length)
    return value.lower() if name == "tag" or value.lower() in words_of(name) else value


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
