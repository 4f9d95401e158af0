"""From a token to the person: looked up once, then remembered until an event says otherwise.

Tokens are 256 random bits behind a prefix that scanners for leaked secrets know; storage and memory keep
their SHA-256 only. A session ends by sign-out, by 14 days of silence or 90 days after sign-in.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.records import Role
from deskterm.server.clock import Clock
from deskterm.server.errors import StorageFull, Unauthenticated
from deskterm.server.principal import Principal
from deskterm.server.storage import api_keys, contacts
from deskterm.server.storage import sessions as rows
from deskterm.server.storage.database import Audience, Database, Event, Reader, Tx

TOKEN_PREFIX = "dk_s_"
#: Of tokens that work once.
INVITATION_PREFIX, RESET_PREFIX = "dk_i_", "dk_r_"
DAY_MS = 24 * 3600 * 1000
IDLE_MS = 14 * DAY_MS
ABSOLUTE_MS = 90 * DAY_MS
#: Use is written down at most this often.
TOUCH_MS = 3600 * 1000
REMEMBERED = 100_000
#: Admins look when a key was used last: that is known to the minute.
TOUCH_KEY_MS = 60 * 1000
NEVER = 1 << 62


def new_token() -> str:
    """A fresh session token."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_link_token(prefix: str) -> str:
    """A fresh token that works once: of an invitation or a password reset."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


@dataclass(slots=True)
class _Known:
    principal: Principal
    last_used_at: int
    expires_at: int
    idle: int = IDLE_MS
    touch: int = TOUCH_MS

    def is_over(self, now: int) -> bool:
        """Whether it ended by itself."""
        return now >= self.expires_at or now - self.last_used_at >= self.idle


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
        if known.is_over(now):
            self._known.pop(digest, None)
            known = self._look_up(digest)  # it may have been used on another server
        if known.is_over(now):
            self._known.pop(digest, None)
            raise Unauthenticated()
        if now - known.last_used_at >= known.touch:
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
        known = self._db.read(lambda reader: _by_session(reader, digest) or _by_key(reader, digest))
        if known is None:
            raise Unauthenticated()
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[digest] = known
        return known

    def _touch(self, known: _Known, now: int) -> None:
        known.last_used_at = now
        task = asyncio.get_running_loop().create_task(self._write_touch(known.principal, now))
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)

    async def _write_touch(self, principal: Principal, now: int) -> None:
        try:
            await self._db.within(principal.organization_id).write(lambda tx: _touch(tx, principal, now))
        except StorageFull:
            return  # a full disk must not end sessions; the next hour tries again

    def _forget_session(self, organization_id: int, session_id: bytes) -> None:
        self._forget(lambda who: who.session_id == session_id and who.organization_id == organization_id)

    def _forget_member(self, organization_id: int, member_id: bytes) -> None:
        self._forget(lambda who: who.member_id == member_id and who.organization_id == organization_id)

    def _forget(self, concerned: Callable[[Principal], bool]) -> None:
        for digest in [each for each, known in self._known.items() if concerned(known.principal)]:
            del self._known[digest]


def _by_session(reader: Reader, digest: bytes) -> _Known | None:
    row = rows.by_token(reader, digest)
    if row is None or row.disabled_at is not None:
        return None
    return _Known(principal_of(row), row.last_used_at, row.expires_at)


def _by_key(reader: Reader, digest: bytes) -> _Known | None:
    """A secret key is worth what the admin who made it is: it ends with their access."""
    row = api_keys.by_hash(reader, digest)
    if row is None or row.kind != KeyKind.SECRET or row.disabled_at is not None:
        return None
    if row.role == Role.CUSTOMER:
        return None
    principal = Principal(
        organization_id=row.key,
        organization=row.organization,
        session_id=row.id,
        role=Role(row.role),
        name=row.user_name,
        user_id=row.user_id,
        member_id=row.member_id,
        email=row.email,
        key_id=row.id,
        scopes=frozenset(json.loads(row.scopes)),
    )
    return _Known(principal, row.last_used_at or 0, row.expires_at or NEVER, idle=NEVER, touch=TOUCH_KEY_MS)


def _touch(tx: Tx, principal: Principal, now: int) -> None:
    """It was used at `now`, whenever that comes to be written."""
    if principal.scopes is not None:
        api_keys.touch(tx, principal.organization_id, principal.session_id, now)
        return
    rows.touch(tx, principal.organization_id, principal.session_id, now)
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
        key_id=row.api_key_id,
    )
