"""What an account that is not in front has left unsent goes out all the same, by the rules of its outbox.

It is one more console of that account, without a desk: it takes over what ended consoles have left, keeps the
order of each conversation, and lets go of everything when the account comes to the front. What is refused, or
too old to go out unasked, stays in the file for its author.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from deskterm.client.accounts.known import Account
from deskterm.client.errors import ClientError
from deskterm.client.http.api import Api
from deskterm.client.live.connection import utc_now
from deskterm.client.outbox.file import left_in, outbox_file
from deskterm.client.outbox.sender import OutboxSender
from deskterm.client.replica.outgoing import Item
from deskterm.client.sending import Result


class Delivery:
    """The outbox of one account in `folder`; `told` hears when there may be less in it."""

    def __init__(self, account: Account, token: str, folder: Path, told: Callable[[], None]) -> None:
        self._account = account
        self._token = token
        self._path = outbox_file(folder, account.server, account.email)
        self._told = told
        self._api: Api | None = None
        self._sender: OutboxSender | None = None

    async def look(self) -> None:
        """Send what is there, from now on; nothing is opened while nothing waits."""
        organization = self._account.organization
        if self._sender is not None or not await asyncio.to_thread(left_in, self._path, organization):
            return
        self._api = Api(self._account.server, self._token)
        self._sender = OutboxSender(
            self._api, self, self._path, organization, online=lambda: True, now=utc_now
        )

    async def close(self) -> None:
        """The account comes to the front, or the program ends: what waits is free for others."""
        if self._sender is not None and self._api is not None:
            await self._sender.close()
            await self._api.close()

    # --- what the sender tells ---------------------------------------------------------------------------

    def settled(self, item: Item, result: Result) -> None:
        """The server has it."""
        self._told()

    def refused(self, item: Item, error: ClientError) -> None:
        """Its author finds it, with the reason, when the account is opened."""
        self._told()

    def waits(self, item: Item, why: str | None) -> None:
        """It is tried again."""

    def gets_on(self, item: Item, percent: int) -> bool:
        """Nobody looks, and nobody is there to give it up."""
        return True

    def cannot_store(self, why: str) -> None:
        """It is tried again."""

    def grew_old(self, item: Item) -> None:
        """Its author is asked when the account is opened."""

    def kept(self, item: Item) -> None:
        """Nothing is written here."""

    def not_kept(self, why: str) -> None:
        """A file that cannot be used is told of by the account's own desk."""

    def found(self, item: Item) -> None:
        """It is on its way."""
