"""The servers and accounts known on this machine, so that several are possible. No secrets in here."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from deskterm.client import private_file
from deskterm.client.paths import accounts_file


@dataclass(slots=True, frozen=True)
class Account:
    """A person on a server; `server` is a normalised address."""

    server: str
    email: str


@dataclass(slots=True, frozen=True)
class KnownAccount:
    """An account with what is remembered of it: where its token is kept, and how people know it."""

    account: Account
    store: str | None = None  # name of a token store
    organization: str | None = None
    name: str | None = None
    token_command: tuple[str, ...] = field(default=())


class Accounts:
    """The known accounts, the one used last first. A file that cannot be used is the same as none."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or accounts_file()

    def all(self) -> tuple[KnownAccount, ...]:
        """Every known account; a damaged or foreign file holds none."""
        try:
            entries = private_file.read(self._path).get("accounts", [])
        except (private_file.NotPrivate, private_file.Damaged, OSError):
            return ()
        known = [_known(entry) for entry in entries] if isinstance(entries, list) else []
        return tuple(each for each in known if each)

    def get(self, account: Account) -> KnownAccount | None:
        """What is remembered of one account."""
        return next((each for each in self.all() if each.account == account), None)

    def used(self, known: KnownAccount) -> None:
        """Remember an account as the one used last. OSError if the file cannot be written."""
        others = [each for each in self.all() if each.account != known.account]
        self._write([known, *others])

    def forget_store(self, account: Account) -> None:
        """The token of this account is kept nowhere any more; the account stays in the list."""
        self._write([replace(each, store=None) if each.account == account else each for each in self.all()])

    def forget(self, account: Account) -> None:
        """Take an account out of the list."""
        self._write([each for each in self.all() if each.account != account])

    def _write(self, known: list[KnownAccount]) -> None:
        private_file.write(self._path, {"version": 1, "accounts": [_entry(each) for each in known]})


def _entry(known: KnownAccount) -> dict[str, Any]:
    entry = asdict(known)
    account: dict[str, Any] = entry.pop("account")
    return account | {name: value for name, value in entry.items() if value}


def _known(entry: object) -> KnownAccount | None:
    if not isinstance(entry, dict):
        return None
    server, email = entry.get("server"), entry.get("email")
    if not isinstance(server, str) or not isinstance(email, str):
        return None
    command = entry.get("token_command")
    return KnownAccount(
        Account(server, email),
        store=_text(entry.get("store")),
        organization=_text(entry.get("organization")),
        name=_text(entry.get("name")),
        token_command=tuple(map(str, command)) if isinstance(command, list) else (),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
