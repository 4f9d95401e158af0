"""The places where a token may be kept, each behind the same four questions."""

import subprocess
from typing import ClassVar, Protocol

from deskterm.client.accounts.known import Account


class StoreError(Exception):
    """A store that cannot do it; the text is one plain sentence without secrets."""


class TokenStore(Protocol):
    """One place. All methods may take seconds, so call them from a thread, and raise only StoreError."""

    name: ClassVar[str]

    def get(self, account: Account) -> str | None:
        """The token of an account, None if it is not kept here."""

    def set(self, account: Account, token: str) -> None:
        """Keep a token, and make sure that it can be read again."""

    def delete(self, account: Account) -> None:
        """Forget the token of an account; fine if there is none."""

    def describe(self) -> str:
        """Where this is, in words that complete `The token is kept in …`."""


class MemoryStore:
    """Until this program ends."""

    name: ClassVar[str] = "memory"

    def __init__(self) -> None:
        self._tokens: dict[Account, str] = {}

    def get(self, account: Account) -> str | None:
        return self._tokens.get(account)

    def set(self, account: Account, token: str) -> None:
        self._tokens[account] = token

    def delete(self, account: Account) -> None:
        self._tokens.pop(account, None)

    def describe(self) -> str:
        return "memory only: you will have to sign in again next time"


class CommandStore:
    """A password manager's command, as `pass show deskterm`: its first line is the token. Read-only."""

    name: ClassVar[str] = "command"

    def __init__(self, command: tuple[str, ...], limit: float = 30.0) -> None:
        """`command` is run without a shell, `limit` is in seconds: it may ask for a passphrase."""
        self._command = command
        self._limit = limit

    def get(self, account: Account) -> str | None:
        try:
            done = subprocess.run(
                self._command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._limit,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise StoreError(f"The token command failed with exit code {error.returncode}.") from None
        except subprocess.TimeoutExpired:
            raise StoreError(f"The token command did not end within {self._limit:g} seconds.") from None
        except OSError as error:
            raise StoreError(f"The token command cannot be run: {error.strerror}.") from None
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return lines[0].strip() or None if lines else None

    def set(self, account: Account, token: str) -> None:
        raise StoreError("A token command is only read; keep the token in your password manager.")

    def delete(self, account: Account) -> None:
        """Nothing of ours is kept there."""

    def describe(self) -> str:
        return f"your password manager ({self._command[0]})"
