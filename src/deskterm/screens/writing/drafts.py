"""Unsent texts: one per conversation and kind, kept while switching and over a restart."""

import json
import os
import tempfile
from pathlib import Path
from typing import Protocol

from deskterm.protocol.records import Me, Visibility


class Fields(Protocol):
    """Where the reply and the note of one conversation are being written."""

    def text(self, visibility: Visibility) -> str:
        """What stands there now."""

    def set_text(self, text: str, visibility: Visibility) -> None:
        """Put another text there."""


class Drafts:
    """The unsent texts of one account, in a file that only its owner may read.

    `account` keeps several people on one machine apart; without `path` nothing outlives the program. A file
    that cannot be read counts as empty. Of the conversation that is being written in, the fields are the
    truth: a letter counts from the moment it stands there, and what is put here stands there at once.
    """

    def __init__(self, path: Path | None, account: str) -> None:
        self._path = path
        self._account = account
        self._texts: dict[str, str] = _read(path).get(account, {})
        self._blanks: dict[str, str] = _read(path).get(_blanks_of(account), {})
        self._saved = (dict(self._texts), dict(self._blanks))
        self._open: tuple[str, Fields] | None = None

    def write_in(self, conversation_id: str, fields: Fields) -> None:
        """From now on `fields` hold the texts of this conversation; those of the one before are kept."""
        self.catch_up()
        self._open = None
        for kind in Visibility:
            fields.set_text(self.get(conversation_id, kind), kind)
        self._open = conversation_id, fields

    def stop_writing(self) -> None:
        """No conversation is being written in any more."""
        self.catch_up()
        self._open = None

    def catch_up(self) -> None:
        """Take in what stands in the fields."""
        if self._open is not None:
            conversation_id, fields = self._open
            for kind in Visibility:
                self._keep(conversation_id, kind, fields.text(kind))

    def get(self, conversation_id: str, kind: Visibility) -> str:
        """The text that waits there, or nothing."""
        self.catch_up()
        return self._texts.get(_key(conversation_id, kind), "")

    def put(self, conversation_id: str, kind: Visibility, text: str) -> None:
        """Keep `text`; an empty one is forgotten."""
        if self._open is not None and self._open[0] == conversation_id:
            fields = self._open[1]
            if fields.text(kind) != text:
                fields.set_text(text, kind)
        self._keep(conversation_id, kind, text)

    def _keep(self, conversation_id: str, kind: Visibility, text: str) -> None:
        if text.strip():
            self._texts[_key(conversation_id, kind)] = text
        else:
            self._texts.pop(_key(conversation_id, kind), None)
            self._blanks.pop(_key(conversation_id, kind), None)

    def blanks(self, conversation_id: str, kind: Visibility) -> str:
        """What canned replies left to be filled in there, as `put_blanks` was told."""
        return self._blanks.get(_key(conversation_id, kind), "")

    def put_blanks(self, conversation_id: str, kind: Visibility, blanks: str) -> None:
        """Keep what is to be filled in, as long as there is a text."""
        self._blanks[_key(conversation_id, kind)] = blanks

    @property
    def conversations(self) -> frozenset[str]:
        """Where a text waits."""
        self.catch_up()
        return frozenset(key.partition("/")[0] for key in self._texts)

    def __len__(self) -> int:
        self.catch_up()
        return len(self._texts)

    def save(self) -> None:
        """Write what changed, whole or not at all; OSError if the disk refuses.

        Another console of this person may have written since: what changed here is all that changes there.
        """
        now = (dict(self._texts), dict(self._blanks))
        if self._path is None or now == self._saved:
            return
        everybody = _read(self._path)
        for name, before, after in zip(
            (self._account, _blanks_of(self._account)), self._saved, now, strict=True
        ):
            everybody[name] = _changed(everybody.get(name, {}), before, after)
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
        self._saved = now


def _changed(there: dict[str, str], before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What is there with the changes from `before` to `after` made in it."""
    kept = {key: text for key, text in there.items() if key in after or key not in before}
    return kept | {key: text for key, text in after.items() if before.get(key) != text}


def draft_account(server: str, me: Me | None) -> str:
    """Whose drafts these are: a person in an organization on a server."""
    if me is None:
        return f"{server} "
    return f"{server} {me.email or me.user_id} {me.member_id or me.contact_id or ''}"


def _blanks_of(account: str) -> str:
    return f"{account} blanks"


def _key(conversation_id: str, kind: Visibility) -> str:
    return f"{conversation_id}/{kind}"


def _read(path: Path | None) -> dict[str, dict[str, str]]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {account: _texts(kept) for account, kept in found.items() if isinstance(kept, dict)}


def _texts(kept: dict[str, object]) -> dict[str, str]:
    return {key: text for key, text in kept.items() if isinstance(text, str)}
