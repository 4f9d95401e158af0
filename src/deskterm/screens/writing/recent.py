"""Which things of a kind somebody used last, such as canned replies and personas, kept over a restart."""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

#: So many are remembered.
_MOST = 50


class Known(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Known)


class Recent:
    """The things used last, of one account; without `path` for this run of the program only.

    A file that cannot be read counts as empty, and one that cannot be written is let go: it is a comfort.
    """

    def __init__(self, path: Path | None, account: str) -> None:
        self._path = path
        self._account = account
        self._ids = _read(path).get(account, [])

    def used(self, used_id: str) -> None:
        """One was used now."""
        self._ids = [used_id, *(each for each in self._ids if each != used_id)][:_MOST]

    def first(self, things: Iterable[T]) -> list[T]:
        """`things` with those used last before the others."""
        places = {each: place for place, each in enumerate(self._ids)}
        return sorted(things, key=lambda each: places.get(each.id, len(places)))

    def save(self) -> None:
        """Write it, whole or not at all."""
        if self._path is None:
            return
        everybody = _read(self._path) | {self._account: list(self._ids)}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".recent-")  # made with mode 0600
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(everybody, file)
            os.replace(name, self._path)
        except OSError:
            return


def _read(path: Path | None) -> dict[str, list[str]]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        account: [each for each in ids if isinstance(each, str)]
        for account, ids in found.items()
        if isinstance(ids, list)
    }
