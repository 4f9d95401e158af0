"""Unsent texts: one per conversation and kind, kept while switching and over a restart."""

import json
import os
import tempfile
from pathlib import Path

from deskterm.protocol.records import Visibility


class Drafts:
    """The unsent texts of one account, in a file that only its owner may read.

    `account` keeps several people on one machine apart; without `path` nothing outlives the program. A file
    that cannot be read counts as empty.
    """

    def __init__(self, path: Path | None, account: str) -> None:
        self._path = path
        self._account = account
        self._texts: dict[str, str] = _read(path).get(account, {})
        self._saved = dict(self._texts)

    def get(self, conversation_id: str, kind: Visibility) -> str:
        """The text that waits there, or nothing."""
        return self._texts.get(_key(conversation_id, kind), "")

    def put(self, conversation_id: str, kind: Visibility, text: str) -> None:
        """Keep `text`; an empty one is forgotten."""
        if text.strip():
            self._texts[_key(conversation_id, kind)] = text
        else:
            self._texts.pop(_key(conversation_id, kind), None)

    @property
    def conversations(self) -> frozenset[str]:
        """Where a text waits."""
        return frozenset(key.partition("/")[0] for key in self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def save(self) -> None:
        """Write what changed, whole or not at all; OSError if the disk refuses."""
        if self._path is None or self._texts == self._saved:
            return
        texts = dict(self._texts)
        everybody = _read(self._path) | {self._account: texts}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".drafts-")  # made with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(everybody, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        self._saved = texts


def _key(conversation_id: str, kind: Visibility) -> str:
    return f"{conversation_id}/{kind}"


def _read(path: Path | None) -> dict[str, dict[str, str]]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {account: texts for account, texts in found.items() if isinstance(texts, dict)}
