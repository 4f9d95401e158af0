"""One's drafts on the server, so that what was begun at one machine goes on at another.

The file of this machine is what counts here: it has every key at once, and a text that the server does not
know yet is never overwritten. Beside it stands, for each text, what the server had of it last.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.client.answers import Draft
from deskterm.client.answers import Drafts as Kept
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.local import private_file
from deskterm.protocol.records import Visibility
from deskterm.screens.writing.drafts import Drafts
from deskterm.text.placeholders import Kept as Open

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: Code points; longer ones stay on this machine.
_LONGEST = 10_000
#: Seconds a text rests before the server gets it.
PAUSE = 2.0
#: Seconds that leaving waits for the server at most.
PARTING = 1.0

Key = tuple[str, Visibility]


@dataclass(slots=True, frozen=True)
class _Seen:
    """What the server had last: the draft's `rev`, 0 for none, and what the text was then."""

    rev: int = 0
    digest: str = ""


_NEVER = _Seen()


class DraftSync:
    """Keeps the drafts of one account and the server's copy alike."""

    def __init__(self, desk: "Desk", drafts: Drafts, path: Path | None, account: str) -> None:
        self._desk = desk
        self._drafts = drafts
        self._path = path
        self._account = account
        self._seen = _read(path, account)
        self._refused: dict[Key, str] = {}
        self._turn = asyncio.Lock()

    def learn(self, kept: Kept) -> list[Visibility]:
        """The server has these now; answers which texts here are others by that. Unsent keys win."""
        changed = []
        for kind in Visibility:
            key, draft = (kept.conversation_id, kind), kept.of(kind)
            if draft is not None and draft.rev > self._of(key).rev and not self._is_ahead(key):
                changed += self._adopt(key, draft)
        return changed

    async def pull(self, conversation_id: str) -> list[Visibility]:
        """Fetch what another machine has left there; answers which texts here are others by that.

        Where both have gone on, both are kept, one above the other.
        """
        async with self._turn:
            try:
                kept = await self._desk.api.drafts(conversation_id)
            except ClientError:
                return []  # what is here is here; the next opening asks again
            return [kind for kind in Visibility for _ in self._meet((conversation_id, kind), kept.of(kind))]

    async def push(self, shown: str | None) -> None:
        """Send what the server does not have yet. `shown` is the conversation in which one is writing."""
        async with self._turn:
            for key in self._ahead():
                if not self._desk.connection.online:
                    return
                await self._push_one(key, shown)
            await asyncio.to_thread(self._save)

    async def _push_one(self, key: Key, shown: str | None) -> None:
        conversation_id, kind = key
        for _ in range(2):
            text, blanks = self._drafts.get(*key), self._drafts.blanks(*key)
            try:
                kept = await self._desk.api.put_draft(conversation_id, kind, text, blanks, self._of(key).rev)
            except ApiError as error:
                if error.code != "stale":
                    self._refused[key] = _digest(text, blanks)  # not ours now: the text stays here
                    return
                if not await self._catch_up(key, typing=conversation_id == shown):
                    return
            except ClientError:
                return
            else:
                draft = kept.of(kind)
                self._seen[key] = _Seen(draft.rev if draft else 0, _digest(text, blanks))
                return

    async def _catch_up(self, key: Key, *, typing: bool) -> bool:
        """Another machine has written since: under one's fingers the later words win, else both are kept."""
        try:
            draft = (await self._desk.api.drafts(key[0])).of(key[1])
        except ClientError:
            return False
        if typing:
            self._seen[key] = _as_seen(draft)
        else:
            self._meet(key, draft)
        return self._is_ahead(key)

    def _meet(self, key: Key, draft: Draft | None) -> list[Visibility]:
        """Bring the text here and the server's together; answers its kind if the text here changed."""
        seen = self._of(key)
        if draft is None:  # never there, or forgotten by a server that was set back: what is here counts
            self._seen.pop(key, None)
            return []
        if draft.rev == seen.rev:
            return []
        here, there = self._drafts.get(*key), draft.body
        if not self._is_ahead(key) or not here or here == there or there.startswith(here):
            return self._adopt(key, draft)
        self._seen[key] = _as_seen(draft)
        if there and not here.startswith(there):
            self._drafts.put_above(*key, there.rstrip(), draft.blanks)
            return [key[1]]
        return []

    def _adopt(self, key: Key, draft: Draft) -> list[Visibility]:
        self._seen[key] = _as_seen(draft)
        if not self._is_ahead(key):
            return []
        self._drafts.put(*key, draft.body, draft.blanks)
        return [key[1]]

    def _of(self, key: Key) -> _Seen:
        return self._seen.get(key, _NEVER)

    def _is_ahead(self, key: Key) -> bool:
        return self._digest(key) != self._of(key).digest

    def _digest(self, key: Key) -> str:
        return _digest(self._drafts.get(*key), self._drafts.blanks(*key))

    def _ahead(self) -> list[Key]:
        """The texts here that the server does not have and may have."""
        here = {(each, kind) for each in self._drafts.conversations for kind in Visibility}
        return sorted(
            key
            for key in {*here, *self._seen}
            if self._is_ahead(key)
            and len(self._drafts.get(*key)) <= _LONGEST
            and self._refused.get(key) != self._digest(key)
        )

    def _save(self) -> None:
        if self._path is None:
            return
        try:
            everybody = private_file.read(self._path)
        except (OSError, private_file.NotPrivate, private_file.Damaged):
            everybody = {}
        mine = {f"{each}/{kind}": [seen.rev, seen.digest] for (each, kind), seen in self._lasting()}
        if mine == everybody.get(self._account, {}):
            return
        try:
            private_file.write(self._path, everybody | {self._account: mine})
        except OSError:
            return  # the next start asks the server anew, and keeps both where it cannot tell

    def _lasting(self) -> Iterable[tuple[Key, _Seen]]:
        """What is worth remembering: where neither has a text there is nothing to tell apart."""
        return [(key, seen) for key, seen in list(self._seen.items()) if seen != _NEVER]


def _as_seen(draft: Draft | None) -> _Seen:
    return _Seen(draft.rev, _digest(draft.body, draft.blanks)) if draft else _NEVER


def _digest(text: str, blanks: Open) -> str:
    """Names a text, and what is open in it, without keeping it; the empty one has no name."""
    whole = text + json.dumps(dict(blanks), sort_keys=True) if blanks else text
    return hashlib.blake2b(whole.encode(), digest_size=8).hexdigest() if text.strip() else ""


def _read(path: Path | None, account: str) -> dict[Key, _Seen]:
    if path is None:
        return {}
    try:
        found = private_file.read(path).get(account)
    except (OSError, private_file.NotPrivate, private_file.Damaged):
        return {}
    seen: dict[Key, _Seen] = {}
    for name, value in found.items() if isinstance(found, dict) else ():
        conversation_id, _, kind = name.partition("/")
        match value:
            case [int(rev), str(digest)] if kind in set(Visibility):
                seen[conversation_id, Visibility(kind)] = _Seen(rev, digest)
            case _:
                pass
    return seen
