"""Several accounts on the command line: listing, choosing, moving, signing out of one of them."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.terminal import Console, deskterm

SARAH, JOHN, NORA = "sarah@designpi.com", "john.doe@example.com", "admin@northwind.example"


@pytest.fixture
def home(server: Server, tmp_path: Path) -> dict[str, str]:
    """Nora and Sarah are signed in here, Sarah last."""
    home = {"DESKTERM_HOME": str(tmp_path / "local")}
    for email, password in ((NORA, "admin123"), (SARAH, "staff123")):
        done = deskterm("login", email, "--server", server.url, "--password-stdin", stdin=password, **home)
        assert done.returncode == 0, done.stderr
    return home


def test_accounts_are_listed_for_people_and_for_programs(server: Server, home: dict[str, str]) -> None:
    first, second = deskterm("accounts", **home).stdout.splitlines()
    assert first.split() == ["*", SARAH, "staff", "designpi", server.url, "token", "in", "file"]
    assert second.split()[0] == NORA
    told = json.loads(deskterm("accounts", "-o", "json", **home).stdout)
    assert [(each["email"], each["organization"], each["default"]) for each in told] == [
        (SARAH, "designpi", True),
        (NORA, "northwind", False),
    ]
    assert "dk_s_" not in json.dumps(told)


def test_the_console_opens_the_account_that_is_asked_for(home: dict[str, str]) -> None:
    with Console(["--as", "admin@"], environ=home, columns=80, rows=24) as console:
        console.sees("Nora Lindqvist (admin)", "live")
    assert deskterm("accounts", **home).stdout.splitlines()[0].split()[1] == NORA


def test_one_of_several_is_signed_out_by_name(server: Server, home: dict[str, str]) -> None:
    several = deskterm("logout", "--server", server.url, **home)
    assert several.returncode == 2
    assert f"{NORA} --server {server.url} --organization northwind" in several.stderr
    gone = deskterm("logout", "--as", "admin", **home)
    assert gone.returncode == 0, gone.stderr
    assert f"Signed out {NORA}" in gone.stdout
    listed = deskterm("accounts", **home).stdout
    assert "signed out" in listed.splitlines()[1]
    assert deskterm("accounts", "--as", NORA, "--forget", **home).returncode == 0
    assert NORA not in deskterm("accounts", **home).stdout
    assert deskterm("logout", **home).returncode == 0


def test_a_token_signs_in_from_standard_input_and_from_a_command(server: Server, tmp_path: Path) -> None:
    token = server.token(SARAH)
    home = {"DESKTERM_HOME": str(tmp_path / "local")}
    done = deskterm("login", "--server", server.url, "--token-stdin", stdin=f"{token}\n", **home)
    assert "Signed in as Sarah Johnson (staff)" in done.stdout
    other = {"DESKTERM_HOME": str(tmp_path / "other")}
    done = deskterm("login", "--server", server.url, "--token-command", f"echo {token}", **other)
    assert "your password manager (echo)" in done.stdout, done.stderr
    assert not (tmp_path / "other" / "credentials.json").exists()
    wrong = deskterm("login", "--server", server.url, "--token-stdin", stdin="dk_s_x\n", **home)
    assert wrong.returncode == 4, wrong.stderr


def test_no_file_is_written_where_none_is_wanted(server: Server, tmp_path: Path) -> None:
    home = {"DESKTERM_HOME": str(tmp_path / "local")}
    done = deskterm(
        "login",
        SARAH,
        "--server",
        server.url,
        "--password-stdin",
        "--no-file-store",
        stdin="staff123",
        **home,
    )
    assert done.returncode == 0, done.stderr
    assert "memory only" in done.stdout
    assert not (tmp_path / "local" / "credentials.json").exists()
    refused = deskterm("accounts", "--move-to", "keyring", **home)
    assert refused.returncode == 9
