"""Finding and keeping tokens. The chain, first match wins:

1. `DESKTERM_TOKEN`, read and never kept: for the account that the console starts with, never for another;
2. the store that kept this account's token last time, so that nothing else is probed;
3. the account's token command;
4. the system's keyring;
5. a 0600 file;
6. memory.

`DESKTERM_TOKEN_STORES` lists which of keyring and file may be used. Signing in comes first, keeping second: a
store that fails never costs a sign-in. Everything here may take seconds, so call it from a thread
(`asyncio.to_thread`).
"""

import logging
import os
from dataclasses import field, replace

from deskterm.client.accounts.file_store import FileStore
from deskterm.client.accounts.keyring_store import KeyringStore
from deskterm.client.accounts.known import Account, Accounts, KnownAccount
from deskterm.client.accounts.stores import CommandStore, MemoryStore, StoreError, TokenStore
from deskterm.record import record

log = logging.getLogger("deskterm.client.accounts.credentials")
ENVIRONMENT = "environment"
#: Stores that outlive the program, and the variable that names those of them that may be used.
LASTING = ("keyring", "file")
STORES_VARIABLE = "DESKTERM_TOKEN_STORES"


@record
class Found:
    """A token and where it came from: the name of a store, or `environment`."""

    token: str = field(repr=False)
    store: str
    where: str


@record
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
        self._given: dict[Account, Found] = {}

    def find(self, account: Account) -> Found | None:
        """A token to start with: the environment's, else `kept`."""
        return environment_token() or self.kept(account)

    def kept(self, account: Account) -> Found | None:
        """The token kept for exactly this account; None means: sign in. A store that fails is passed over."""
        for store in self._places(account):
            try:
                token = store.get(account) or ""
            except StoreError as error:
                log.info("token store %s: %s", store.name, error)
                continue
            if token:
                found = Found(token, store.name, store.describe())
                self._given[account] = found
                return found
        return None

    def quietly(self, account: Account) -> Found | None:
        """The same, but without running a token command: that may ask somebody for a passphrase."""
        known = self.accounts.get(account)
        if known and known.token_command:
            return self._given.get(account)
        return self.kept(account)

    def keep(
        self,
        account: Account,
        token: str,
        *,
        name: str | None = None,
        person: str | None = None,
        role: str | None = None,
    ) -> Kept:
        """Keep a fresh token in the best place that works.

        `name` is what people call the organization, `person` and `role` are how it knows the person.
        """
        troubles: list[str] = []
        known = self.accounts.get(account) or KnownAccount(account)
        for store in self._stores():
            try:
                store.set(account, token)
            except StoreError as error:
                troubles.append(str(error))
                continue
            entry = replace(
                known,
                store=store.name,
                name=name or known.name,
                person=person or known.person,
                role=role or known.role,
            )
            self.remember(entry, troubles)
            return Kept(store.name, store.describe(), tuple(troubles))
        raise AssertionError("memory keeps everything")

    def move(self, account: Account, to: str) -> Kept:
        """Keep the token of an account in the store called `to` instead. StoreError if that fails."""
        target = next((each for each in self._stores() if each.name == to), None)
        found = self.kept(account)
        if found is None:
            raise StoreError("Nobody is signed in there.")
        if target is None or found.store == CommandStore.name:
            raise StoreError(f"The token cannot be moved to {to}.")
        target.set(account, found.token)
        for store in self._stores():
            if store.name == found.store != to:
                store.delete(account)
        known = self.accounts.get(account) or KnownAccount(account)
        troubles: list[str] = []
        self.remember(replace(known, store=to), troubles)
        return Kept(to, target.describe(), tuple(troubles))

    def remember(self, known: KnownAccount, troubles: list[str] | None = None) -> None:
        """Note an account as the one used last; a disk that refuses is one of the `troubles`."""
        try:
            self.accounts.used(known)
        except OSError as error:
            log.info("the list of accounts cannot be written: %s", error.strerror)
            if troubles is not None:
                troubles.append(f"The list of accounts cannot be written: {error.strerror}.")

    def forget(self, account: Account) -> tuple[str, ...]:
        """Delete the token of an account everywhere; answers with what did not work, in words."""
        troubles: list[str] = []
        self._given.pop(account, None)
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
        return self.describe_keeping()

    def describe_keeping(self) -> str:
        """The same for a token that is typed in, whatever the environment holds."""
        for store in self._stores():
            try:
                if store is self._keyring:
                    self._keyring.check()
            except StoreError:
                continue
            return store.describe()
        raise AssertionError("memory keeps everything")

    def _places(self, account: Account) -> list[TokenStore]:
        known = self.accounts.get(account)
        chain = self._stores()
        if known and known.token_command:
            chain.insert(0, CommandStore(known.token_command))
        remembered = [each for each in chain if known and each.name == known.store]
        return remembered or chain

    def _stores(self) -> list[TokenStore]:
        """Where tokens may be kept; memory always."""
        wanted = allowed_stores()
        places: list[TokenStore] = [self._keyring, self._file]
        return [*(each for each in places if each.name in wanted), self._memory]


def environment_server() -> str | None:
    """The server named by `DESKTERM_SERVER`, as it was typed."""
    return os.environ.get("DESKTERM_SERVER", "").strip() or None


def environment_token() -> Found | None:
    """The token in `DESKTERM_TOKEN`: it wins over all stores and is never kept."""
    token = os.environ.get("DESKTERM_TOKEN", "").strip()
    return Found(token, ENVIRONMENT, "the environment variable DESKTERM_TOKEN") if token else None


def allowed_stores() -> frozenset[str]:
    """The lasting stores that may keep tokens: all of them, or those that `DESKTERM_TOKEN_STORES` lists."""
    said = os.environ.get(STORES_VARIABLE)
    return frozenset(LASTING if said is None else said.replace(",", " ").split())
