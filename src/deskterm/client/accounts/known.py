"""The servers and accounts known on this machine, so that several are possible. No secrets in here."""

from dataclasses import asdict, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deskterm.client.local import private_file
from deskterm.client.local.paths import accounts_file
from deskterm.record import record


@record
class Account:
    """A person in an organization on a server.

    `server` is a normalised address; `organization` is its short name, empty where the server does not tell
    it (customers who are in one organization alone).
    """

    server: str
    email: str
    organization: str = ""

    @property
    def key(self) -> str:
        """What tells the accounts of one server apart, as token stores name them."""
        return f"{self.email} ({self.organization})" if self.organization else self.email


@record
class KnownAccount:
    """An account with what is remembered of it.

    `store` names the token store that has its token, None = signed out. `name` is the organization's name,
    `person` and `role` are how it knows the person; `added` is when the account was first used, RFC 3339.
    """

    account: Account
    store: str | None = None
    name: str | None = None
    person: str | None = None
    role: str | None = None
    added: str = ""
    token_command: tuple[str, ...] = field(default=())

    @property
    def label(self) -> str:
        """Who and where, in a line; not safe to show as it is."""
        return f"{self.person or self.account.email} · {self.place}"

    @property
    def place(self) -> str:
        """The organization's name, else the server's."""
        return self.name or self.account.organization or self.account.server.partition("://")[2]


class Accounts:
    """The known accounts. A file that cannot be used is the same as none."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or accounts_file()

    def all(self) -> tuple[KnownAccount, ...]:
        """Every known account, the one used last first; a damaged or foreign file holds none."""
        try:
            entries = private_file.read(self._path).get("accounts", [])
        except (private_file.NotPrivate, private_file.Damaged, OSError):
            return ()
        known = [_known(entry) for entry in entries] if isinstance(entries, list) else []
        return tuple(each for each in known if each)

    def numbered(self) -> tuple[KnownAccount, ...]:
        """Every known account, the oldest first: this order stays while one goes from one to the other."""
        return tuple(sorted(self.all(), key=lambda each: (each.added, each.account.server, each.account.key)))

    def get(self, account: Account) -> KnownAccount | None:
        """What is remembered of one account."""
        return next((each for each in self.all() if each.account == account), None)

    def fitting(
        self, server: str | None = None, organization: str | None = None, email: str | None = None
    ) -> tuple[KnownAccount, ...]:
        """The accounts that fit what was said, the one used last first. An e-mail may be its beginning."""
        wanted = (email or "").strip().lower()
        found = [
            each
            for each in self.all()
            if (server is None or each.account.server == server)
            and (organization is None or each.account.organization in (organization, ""))
            and each.account.email.startswith(wanted)
        ]
        exact = [each for each in found if each.account.email == wanted]
        return tuple(exact or found)

    def used(self, known: KnownAccount, now: datetime | None = None) -> None:
        """Remember an account as the one used last. OSError if the file cannot be written."""
        before = self.get(known.account)
        added = known.added or (before.added if before else "") or (now or datetime.now(UTC)).isoformat()
        others = [each for each in self.all() if each.account != known.account]
        self._write([replace(known, added=added), *others])

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
    return {name: value for name, value in (account | entry).items() if value}


def _known(entry: object) -> KnownAccount | None:
    if not isinstance(entry, dict):
        return None
    server, email = entry.get("server"), entry.get("email")
    if not isinstance(server, str) or not isinstance(email, str):
        return None
    command = entry.get("token_command")
    return KnownAccount(
        Account(server, email, _text(entry.get("organization")) or ""),
        store=_text(entry.get("store")),
        name=_text(entry.get("name")),
        person=_text(entry.get("person")),
        role=_text(entry.get("role")),
        added=_text(entry.get("added")) or "",
        token_command=tuple(map(str, command)) if isinstance(command, list) else (),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
