"""Judging conversations row by row: what a filter asks that no index answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from deskterm.server.storage import clauses, search
from deskterm.server.storage.conditions import Wanted
from deskterm.server.storage.database import Reader

#: How many are judged at a time: as many ids are bound each time, so that one text will do.
CHUNK = 200


class _Id(NamedTuple):
    id: bytes


class Judge:
    """Knows what is wanted. In which conversations words are is gathered once, not asked of each row."""

    def __init__(self, reader: Reader, organization_id: int, wanted: Wanted) -> None:
        self._reader, self._organization_id = reader, organization_id
        self._found = [
            (search.conversations(reader, organization_id, each.values[0]), each.negated)
            for each in wanted.clauses
            if each.name == "found"
        ]
        judged = [each for each in wanted.clauses if each.name != "found"]
        pieces = [clauses.condition(each, at) for at, each in enumerate(judged)]
        self._sql = "".join(f" AND {each.sql}" for each in pieces)
        self._values = {name: value for each in pieces for name, value in each.values.items()}

    def met(self, ids: Sequence[bytes]) -> set[bytes]:
        """Which of these conversations meet all clauses."""
        left = [each for each in ids if all((each in found) != negated for found, negated in self._found)]
        if not self._sql:
            return set(left)
        return {each for at in range(0, len(left), CHUNK) for each in self._asked(left[at : at + CHUNK])}

    def _asked(self, ids: Sequence[bytes]) -> list[bytes]:
        names = ", ".join(f":id_{at}" for at in range(CHUNK))
        bound = {f"id_{at}": ids[min(at, len(ids) - 1)] for at in range(CHUNK)}
        of_these = f"c.organization_id = :organization_id AND c.id IN ({names})"
        sql = f"SELECT c.id FROM conversation c WHERE {of_these}{self._sql}"
        values = {"organization_id": self._organization_id, **bound, **self._values}
        return [each.id for each in self._reader.all(_Id, sql, **values)]


def free(wanted: Wanted) -> Wanted:
    """What is wanted without what has to be judged."""
    return replace(wanted, clauses=())
