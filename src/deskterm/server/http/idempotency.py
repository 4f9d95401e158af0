"""`Idempotency-Key`: a command that is sent again gets its first answer instead of happening again.

The answer is written in the command's own transaction. A refusal changed nothing, so it is kept by a
transaction of its own; 429 and 5xx are not kept: they pass, and the client shall try again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from deskterm.server.errors import DeskError, IdReused, Invalid, RateLimited, mistake
from deskterm.server.http.answer import Answer
from deskterm.server.http.problems import problem_bytes
from deskterm.server.principal import Principal
from deskterm.server.storage import idempotency as kept
from deskterm.server.storage.database import Access, Tx

HEADER = "Idempotency-Key"
KEY_LIMIT = 200
KEPT_MS = 30 * 24 * 3600 * 1000


@dataclass(slots=True, frozen=True)
class Idempotency:
    """One request's key, whose it is, and the hash of what was asked."""

    organization_id: int
    actor_id: bytes
    key: str
    request_hash: bytes

    @classmethod
    def of(cls, request: web.Request, principal: Principal, body: bytes) -> "Idempotency | None":
        """The request's key, if it has one; `Invalid` if it cannot be one."""
        key = request.headers.get(HEADER)
        if key is None:
            return None
        if not 0 < len(key) <= KEY_LIMIT:
            raise Invalid([mistake("must have 1 to {most} characters", "header", HEADER, most=KEY_LIMIT)])
        if not _is_text(key):
            raise Invalid([mistake("must be UTF-8", "header", HEADER)])
        asked = f"{request.method} {request.rel_url.raw_path_qs}\n".encode()
        return cls(principal.organization_id, principal.actor_id, key, hashlib.sha256(asked + body).digest())

    async def run(self, db: Access, fn: Callable[[Tx], Answer]) -> Answer:
        """Answer as before, or run `fn` and keep what comes of it."""
        try:
            return await db.write(lambda tx: self._once(tx, fn))
        except RateLimited:
            raise
        except DeskError as refusal:
            if refusal.status < 500 and not isinstance(refusal, IdReused):
                await db.write(partial(self._keep_refusal, refusal))
            raise

    def _once(self, tx: Tx, fn: Callable[[Tx], Answer]) -> Answer:
        before = self._find(tx)
        if before is not None:
            return before
        answer = fn(tx)
        self._keep(tx, answer.status, answer.encoded())
        return answer

    def _find(self, tx: Tx) -> Answer | None:
        row = kept.find(tx, self.organization_id, self.actor_id, self.key, since=tx.now - KEPT_MS)
        if row is None:
            return None
        if row.request_hash != self.request_hash:
            raise IdReused()
        return Answer(row.status, row.body or None, replayed=True)

    def _keep(self, tx: Tx, status: int, body: bytes) -> None:
        kept.keep(
            tx,
            self.organization_id,
            self.actor_id,
            self.key,
            request_hash=self.request_hash,
            status=status,
            body=body,
        )

    def _keep_refusal(self, refusal: DeskError, tx: Tx) -> None:
        if kept.find(tx, self.organization_id, self.actor_id, self.key, since=tx.now - KEPT_MS) is None:
            self._keep(tx, refusal.status, problem_bytes(refusal))


def _is_text(value: str) -> bool:
    """Whether a header's value can be stored: bytes that are no UTF-8 arrive as halves of characters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
