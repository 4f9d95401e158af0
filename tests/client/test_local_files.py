"""The files and commands that keep or give tokens, the list of accounts, and where files live."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskterm.client.accounts.file_store import FileStore
from deskterm.client.accounts.known import Accounts, KnownAccount
from deskterm.client.accounts.stores import CommandStore, StoreError
from deskterm.client.local import private_file
from deskterm.client.local.paths import accounts_file, config_folder, credentials_file, log_file
from tests.client.keyrings import (
    MIKE,
    SARAH,
    TOKEN,
    credentials,
    mode,
    no_keyring,
)

AT = datetime(2026, 11, 20, tzinfo=UTC)


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
        for number, account in enumerate((SARAH, MIKE, SARAH)):
            accounts.used(KnownAccount(account, "file", "DesignPi", "S", "staff"), AT.replace(hour=number))
        sarah, mike = Accounts().all()
        assert sarah == KnownAccount(SARAH, "file", "DesignPi", "S", "staff", AT.isoformat())
        assert mike.account == MIKE
        assert [each.account for each in Accounts().numbered()] == [SARAH, MIKE]
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


@pytest.mark.parametrize("content", ['{"accounts": ' + "[" * 100_000, '{"accounts": ' + "9" * 5_000 + "}"])
def test_a_file_that_no_reader_can_take_in_is_damaged(tmp_path: Path, content: str) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(private_file.Damaged):
        private_file.read(path)
    assert Accounts(path).all() == ()


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    os.mkfifo(path, 0o600)
    with pytest.raises(private_file.NotPrivate):
        private_file.read(path)
