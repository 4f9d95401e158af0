"""Where tokens are found and kept, with keyrings of every kind."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import null

from deskterm.client.accounts.credentials import Credentials, environment_server, environment_token
from deskterm.client.accounts.file_store import FileStore
from deskterm.client.accounts.keyring_store import KeyringStore
from deskterm.client.accounts.known import Accounts
from deskterm.client.local.paths import accounts_file, config_folder, credentials_file
from tests.client.keyrings import (
    MIKE,
    SARAH,
    TOKEN,
    Broken,
    Forgetful,
    Hanging,
    InMemory,
    Locked,
    credentials,
    mode,
    no_keyring,
)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Lets whatever hangs go on when the test is over."""
    event = threading.Event()
    yield event
    event.set()


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
