"""From e-mail and password to a session: throttling, the check of the password, then one transaction.

Unknown people, wrong passwords and disabled members get the same answer after the same work.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deskterm.protocol.wire.requests import Login
from deskterm.server.clock import Clock
from deskterm.server.desk import accounts as desk
from deskterm.server.errors import Invalid, InvalidCredentials, RateLimited, mistake
from deskterm.server.http.limits import Limits
from deskterm.server.neighbours import house
from deskterm.server.passwords import Passwords
from deskterm.server.principal import Principal
from deskterm.server.sessions import new_token
from deskterm.server.storage import accounts, sessions
from deskterm.server.storage.accounts import AccountRow, MembershipRow
from deskterm.server.storage.database import Database


@dataclass(slots=True, frozen=True)
class Device:
    """Where a session is started from."""

    ip: str
    user_agent: str | None


class SignIn:
    """Signs people in. An account's passwords are checked in turn: guesses cannot overtake the delay."""

    def __init__(self, db: Database, clock: Clock, passwords: Passwords, limits: Limits) -> None:
        self._db = db
        self._clock = clock
        self._passwords = passwords
        self._limits = limits
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    async def sign_in(self, login: Login, device: Device) -> tuple[str, Principal]:
        """A token and whose it is; raises `InvalidCredentials`, `RateLimited`, `Overloaded` or `Invalid`."""
        email = login.email.lower()
        account, memberships = await self.check(email, login.password, device)
        membership = _choose(memberships, login.organization)
        return await self.start(account, membership, device, password=login.password)

    async def check(
        self, email: str, password: str, device: Device, *, members_only: bool = True
    ) -> tuple[AccountRow, list[MembershipRow]]:
        """The account of a right password and where it may sign in; counts what fails.

        Whoever may sign in nowhere fails too, unless they are about to become a member.
        """
        wait = self._limits.failed_sign_ins.wait(house(device.ip))
        if wait > 0:
            raise RateLimited("Too many wrong passwords.", retry_after=wait)
        with self._passwords.place():
            async with self._turn(email):
                account = self._db.read(lambda reader: accounts.by_email(reader, email))
                self._respect_delay(email, account, device)
                right = await self._passwords.matches(account and account.password_hash, password)
                memberships = self._memberships(account)
                if account is None or not right or (members_only and not memberships):
                    self._limits.failed_sign_ins.spend(house(device.ip))
                    await self._db.write(lambda tx: desk.do_count_failure(tx, email, device.ip))
                    raise InvalidCredentials()
        return account, memberships

    async def start(
        self, account: AccountRow, membership: MembershipRow, device: Device, *, password: str | None = None
    ) -> tuple[str, Principal]:
        """Start a session; `password`, when just checked, renews a hash that was made at another cost."""
        if password and account.password_hash and self._passwords.is_outdated(account.password_hash):
            account = await self._rehash(account, password)
        token = new_token()
        principal = await self._db.write(
            lambda tx: desk.do_start_session(
                tx, account, membership, token=token, ip=device.ip, user_agent=device.user_agent
            )
        )
        return token, principal

    async def _rehash(self, account: AccountRow, password: str) -> AccountRow:
        renewed = await self._passwords.hash(password)
        replaced = await self._db.write(
            lambda tx: accounts.set_password(tx, account.id, renewed, expected=account.password_hash)
        )
        return account._replace(password_hash=renewed) if replaced else account

    def _memberships(self, account: AccountRow | None) -> list[MembershipRow]:
        if account is None:
            return []
        return self._db.read(lambda reader: accounts.memberships(reader, account.id))

    def _respect_delay(self, email: str, account: AccountRow | None, device: Device) -> None:
        """Refuse, without looking at the password, until the account's delay has passed.

        Somebody who signed in from this address before is let through: a stranger's guesses from elsewhere
        cannot lock an account for its owner.
        """
        delay = self._db.read(lambda reader: desk.sign_in_delay(reader, email, self._clock.now()))
        if delay <= 0:
            return
        if account is not None and self._db.read(
            lambda reader: sessions.address_known(reader, account.id, device.ip)
        ):
            return
        raise RateLimited("Too many wrong passwords.", retry_after=delay)

    @asynccontextmanager
    async def _turn(self, email: str) -> AsyncIterator[None]:
        lock, users = self._turns.get(email, (asyncio.Lock(), 0))
        self._turns[email] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            users = self._turns[email][1] - 1
            if users:
                self._turns[email] = (lock, users)
            else:
                del self._turns[email]


def _choose(memberships: list[MembershipRow], slug: str | None) -> MembershipRow:
    """The organization to sign in to; people in several are told which, after the right password only."""
    if slug is None and len(memberships) == 1:
        return memberships[0]
    for each in memberships:
        if each.slug == slug:
            return each
    slugs = ", ".join(each.slug for each in memberships)
    raise Invalid([mistake("must be one of: {slugs}", "body", "organization", slugs=slugs)])
