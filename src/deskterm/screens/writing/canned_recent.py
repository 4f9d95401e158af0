"""Which canned replies somebody used last, kept over a restart."""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from deskterm.protocol.canned_replies import CannedReply

#: So many are remembered.
_MOST = 50


class Recent:
    """The canned replies used last, of one account; without `path` for this run of the program only.

    A file that cannot be read counts as empty, and one that cannot be written is let go: it is a comfort.
    """

    def __init__(self, path: Path | None, account: str) -> None:
        self._path = path
        self._account = account
        self._ids = _read(path).get(account, [])

    def used(self, reply_id: str) -> None:
        """One was used now."""
        self._ids = [reply_id, *(each for each in self._ids if each != reply_id)][:_MOST]

    def first(self, replies: Iterable[CannedReply]) -> list[CannedReply]:
        """`replies` with those used last before the others."""
        places = {each: place for place, each in enumerate(self._ids)}
        return sorted(replies, key=lambda each: places.get(each.id, len(places)))

    def save(self) -> None:
        """Write it, whole or not at all."""
        if self._path is None:
            return
        everybody = _read(self._path) | {self._account: list(self._ids)}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".canned-")  # made with mode 0600
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
