"""Variables of canned replies: filling them in, and finding those that nobody has filled in yet.

A variable is a name in braces, `{contact.name}`, or with words for where it is unknown,
`{contact.first_name|there}`. Braces that came from elsewhere (what a customer wrote, code) are text: only
what a canned reply brought along counts.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]{0,61})(?:\|([^{}\n]*))?\}")
#: What a blank looks like, and how many different ones are remembered of a text.
BLANK = r"^\{[A-Za-z][A-Za-z0-9_.]{0,61}\}$"
MOST_BLANKS = 100
MOST_LIKE = 10_000

#: What is to be kept beside a text: for each blank, how many that look alike stand there for other reasons.
Kept = Mapping[str, int]
NOTHING: Kept = MappingProxyType({})


@dataclass(slots=True, frozen=True)
class Filled:
    """A canned reply for one conversation; `blanks` = what is not known, as `{order_number}`, how often."""

    text: str
    blanks: Mapping[str, int]


@dataclass(slots=True, frozen=True)
class Blank:
    """A place of a text where something is to be filled in."""

    start: int
    end: int
    name: str


def fill(template: str, values: Mapping[str, str]) -> Filled:
    """`template` with what is known in the place of its variables, each once: a value's braces are text."""
    blanks: Counter[str] = Counter()

    def value(found: re.Match[str]) -> str:
        known = values.get(found[1].lower()) or found[2]
        if known is not None:
            return known
        blanks[found[0]] += 1
        return found[0]

    return Filled(_VARIABLE.sub(value, template), blanks)


class Blanks:
    """Which blanks canned replies brought into a text that has been worked on since."""

    def __init__(self, kept: Kept = NOTHING) -> None:
        """`kept` is what `keep` answered, in an earlier life of the text."""
        self._others = dict(kept)

    def __bool__(self) -> bool:
        return bool(self._others)

    def keep(self) -> Kept:
        """All there is to know, to be kept beside the text."""
        return dict(self._others)

    def add(self, before: str, filled: Filled) -> None:
        """A canned reply comes into the text that was `before`."""
        for name, count in filled.blanks.items():
            here = self._others.get(name, before.count(name))
            self._others[name] = here + filled.text.count(name) - count

    def find(self, text: str) -> list[Blank]:
        """The places to fill in, in their order.

        Of places that look alike, as many as stood there for other reasons are left out, the first ones: a
        quote stands above the answer.
        """
        found: list[Blank] = []
        for name, others in self._others.items():
            places = [Blank(each.start(), each.end(), name) for each in re.finditer(re.escape(name), text)]
            found += places[others:]
        return sorted(found, key=lambda each: each.start)


def kept(found: object) -> Kept:
    """What `Blanks.keep` may have answered, read from anywhere; anything else is nothing."""
    if not isinstance(found, dict) or len(found) > MOST_BLANKS:
        return NOTHING
    return {
        name: count
        for name, count in found.items()
        if isinstance(name, str)
        and re.fullmatch(BLANK, name)
        and type(count) is int
        and 0 <= count <= MOST_LIKE
    }


def standing(text: str, blanks: Kept) -> Kept:
    """Those of `blanks` that still stand in the text."""
    return dict([each for each in blanks.items() if each[0] in text][:MOST_BLANKS]) if blanks else NOTHING


def joined(above: str, above_blanks: Kept, below: str, below_blanks: Kept) -> Kept:
    """The blanks of two texts that become one: what one of them does not know is text there."""
    return {
        name: above_blanks.get(name, above.count(name)) + below_blanks.get(name, below.count(name))
        for name in {**above_blanks, **below_blanks}
    }
