"""What waits in the accounts that are not on the screen: one number for each; what is unsent there goes out.

No second desk is kept for it: every half minute one small question per account, which costs a server a few
rows and this machine a number. A live socket would bring every event of an account here, and show its owner
as present where they do not look. A server that does not answer is asked ever less often, and keeps nobody
else waiting.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from deskterm.client.accounts.guests import Guests
from deskterm.client.accounts.known import Account
from deskterm.client.errors import ApiError, ClientError

if TYPE_CHECKING:
    from deskterm.client.accounts.delivery import Delivery

log = logging.getLogger("deskterm.client.accounts.elsewhere")

#: Seconds between two questions about an account, and the longest time after failures.
EVERY = 30.0
MOST_APART = 600.0
#: Accounts that are asked about, those used last first.
MOST_ACCOUNTS = 8
#: Seconds that an answer may take.
PATIENCE = 20.0

SIGNED_OUT = "sign in again"
UNREACHABLE = "not reachable"


@dataclass(slots=True, frozen=True)
class Seen:
    """What is known of an account: unread conversations (None = not known), and what is wrong, in words."""

    unread: int | None = None
    trouble: str = ""


class Asked(Protocol):
    """Whom to ask for one account; `OwnAccount` does it."""

    async def unread(self) -> int:
        """Unread conversations. Raises the errors of `client.errors`."""

    async def close(self) -> None:
        """That was all."""


def _ask(server: str, token: str) -> Asked:
    from deskterm.client.accounts.own_account import (
        OwnAccount,  # httpx and pydantic: not before the first frame
    )

    return OwnAccount(server, token)


class Elsewhere:
    """Follows the unread counts of all accounts but the one on the screen; `told` hears of every change."""

    def __init__(
        self,
        guests: Guests,
        told: Callable[[], None],
        *,
        ask: Callable[[str, str], Asked] = _ask,
        outbox: Path | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """`outbox` is the folder where each account's own is."""
        self._outbox = outbox
        self._guests = guests
        self._told = told
        self._ask = ask
        self._sleep = sleep
        self._uniform = uniform
        self._seen: dict[Account, Seen] = {}
        self._asking: dict[Account, asyncio.Task[None]] = {}

    @property
    def total(self) -> int:
        """Unread conversations in all those accounts."""
        return sum(each.unread or 0 for each in self._seen.values())

    def seen(self, account: Account) -> Seen:
        """What is known of one of them."""
        return self._seen.get(account, Seen())

    async def follow(self) -> None:
        """Begin with accounts that are new or signed in again, end with those that are in front or gone."""
        wanted = await asyncio.to_thread(self._wanted)
        ended = [self._asking.pop(account) for account in set(self._asking) - wanted]
        for each in ended:
            each.cancel()
        await asyncio.gather(*ended, return_exceptions=True)  # what it was sending is free for its desk then
        for account in set(self._seen) - wanted:
            del self._seen[account]
        for account in wanted:
            task = self._asking.get(account)
            if task is None or task.done():
                self._asking[account] = asyncio.create_task(self._keep_asking(account))
        self._told()

    async def look(self) -> None:
        """Ask about all of them now: somebody is about to choose."""
        for task in self._asking.values():
            task.cancel()
        self._asking.clear()
        await self.follow()

    async def close(self) -> None:
        """Ask no more."""
        tasks = list(self._asking.values())
        self._asking.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wanted(self) -> set[Account]:
        """The accounts to ask about; reads one small file."""
        present = self._guests.present
        known = {each.account for each in self._guests.accounts if each.store or each.token_command}
        last = [each.account for each in self._guests.credentials.accounts.all() if each.account in known]
        return set([each for each in last if not present or each != present.account][:MOST_ACCOUNTS])

    async def _keep_asking(self, account: Account) -> None:
        """One account, from its token to the end of the program; no mistake here reaches another account."""
        found = await asyncio.to_thread(self._guests.credentials.quietly, account)
        if found is None:
            return
        asked = self._ask(account.server, found.token)
        delivery = self._delivery(account, found.token)
        apart = EVERY
        try:
            while True:
                if delivery is not None:
                    await delivery.look()
                seen = await self._once(asked, self.seen(account).unread)
                self._note(account, seen)
                if seen.trouble == SIGNED_OUT:
                    return
                apart = min(apart * 2, MOST_APART) if seen.trouble else EVERY
                await self._sleep(apart * self._uniform(0.8, 1.2))
        except Exception:
            log.exception("the count of an account failed")
        finally:
            if delivery is not None:
                await delivery.close()
            await asked.close()

    def _delivery(self, account: Account, token: str) -> "Delivery | None":
        if self._outbox is None:
            return None
        from deskterm.client.accounts.delivery import Delivery  # httpx, pydantic and sqlite3

        return Delivery(account, token, self._outbox, self._told)

    async def _once(self, asked: Asked, before: int | None) -> Seen:
        try:
            async with asyncio.timeout(PATIENCE):
                return Seen(await asked.unread())
        except ApiError as error:
            if error.code == "unauthenticated":
                return Seen(trouble=SIGNED_OUT)
            log.info("no count of an account: %s", error.code)
        except (ClientError, TimeoutError) as error:
            log.info("no count of an account: %s", type(error).__name__)
        return Seen(before, UNREACHABLE)

    def _note(self, account: Account, seen: Seen) -> None:
        if account in self._asking and self._seen.get(account) != seen:
            self._seen[account] = seen
            self._told()
