"""Variables of canned replies: filling them in, and finding those that nobody has filled in yet.

A variable is a name in braces, `{contact.name}`, or with words for where it is unknown,
`{contact.first_name|there}`. Braces that came from elsewhere (what a customer wrote, code) are text: only
what a canned reply brought along counts.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)(?:\|([^{}\n]*))?\}")


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

    def __init__(self, kept: str = "") -> None:
        """`kept` is what `keep` answered, in an earlier life of the text; anything else is nothing."""
        self._others: dict[str, int] = _kept(kept) if kept else {}

    def __bool__(self) -> bool:
        return bool(self._others)

    def keep(self) -> str:
        """All there is to know, to be kept beside the text; nothing where there is nothing to know."""
        return json.dumps(self._others) if self._others else ""

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


def _kept(text: str) -> dict[str, int]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # the file it comes from can be anything
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: count for name, count in found.items() if name and type(count) is int and count >= 0}
