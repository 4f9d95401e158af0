"""In by a token that was handed over: joining an organization, and setting a new password.

A token that opens nothing counts as a wrong password of its network address, as at sign-in.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from deskterm.protocol.wire.ways_in import AcceptInvitation, AcceptReset
from deskterm.server.clock import Clock
from deskterm.server.desk.invitations import access_invitation, do_accept_invitation
from deskterm.server.desk.password_resets import access_reset, do_accept_reset
from deskterm.server.desk.ways_back import access_way_back, do_go_back
from deskterm.server.errors import Gone, Invalid, InvalidCredentials, RateLimited, mistake
from deskterm.server.http.limits import Limits
from deskterm.server.link_tokens import LinkTokens
from deskterm.server.neighbours import house
from deskterm.server.passwords import Passwords
from deskterm.server.principal import Principal
from deskterm.server.sign_in import Device, SignIn
from deskterm.server.storage import accounts
from deskterm.server.storage.database import Database, Reader

T = TypeVar("T")
SHORTEST_PASSWORD = 8


class _Back(NamedTuple):
    key: int
    user_id: bytes


class WaysIn:
    """Takes tokens and answers sessions, as sign-in does."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        passwords: Passwords,
        limits: Limits,
        sign_in: SignIn,
        tokens: LinkTokens,
    ) -> None:
        self._db = db
        self._clock = clock
        self._passwords = passwords
        self._limits = limits
        self._sign_in = sign_in
        self._tokens = tokens

    async def join(self, wish: AcceptInvitation, device: Device) -> tuple[str, Principal]:
        """A session of whoever accepted; raises `Gone`, `InvalidCredentials`, `Invalid` or `Conflict`."""
        found = self._open(lambda reader: access_invitation(reader, wish.token, self._clock.now()), device)
        known = self._db.read(lambda reader: accounts.by_email(reader, found.email))
        password_hash = None
        if known is not None:
            await self._sign_in.check(known.email, wish.password, device, members_only=False)
        else:
            _check_new(wish)
            with self._passwords.place():
                password_hash = await self._passwords.hash_chosen(wish.password, "password")
        joined = await self._db.write(lambda tx: do_accept_invitation(tx, wish, password_hash))
        return await self._start(joined.organization_id, joined.user_id, device)

    async def reset(self, wish: AcceptReset, device: Device) -> tuple[str, Principal]:
        """A session under the new password; raises `Gone`."""
        self._open(lambda reader: access_reset(reader, wish.token, self._clock.now()), device)
        with self._passwords.place():
            password_hash = await self._passwords.hash_chosen(wish.password, "password")
        row = await self._db.write(lambda tx: do_accept_reset(tx, wish.token, password_hash))
        return await self._start(row.key, row.user_id, device)

    async def back(self, token: str, device: Device) -> tuple[str, Principal]:
        """A session of the customer whom an e-mail leads back; raises `Gone`."""
        row = self._open(lambda reader: self._customers(reader, token), device)
        await self._db.write(lambda tx: do_go_back(tx, self._tokens, token))
        return await self._start(row.key, row.user_id, device)

    def _customers(self, reader: Reader, token: str) -> _Back:
        row = access_way_back(reader, self._tokens, token, self._clock.now())
        if row.user_id is None:
            raise Gone()  # they go back on the website
        return _Back(row.key, row.user_id)

    def count(self, device: Device) -> None:
        """A request for a mailed reset counts as a wrong password of its address; `RateLimited`."""
        self._limits.failed_sign_ins.take(house(device.ip))

    def _open(self, find: Callable[[Reader], T], device: Device) -> T:
        wait = self._limits.failed_sign_ins.wait(house(device.ip))
        if wait > 0:
            raise RateLimited("Too many wrong tokens.", retry_after=wait)
        try:
            return self._db.read(find)
        except Gone:
            self._limits.failed_sign_ins.spend(house(device.ip))
            raise

    async def _start(self, organization_id: int, user_id: bytes, device: Device) -> tuple[str, Principal]:
        account = self._db.read(lambda reader: accounts.by_id(reader, user_id))
        found = self._db.read(lambda reader: accounts.memberships(reader, user_id))
        membership = next((each for each in found if each.key == organization_id), None)
        if account is None or membership is None:
            raise InvalidCredentials()
        return await self._sign_in.start(account, membership, device)


def _check_new(wish: AcceptInvitation) -> None:
    """Whoever is new says their name and chooses a password."""
    wrong = [] if wish.name else [mistake("is needed: this address is new here", "body", "name")]
    if len(wish.password) < SHORTEST_PASSWORD:
        wrong.append(
            mistake("must have at least {least} characters", "body", "password", least=SHORTEST_PASSWORD)
        )
    if wrong:
        raise Invalid(wrong)
