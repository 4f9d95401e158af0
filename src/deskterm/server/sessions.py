"""From a token to the person: looked up once, then remembered until an event says otherwise.

Tokens are 256 random bits behind a prefix that scanners for leaked secrets know; storage and memory keep
their SHA-256 only. A session ends by sign-out, by 14 days of silence or 90 days after sign-in.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deskterm.protocol.records import Role
from deskterm.server.clock import Clock
from deskterm.server.errors import StorageFull, Unauthenticated
from deskterm.server.principal import Principal
from deskterm.server.storage import contacts
from deskterm.server.storage import sessions as rows
from deskterm.server.storage.database import Audience, Database, Event, Tx

TOKEN_PREFIX = "dk_s_"
DAY_MS = 24 * 3600 * 1000
IDLE_MS = 14 * DAY_MS
ABSOLUTE_MS = 90 * DAY_MS
#: Use is written down at most this often.
TOUCH_MS = 3600 * 1000
REMEMBERED = 100_000


def new_token() -> str:
    """A fresh session token."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


@dataclass(slots=True)
class _Known:
    principal: Principal
    last_used_at: int
    expires_at: int


class Sessions:
    """Authenticates requests; hears of the end of sessions through the event log."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[bytes, _Known] = {}
        self._touching: set[asyncio.Task[None]] = set()
        db.on_commit(self.hear)

    def authenticate(self, authorization: str) -> Principal:
        """The principal of an `Authorization` header; raises `Unauthenticated`."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" and scheme.lower() != "bearer":
            raise Unauthenticated()
        return self.by_token(token.strip())

    def by_token(self, token: str) -> Principal:
        """The principal of a token; raises `Unauthenticated`."""
        digest = token_hash(token)
        known = self._known.get(digest)
        if known is None:
            known = self._look_up(digest)
        now = self._clock.now()
        if now >= known.expires_at or now - known.last_used_at >= IDLE_MS:
            self._known.pop(digest, None)
            raise Unauthenticated()
        if now - known.last_used_at >= TOUCH_MS:
            self._touch(known, now)
        return known.principal

    def hear(self, events: Sequence[Event]) -> None:
        """Forget whoever a commit has signed out, disabled, renamed or given another role."""
        for event in events:
            if event.audience == Audience.SESSION:
                self._forget_session(event.organization_id, event.entity_id)
            elif event.entity == "member":
                self._forget_member(event.organization_id, event.entity_id)

    async def close(self) -> None:
        """Finish what is being written."""
        await asyncio.gather(*self._touching)

    def _look_up(self, digest: bytes) -> _Known:
        row = self._db.read(lambda reader: rows.by_token(reader, digest))
        if row is None or row.disabled_at is not None:
            raise Unauthenticated()
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        known = self._known[digest] = _Known(principal_of(row), row.last_used_at, row.expires_at)
        return known

    def _touch(self, known: _Known, now: int) -> None:
        known.last_used_at = now
        task = asyncio.get_running_loop().create_task(self._write_touch(known.principal))
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)

    async def _write_touch(self, principal: Principal) -> None:
        try:
            await self._db.write(lambda tx: _touch(tx, principal))
        except StorageFull:
            return  # a full disk must not end sessions; the next hour tries again

    def _forget_session(self, organization_id: int, session_id: bytes) -> None:
        self._forget(lambda who: who.session_id == session_id and who.organization_id == organization_id)

    def _forget_member(self, organization_id: int, member_id: bytes) -> None:
        self._forget(lambda who: who.member_id == member_id and who.organization_id == organization_id)

    def _forget(self, concerned: Callable[[Principal], bool]) -> None:
        for digest in [each for each, known in self._known.items() if concerned(known.principal)]:
            del self._known[digest]


def _touch(tx: Tx, principal: Principal) -> None:
    rows.touch(tx, principal.organization_id, principal.session_id)
    if principal.contact_id is not None:
        contacts.seen(tx, principal.organization_id, principal.contact_id)


def principal_of(row: rows.SessionRow) -> Principal:
    """The person a session row stands for."""
    return Principal(
        organization_id=row.key,
        organization=row.organization,
        session_id=row.session_id,
        role=Role(row.role) if row.role else None,
        name=row.user_name or row.contact_name or "Visitor",
        user_id=row.user_id,
        member_id=row.member_id,
        contact_id=row.contact_id,
        email=row.email,
    )
