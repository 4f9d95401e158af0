"""Finding and keeping tokens. The chain, first match wins:

1. `DESKTERM_TOKEN`, read and never kept;
2. the store that kept this account's token last time, so that nothing else is probed;
3. the account's token command;
4. the system's keyring;
5. a 0600 file;
6. memory.

Signing in comes first, keeping second: a store that fails never costs a sign-in. Everything here may take
seconds, so call it from a thread (`asyncio.to_thread`).
"""

import logging
import os
from dataclasses import dataclass, field

from deskterm.client.accounts import Account, Accounts, KnownAccount
from deskterm.client.file_store import FileStore
from deskterm.client.keyring_store import KeyringStore
from deskterm.client.stores import CommandStore, MemoryStore, StoreError, TokenStore

log = logging.getLogger("deskterm.client.credentials")
ENVIRONMENT = "environment"


@dataclass(slots=True, frozen=True)
class Found:
    """A token and where it came from: the name of a store, or `environment`."""

    token: str = field(repr=False)
    store: str
    where: str


@dataclass(slots=True, frozen=True)
class Kept:
    """Where a token is kept now, in words, and what did not work on the way there."""

    store: str
    where: str
    troubles: tuple[str, ...] = ()


class Credentials:
    """The chain of stores for all accounts of this machine."""

    def __init__(
        self,
        accounts: Accounts | None = None,
        keyring: KeyringStore | None = None,
        file: FileStore | None = None,
    ) -> None:
        self.accounts = accounts or Accounts()
        self._keyring = keyring or KeyringStore()
        self._file = file or FileStore()
        self._memory = MemoryStore()

    def find(self, account: Account) -> Found | None:
        """A token for this account; None means: sign in. A store that fails is passed over."""
        if given := environment_token():
            return given
        for store in self._places(account):
            try:
                token = store.get(account) or ""
            except StoreError as error:
                log.info("token store %s: %s", store.name, error)
                continue
            if token:
                return Found(token, store.name, store.describe())
        return None

    def keep(self, account: Account, token: str, *, name: str | None = None) -> Kept:
        """Keep a fresh token in the best place that works; `name` is how people know the organization."""
        troubles: list[str] = []
        for store in (self._keyring, self._file, self._memory):
            try:
                store.set(account, token)
            except StoreError as error:
                troubles.append(str(error))
                continue
            self._remember(account, store.name, name, troubles)
            return Kept(store.name, store.describe(), tuple(troubles))
        raise AssertionError("memory keeps everything")

    def forget(self, account: Account) -> tuple[str, ...]:
        """Delete the token of an account everywhere; answers with what did not work, in words."""
        troubles: list[str] = []
        known = self.accounts.get(account)
        places: list[TokenStore] = [self._file, self._memory]
        if known is None or known.store in (None, self._keyring.name):
            places.insert(0, self._keyring)
        for store in places:
            try:
                store.delete(account)
            except StoreError as error:
                troubles.append(str(error))
        try:
            self.accounts.forget_store(account)
        except OSError as error:
            troubles.append(f"The list of accounts cannot be written: {error.strerror}.")
        return tuple(troubles)

    def describe(self) -> str:
        """Where a token would be kept, in words that complete `The token is kept in …`."""
        if given := environment_token():
            return given.where
        try:
            self._keyring.check()
        except StoreError:
            return self._file.describe()
        return self._keyring.describe()

    def _places(self, account: Account) -> list[TokenStore]:
        known = self.accounts.get(account)
        chain: list[TokenStore] = [self._keyring, self._file, self._memory]
        if known and known.token_command:
            chain.insert(0, CommandStore(known.token_command))
        remembered = [each for each in chain if known and each.name == known.store]
        return remembered or chain

    def _remember(self, account: Account, store: str, name: str | None, troubles: list[str]) -> None:
        known = self.accounts.get(account) or KnownAccount(account)
        entry = KnownAccount(
            account, store, known.organization, name or known.name, token_command=known.token_command
        )
        try:
            self.accounts.used(entry)
        except OSError as error:
            troubles.append(f"The list of accounts cannot be written: {error.strerror}.")


def environment_server() -> str | None:
    """The server named by `DESKTERM_SERVER`, as it was typed."""
    return os.environ.get("DESKTERM_SERVER", "").strip() or None


def environment_token() -> Found | None:
    """The token in `DESKTERM_TOKEN`: it wins over all stores and is never kept."""
    token = os.environ.get("DESKTERM_TOKEN", "").strip()
    return Found(token, ENVIRONMENT, "the environment variable DESKTERM_TOKEN") if token else None
