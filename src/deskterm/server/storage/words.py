"""In which conversations of a list words are: the newest places gathered once, older ones asked for."""

from collections.abc import Sequence
from typing import NamedTuple

from deskterm.server.storage import search
from deskterm.server.storage.conditions import Wanted
from deskterm.server.storage.database import Reader

#: Places that are gathered at first, the newest: a frequent word is in most of what a page looks at.
NEWEST = 500


class _Word(NamedTuple):
    match: str
    negated: bool
    found: search.Found


class Words:
    """Knows the words that are wanted, or not wanted, beside what SQL can judge."""

    def __init__(self, reader: Reader, organization_id: int, wanted: Wanted) -> None:
        self._reader, self._organization_id = reader, organization_id
        self._words = [
            _Word(match, each.negated, search.newest(reader, organization_id, match, NEWEST))
            for each in wanted.clauses
            if each.name == "found"
            for match in each.values
        ]

    def among(self, ids: Sequence[bytes]) -> list[bytes]:
        """Those of these conversations that have the wanted words and no other one."""
        left = list(ids)
        for word in self._words:
            found = self._found(word, left)
            left = [each for each in left if (each in found) != word.negated]
        return left

    def _found(self, word: _Word, ids: Sequence[bytes]) -> set[bytes]:
        known, oldest = word.found
        rest = [each for each in ids if each not in known]
        if oldest is None or not rest:
            return known
        return known | search.older(self._reader, self._organization_id, word.match, rest, oldest)
