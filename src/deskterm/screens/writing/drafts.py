"""Unsent texts: one per conversation and kind, kept while switching and over a restart."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from deskterm.protocol.records import Me, Visibility
from deskterm.text.placeholders import NOTHING, Kept, joined, kept, standing


class Fields(Protocol):
    """Where the reply and the note of one conversation are being written."""

    def text(self, visibility: Visibility) -> str:
        """What stands there now."""

    def kept_blanks(self, visibility: Visibility) -> Kept:
        """What canned replies left to be filled in there."""

    def set_text(self, text: str, visibility: Visibility, blanks: Kept) -> None:
        """Put another text there, and what is to be filled in."""


class Drafts:
    """The unsent texts of one account, in a file that only its owner may read.

    `account` keeps several people on one machine apart; without `path` nothing outlives the program. A file
    that cannot be read counts as empty. Of the conversation that is being written in, the fields are the
    truth: a letter counts from the moment it stands there, and what is put here stands there at once.
    """

    def __init__(self, path: Path | None, account: str) -> None:
        self._path = path
        self._account = account
        found = _read(path)
        self._texts = _texts(found.get(account, {}))
        self._blanks = {key: kept(each) for key, each in found.get(_blanks_of(account), {}).items()}
        self._saved = self._now()
        self._open: tuple[str, Fields] | None = None

    def write_in(self, conversation_id: str, fields: Fields) -> None:
        """From now on `fields` hold the texts of this conversation; those of the one before are kept."""
        self.catch_up()
        self._open = None
        for kind in Visibility:
            fields.set_text(self.get(conversation_id, kind), kind, self.blanks(conversation_id, kind))
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
                self._keep(conversation_id, kind, fields.text(kind), fields.kept_blanks(kind))

    def get(self, conversation_id: str, kind: Visibility) -> str:
        """The text that waits there, or nothing."""
        self.catch_up()
        return self._texts.get(_key(conversation_id, kind), "")

    def blanks(self, conversation_id: str, kind: Visibility) -> Kept:
        """What canned replies left to be filled in there."""
        self.catch_up()
        return self._blanks.get(_key(conversation_id, kind), NOTHING)

    def put(self, conversation_id: str, kind: Visibility, text: str, blanks: Kept = NOTHING) -> None:
        """Keep `text`, with what is to be filled in there; an empty one is forgotten."""
        if self._open is not None and self._open[0] == conversation_id:
            fields = self._open[1]
            if fields.text(kind) != text or standing(text, fields.kept_blanks(kind)) != blanks:
                fields.set_text(text, kind, blanks)
        self._keep(conversation_id, kind, text, blanks)

    def put_above(self, conversation_id: str, kind: Visibility, text: str, blanks: Kept = NOTHING) -> None:
        """Keep `text` above the one that waits there."""
        below, below_blanks = self.get(conversation_id, kind), self.blanks(conversation_id, kind)
        if text and below:
            blanks = joined(text, blanks, below, below_blanks)
            self.put(conversation_id, kind, f"{text}\n\n{below}", blanks)
        elif text:
            self.put(conversation_id, kind, text, blanks)

    def _keep(self, conversation_id: str, kind: Visibility, text: str, blanks: Kept) -> None:
        key = _key(conversation_id, kind)
        self._texts.pop(key, None)
        self._blanks.pop(key, None)
        if text.strip():
            self._texts[key] = text
            if there := standing(text, blanks):
                self._blanks[key] = there

    @property
    def conversations(self) -> frozenset[str]:
        """Where a text waits."""
        self.catch_up()
        return frozenset(key.partition("/")[0] for key in self._texts)

    def __len__(self) -> int:
        self.catch_up()
        return len(self._texts)

    def _now(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        return dict(self._texts), dict(self._blanks)

    def save(self) -> None:
        """Write what changed, whole or not at all; OSError if the disk refuses.

        Another console of this person may have written since: what changed here is all that changes there.
        """
        now = self._now()
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


def _changed(
    there: Mapping[str, object], before: Mapping[str, object], after: Mapping[str, object]
) -> dict[str, object]:
    """What is there with the changes from `before` to `after` made in it."""
    left = {key: each for key, each in there.items() if key in after or key not in before}
    return left | {key: each for key, each in after.items() if before.get(key) != each}


def draft_account(server: str, me: Me | None) -> str:
    """Whose drafts these are: a person in an organization on a server."""
    if me is None:
        return f"{server} "
    return f"{server} {me.email or me.user_id} {me.member_id or me.contact_id or ''}"


def _blanks_of(account: str) -> str:
    return f"{account} blanks"


def _key(conversation_id: str, kind: Visibility) -> str:
    return f"{conversation_id}/{kind}"


def _read(path: Path | None) -> dict[str, dict[str, object]]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {account: each for account, each in found.items() if isinstance(each, dict)}


def _texts(found: Mapping[str, object]) -> dict[str, str]:
    return {key: text for key, text in found.items() if isinstance(text, str)}
