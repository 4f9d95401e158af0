"""Tokens in a file of their owner alone, for machines without a keyring."""

from pathlib import Path
from typing import ClassVar

from deskterm.client.accounts.known import Account
from deskterm.client.accounts.stores import StoreError
from deskterm.client.local import private_file
from deskterm.client.local.paths import credentials_file


class FileStore:
    """`credentials.json`, 0600, one token per server and account."""

    name: ClassVar[str] = "file"

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or credentials_file()

    def get(self, account: Account) -> str | None:
        token = self._read().get(account.server, {}).get(account.key)
        return token if isinstance(token, str) else None

    def set(self, account: Account, token: str) -> None:
        tokens = self._read()
        tokens.setdefault(account.server, {})[account.key] = token
        self._write(tokens)
        if self.get(account) != token:
            raise StoreError(f"{self._path} did not keep the token.")

    def delete(self, account: Account) -> None:
        tokens = self._read()
        if tokens.get(account.server, {}).pop(account.key, None) is None:
            return
        self._write({server: kept for server, kept in tokens.items() if kept})

    def describe(self) -> str:
        return f"{self._path}, readable by you alone (0600)"

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            content = private_file.read(self._path)
        except (private_file.NotPrivate, private_file.Damaged) as error:
            raise StoreError(str(error)) from error
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error.strerror}.") from error
        return {server: kept for server, kept in content.items() if isinstance(kept, dict)}

    def _write(self, tokens: dict[str, dict[str, str]]) -> None:
        try:
            private_file.write(self._path, tokens)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror}.") from error
