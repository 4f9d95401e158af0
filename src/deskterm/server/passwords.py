"""Passwords: argon2id in a small pool of threads, so that hashing never holds up the event loop."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError

from deskterm.server.common_passwords import is_common
from deskterm.server.config import HashCost
from deskterm.server.errors import Invalid, Overloaded, ShortOfMemory, mistake
from deskterm.server.pepper import Pepper, split
from deskterm.text.words import later

TOO_COMMON = later("is one of the passwords that are tried first; choose another one")
THREADS = 2
WAITING = 64

T = TypeVar("T")


class Passwords:
    """Hashes and checks passwords. At most `THREADS` at work and `WAITING` waiting; more are `Overloaded`."""

    def __init__(self, cost: HashCost, pepper: Pepper | None = None) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes, salt_len=16
        )
        self._pepper = pepper
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._inside = 0
        #: Checked against where there is nothing to check, so that it takes the same time.
        self._nobody = self.hash_now("nobody has this password")
        self.computations = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue for somebody who will hash; raises `Overloaded` when there is none."""
        if self._inside >= THREADS + WAITING:
            raise Overloaded("Too many people are signing in.", retry_after=2)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. Without a hash the answer is no, after the same work."""
        right = await self._run(lambda: self._verify(password_hash or self._nobody, password))
        return right and password_hash is not None

    async def hash(self, password: str) -> str:
        """A new hash as a PHC string with its own salt, behind the mark of the pepper if there is one."""
        return await self._run(lambda: self.hash_now(password))

    async def hash_chosen(self, password: str, field: str) -> str:
        """The same of one that somebody has just chosen; `Invalid` at `field` if everybody would guess it."""
        if await asyncio.get_running_loop().run_in_executor(self._pool, is_common, password):
            raise Invalid([mistake(TOO_COMMON, "body", field)])
        return await self.hash(password)

    def hash_now(self, password: str) -> str:
        """The same on the calling thread, for the command line and the demo."""
        if self._pepper is None:
            return self._hasher.hash(password)
        return self._pepper.mark + self._hasher.hash(self._pepper.into(password))

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made at another cost than today's, or without today's pepper."""
        mark, hashed = split(password_hash)
        return mark != (self._pepper.mark if self._pepper else "") or self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False)

    def _verify(self, password_hash: str, password: str) -> bool:
        mark, hashed = split(password_hash)
        if self._pepper is not None and mark == self._pepper.mark:
            password = self._pepper.into(password)
        try:
            return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        self.computations += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except (HashingError, VerificationError) as error:  # it takes much memory, and nothing else fails it
            raise ShortOfMemory() from error
