"""Tokens in the system's keyring, which may be missing, forgetful, locked or asking somebody else's desktop.

Every call runs in a daemon thread with a time limit, because a locked keyring can wait for ever for a dialog
that nobody sees; keyring itself is imported there too (60 ms).
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from deskterm.client.accounts.known import Account
from deskterm.client.accounts.stores import StoreError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
#: Seconds for a question, and for the first write, when the desktop may be asking for permission.
LIMIT = 2.0
WRITE_LIMIT = 10.0


def system_keyring() -> "KeyringBackend":
    """The keyring that the system offers."""
    import keyring

    return keyring.get_keyring()


class KeyringStore:
    """The system's keyring; service `deskterm:<server>`, user = account."""

    name: ClassVar[str] = "keyring"

    def __init__(
        self,
        backend: "Callable[[], KeyringBackend]" = system_keyring,
        limit: float = LIMIT,
        write_limit: float = WRITE_LIMIT,
    ) -> None:
        self._backend = backend
        self._limit = limit
        self._write_limit = write_limit

    def get(self, account: Account) -> str | None:
        return self._ask(lambda keyring: keyring.get_password(_service(account), account.key), self._limit)

    def set(self, account: Account, token: str) -> None:
        def keep(keyring: "KeyringBackend") -> str | None:
            keyring.set_password(_service(account), account.key, token)
            return keyring.get_password(_service(account), account.key)

        if self._ask(keep, self._write_limit) != token:
            raise StoreError("The system's keyring did not keep the token.")

    def delete(self, account: Account) -> None:
        def forget(keyring: "KeyringBackend") -> None:
            if keyring.get_password(_service(account), account.key) is not None:
                keyring.delete_password(_service(account), account.key)

        self._ask(forget, self._limit)

    def describe(self) -> str:
        return "your system's keyring"

    def backend(self) -> str:
        """What the system calls its keyring; StoreError if it has none."""
        return self._ask(lambda keyring: str(keyring.name), self._limit)

    def check(self) -> None:
        """Raise StoreError if there is no keyring that could keep anything."""
        self._ask(lambda keyring: None, self._limit)

    def _ask(self, question: "Callable[[KeyringBackend], T]", limit: float) -> T:
        def work() -> T:
            keyring = self._backend()
            if not _usable(keyring):
                raise StoreError("This machine has no keyring.")
            return question(keyring)

        return _within(limit, work)


def _service(account: Account) -> str:
    return f"deskterm:{account.server}"


def _usable(keyring: "KeyringBackend") -> bool:
    """Not `fail` (priority 0) and not `null`, which forgets without a word."""
    module = type(keyring).__module__
    return keyring.priority > 0 and not module.endswith((".fail", ".null"))


def _within(limit: float, work: Callable[[], T]) -> T:
    answers: list[T] = []
    failures: list[StoreError] = []

    def run() -> None:
        try:
            answers.append(work())
        except StoreError as error:
            failures.append(error)
        except Exception as error:  # noqa: BLE001  backends raise whatever their system does: D-Bus, OS, GUI
            failures.append(StoreError(f"The system's keyring failed ({type(error).__name__})."))

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(limit)
    if answers:
        return answers[0]
    if failures:
        raise failures[0]
    raise StoreError("The system's keyring does not answer. Perhaps it is locked and asks on a desktop.")
