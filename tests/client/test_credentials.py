"""Where tokens are found and kept, with keyrings that are missing, forgetful, hanging or broken."""

import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from deskterm.client.accounts import Account, Accounts, KnownAccount
from deskterm.client.credentials import Credentials, environment_server, environment_token
from deskterm.client.file_store import FileStore
from deskterm.client.keyring_store import KeyringStore
from deskterm.client.paths import accounts_file, config_folder, credentials_file, log_file
from deskterm.client.stores import CommandStore, StoreError

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


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Lets whatever hangs go on when the test is over."""
    event = threading.Event()
    yield event
    event.set()


def credentials(backend: KeyringBackend, limit: float = 5.0) -> Credentials:
    return Credentials(keyring=KeyringStore(lambda: backend, limit, limit))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_keyring_keeps_it_and_nothing_lies_in_a_file() -> None:
    keyring = InMemory()
    kept = credentials(keyring).keep(SARAH, TOKEN, name="DesignPi")
    assert (kept.store, kept.where, kept.troubles) == ("keyring", "your system's keyring", ())
    assert keyring.kept == {("deskterm:https://desk.example.com", "sarah@designpi.com"): TOKEN}
    assert not credentials_file().exists()
    found = credentials(keyring).find(SARAH)
    assert found is not None
    assert (found.token, found.store) == (TOKEN, "keyring")
    assert TOKEN not in repr(found)
    assert TOKEN not in accounts_file().read_text()


@pytest.mark.parametrize(
    ("backend", "trouble"),
    [
        (no_keyring, "This machine has no keyring."),
        (null.Keyring, "This machine has no keyring."),
        (Forgetful, "The system's keyring did not keep the token."),
        (Locked, "The system's keyring failed (KeyringLocked)."),
        (Broken, "The system's keyring failed (OSError)."),
    ],
)
def test_without_a_good_keyring_a_private_file_keeps_it(
    backend: Callable[[], KeyringBackend], trouble: str
) -> None:
    first = credentials(backend())
    kept = first.keep(SARAH, TOKEN)
    assert (kept.store, kept.troubles) == ("file", (trouble,))
    assert kept.where == f"{credentials_file()}, readable by you alone (0600)"
    assert mode(credentials_file()) == 0o600
    assert mode(config_folder()) == 0o700
    found = credentials(backend()).find(SARAH)
    assert found is not None
    assert (found.token, found.store) == (TOKEN, "file")


def test_a_keyring_that_hangs_costs_its_limit_and_no_more(released: threading.Event) -> None:
    hanging = credentials(Hanging(released), limit=0.01)
    kept = hanging.keep(SARAH, TOKEN)
    assert kept.store == "file"
    assert "does not answer" in kept.troubles[0]
    assert not [each for each in threading.enumerate() if each.name == "keyring" and not each.daemon]


def test_the_place_that_kept_it_is_asked_and_no_other(released: threading.Event) -> None:
    credentials(no_keyring()).keep(SARAH, TOKEN)
    asked = InMemory()
    asked.kept["deskterm:https://desk.example.com", "sarah@designpi.com"] = "another"
    found = credentials(asked).find(SARAH)
    assert found is not None
    assert found.token == TOKEN


def test_where_nothing_can_be_written_memory_keeps_it_until_the_end(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    accounts = Accounts(blocked / "accounts.json")
    chain = Credentials(accounts, KeyringStore(no_keyring), FileStore(blocked / "credentials.json"))
    kept = chain.keep(SARAH, TOKEN)
    assert kept.store == "memory"
    assert len(kept.troubles) == 3
    assert TOKEN not in " ".join(kept.troubles)
    found = chain.find(SARAH)
    assert found is not None
    assert found.token == TOKEN


def test_the_environment_wins_and_is_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = credentials(InMemory())
    chain.keep(SARAH, TOKEN)
    monkeypatch.setenv("DESKTERM_TOKEN", " given ")
    monkeypatch.setenv("DESKTERM_SERVER", "desk.example.com")
    found = chain.find(SARAH)
    assert found is not None
    assert (found.token, found.store) == ("given", "environment")
    assert chain.describe() == "the environment variable DESKTERM_TOKEN"
    assert environment_token() == found
    assert environment_server() == "desk.example.com"


def test_forgetting_leaves_nothing_and_the_account_in_the_list() -> None:
    keyring = InMemory()
    chain = credentials(keyring)
    chain.keep(SARAH, TOKEN)
    assert chain.forget(SARAH) == ()
    assert keyring.kept == {}
    assert chain.find(SARAH) is None
    assert [each.account for each in chain.accounts.all()] == [SARAH]
    assert chain.forget(SARAH) == ()


def test_accounts_of_one_file_do_not_mix() -> None:
    chain = credentials(no_keyring())
    chain.keep(SARAH, "hers")
    chain.keep(MIKE, "his")
    chain.forget(SARAH)
    assert chain.find(SARAH) is None
    found = chain.find(MIKE)
    assert found is not None
    assert found.token == "his"


def test_it_says_beforehand_where_a_token_would_go() -> None:
    assert credentials(InMemory()).describe() == "your system's keyring"
    assert credentials(no_keyring()).describe().endswith("credentials.json, readable by you alone (0600)")


class TestFile:
    """The 0600 file."""

    @pytest.mark.parametrize("bits", [0o640, 0o604, 0o660])
    def test_a_file_that_others_may_read_is_not_used(self, bits: int) -> None:
        FileStore().set(SARAH, TOKEN)
        credentials_file().chmod(bits)
        with pytest.raises(StoreError, match="chmod 600"):
            FileStore().get(SARAH)
        assert credentials(no_keyring()).find(SARAH) is None

    def test_a_file_of_somebody_else_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        FileStore().set(SARAH, TOKEN)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        with pytest.raises(StoreError, match="belongs to somebody else"):
            FileStore().get(SARAH)

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        FileStore().set(SARAH, TOKEN)
        credentials_file().rename(tmp_path / "elsewhere.json")
        credentials_file().symlink_to(tmp_path / "elsewhere.json")
        with pytest.raises(StoreError):
            FileStore().get(SARAH)

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"https://desk.example.com": 7}'])
    def test_a_damaged_file_is_no_crash(self, content: str) -> None:
        FileStore().set(SARAH, TOKEN)
        credentials_file().write_text(content)
        assert credentials(no_keyring()).find(SARAH) is None

    def test_the_umask_does_not_matter(self) -> None:
        before = os.umask(0)
        try:
            FileStore().set(SARAH, TOKEN)
        finally:
            os.umask(before)
        assert (mode(credentials_file()), mode(config_folder())) == (0o600, 0o700)

    def test_a_failing_write_leaves_the_old_file_and_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        FileStore().set(SARAH, TOKEN)

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left"):
            FileStore().set(SARAH, "another")
        assert FileStore().get(SARAH) == TOKEN
        assert [each.name for each in config_folder().iterdir()] == ["credentials.json"]


class TestCommand:
    """A password manager."""

    def test_its_first_line_is_the_token(self) -> None:
        command = (sys.executable, "-c", "print('dk_s_secret'); print('url: …')")
        chain = credentials(no_keyring())
        chain.accounts.used(KnownAccount(SARAH, token_command=command))
        found = chain.find(SARAH)
        assert found is not None
        assert (found.token, found.store) == (TOKEN, "command")
        assert sys.executable in found.where

    @pytest.mark.parametrize(
        "command",
        [(sys.executable, "-c", "raise SystemExit(3)"), ("/nowhere/pass",), (sys.executable, "-c", "")],
    )
    def test_one_that_gives_nothing_means_to_sign_in(self, command: tuple[str, ...]) -> None:
        chain = credentials(no_keyring())
        chain.accounts.used(KnownAccount(SARAH, token_command=command))
        assert chain.find(SARAH) is None

    def test_one_that_does_not_end_is_ended(self) -> None:
        store = CommandStore((sys.executable, "-c", "input() or __import__('signal').pause()"), limit=0.01)
        with pytest.raises(StoreError):
            store.get(SARAH)


class TestAccounts:
    """The list of known servers and accounts."""

    def test_the_one_used_last_is_first(self) -> None:
        accounts = Accounts()
        for account in (SARAH, MIKE, SARAH):
            accounts.used(KnownAccount(account, "file", "designpi", "DesignPi"))
        assert Accounts().all() == (
            KnownAccount(SARAH, "file", "designpi", "DesignPi"),
            KnownAccount(MIKE, "file", "designpi", "DesignPi"),
        )
        assert mode(accounts_file()) == 0o600
        accounts.forget(SARAH)
        assert [each.account for each in accounts.all()] == [MIKE]

    @pytest.mark.parametrize("content", ["", "[]", '{"accounts": 7}', '{"accounts": [7, {"server": 1}]}'])
    def test_a_list_of_no_use_is_an_empty_one(self, content: str) -> None:
        accounts_file().write_text(content)
        accounts_file().chmod(0o600)
        assert Accounts().all() == ()


def test_every_local_file_moves_with_deskterm_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTERM_HOME", str(tmp_path / "there"))
    assert credentials_file() == tmp_path / "there" / "credentials.json"
    assert log_file() == tmp_path / "there" / "state" / "deskterm.log"


def test_without_it_the_platforms_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESKTERM_HOME")
    assert credentials_file() == Path(os.environ["XDG_CONFIG_HOME"]) / "deskterm" / "credentials.json"
    assert log_file() == Path(os.environ["XDG_STATE_HOME"]) / "deskterm" / "deskterm.log"
