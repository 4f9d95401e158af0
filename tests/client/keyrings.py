"""Keyrings as they are found: good, missing, forgetful, locked, broken, hanging."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked

from deskterm.client.accounts.credentials import Credentials
from deskterm.client.accounts.keyring_store import KeyringStore
from deskterm.client.accounts.known import Account

SARAH = Account("https://desk.example.com", "sarah@designpi.com")
MIKE = Account("https://desk.example.com", "mike@designpi.com")
TOKEN = "dk_s_secret"
no_keyring: Callable[[], KeyringBackend] = fail.Keyring


class InMemory(KeyringBackend):
    """A keyring as it should be."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Forgetful(InMemory):
    """Takes everything and gives back something else."""

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password[:3]


class Locked(InMemory):
    """Its owner dismissed the dialog."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("dismissed")


class Broken(InMemory):
    """What a system without its service does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("org.freedesktop.DBus.Error.ServiceUnknown dk_s_secret")


class Hanging(InMemory):
    """Waits for a dialog on a desktop where nobody sits."""

    def __init__(self, released: threading.Event) -> None:
        super().__init__()
        self._released = released

    def get_password(self, service: str, username: str) -> str | None:
        self._released.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self._released.wait()


def credentials(backend: KeyringBackend, limit: float = 5.0) -> Credentials:
    return Credentials(keyring=KeyringStore(lambda: backend, limit, limit))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
